"""Asking without telling: do two organisations hold an identifier in common? Neither shows its list.

    of = Round("agreement-7", "bg-gdbop", "at-bk", number, kinds=("iban", "phone"))
    question = ask(of, build_set(held, kinds=of.kinds), seed, earlier=…)          # leaves by a signed decision
    answered = answer(question, of, own_set, other_seed, allowance=…, contact="desk-2", earlier=…)
    found = finish(question, same_set, seed, answered.answer)
    said = result(answered.answer, found, contact="desk-1")                       # a hit or none, and whom to ask

Exact identifiers only, in the form of `clew.matching.identifiers`. The function is RFC 9497's, verifiable, over
ristretto255.
What each side can and cannot learn: docs/methods/private-matching.md. Nothing here decides whether a question may leave
or be answered; the release rules do. Seeds are drawn by whoever calls, for one round, and destroyed after it.
"""

from __future__ import annotations

from clew.matching.private.answering import Answered as Answered
from clew.matching.private.answering import answer as answer
from clew.matching.private.answering import check_result as check_result
from clew.matching.private.answering import prepare_answer as prepare_answer
from clew.matching.private.asking import Found as Found
from clew.matching.private.asking import ask as ask
from clew.matching.private.asking import finish as finish
from clew.matching.private.asking import prepare_question as prepare_question
from clew.matching.private.asking import result as result
from clew.matching.private.messages import Answer as Answer
from clew.matching.private.messages import Question as Question
from clew.matching.private.messages import Result as Result
from clew.matching.private.quota import Allowance as Allowance
from clew.matching.private.quota import Evaluated as Evaluated
from clew.matching.private.quota import Quota as Quota
from clew.matching.private.quota import allowance as allowance
from clew.matching.private.refusing import CODES as CODES
from clew.matching.private.refusing import RoundRefused as RoundRefused
from clew.matching.private.rounds import Round as Round
from clew.matching.private.sets import Concerned as Concerned
from clew.matching.private.sets import Held as Held
from clew.matching.private.sets import Identifier as Identifier
from clew.matching.private.sets import IdentifierSet as IdentifierSet
from clew.matching.private.sets import build_set as build_set
from clew.matching.private.sets import identifier_of as identifier_of
