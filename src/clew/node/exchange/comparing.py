"""Asking without telling: which identifiers of a case may be compared, and what letters about it hold.

Of an identifier nothing leaves but a point or an item (`clew.matching.private`). Which of them leave, the rules decide,
each as if it were told; what no rule and no approval can let in, `build_set` keeps out.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clew.disclosure.facts import PersonFacts
from clew.disclosure.particulars import PRIVATE_QUESTION, Compared, ComparedPart
from clew.matching.private import (
    Answer,
    Concerned,
    Evaluated,
    Held,
    Identifier,
    IdentifierSet,
    Question,
    Round,
    RoundRefused,
    allowance,
    build_set,
    finish,
    identifier_of,
    prepare_answer,
    prepare_question,
)
from clew.matching.private.quota import MONTH
from clew.matching.private.rounds import LEAST_ITEMS, canonical
from clew.node.accounts.actions import Officer
from clew.node.at_rest import seal, unseal
from clew.node.cases.queries import entity_ids_of_case
from clew.node.disclosure.queries import facts_of
from clew.node.dossier.queries import identifying_texts, person_categories, persons_seen, standing_statements
from clew.node.exchange.comparing_models import Comparison
from clew.node.exchange.models import Letter
from clew.node.types import BadInput

HIT: Final = "private-hit"
PROPERTIES: Final[Mapping[str, str]] = {"iban": "iban", "phone": "phone", "publicKey": "wallet"}
"""Properties of the dossier that are compared, each with its kind of identifier."""
KINDS: Final = tuple(sorted(set(PROPERTIES.values())))
MOST_STATEMENTS: Final = 2_000
"""Statements about identifiers in one case: more than an officer can answer for with one signature."""


REFUSALS: Final = {
    "too-few-items": gettext_lazy(
        "Fewer than 20 identifiers of this case may be compared: the outcome would be about single persons."
    ),
    "over-quota": gettext_lazy("This partner has asked as much as it may for now."),
    "round-repeated": gettext_lazy("This question was answered already."),
    "wrong-normaliser": gettext_lazy(
        "The other side brings identifiers into another form. Both must use the same version."
    ),
    "proof-fails": gettext_lazy("The proof of the answer does not hold. It is not believed."),
    "no-library": gettext_lazy("libsodium is missing on this machine. Tell your administrator."),
}


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a case holds that may be compared, and which statements and entries hold each identifier."""

    items: IdentifierSet
    statements: Mapping[Identifier, tuple[int, ...]]
    entities: Mapping[Identifier, tuple[int, ...]]


def holdings(officer: Officer, case_id: int) -> Holdings:
    """The identifiers of a case's entries that may be compared.

    What identifies any protected person of whom the officer's teams speak keeps the same identifier out, in whatever
    team it stands.

    Raises:
        BadInput: there are too many.
    """
    now = timezone.now()
    standing = standing_statements(officer=officer, entity_ids=entity_ids_of_case(officer=officer, case_id=case_id))
    ids = [one.id for listed in standing.values() for one in listed if one.prop in PROPERTIES]
    if len(ids) > MOST_STATEMENTS:
        raise BadInput("", _("This case holds too many identifiers for one question."), _("Ask from smaller cases."))
    facts, persons = facts_of(dict.fromkeys(ids, ""), officer, now)
    known = {each.id: each for each in persons}
    held: list[Held] = []
    statements: dict[Identifier, set[int]] = {}
    entities: dict[Identifier, set[int]] = {}
    for each in facts:
        one = Held(PROPERTIES[each.prop], each.value, _concerned(each.concerns, known))
        held.append(one)
        if (found := identifier_of(one)) is not None:
            statements.setdefault(found, set()).add(each.id)
            entities.setdefault(found, set()).add(each.entity)
    items = build_set([*held, *_kept_out(officer, now)], kinds=KINDS)
    return Holdings(
        items,
        {each: tuple(sorted(statements[each])) for each in items.identifiers},
        {each: tuple(sorted(entities[each])) for each in items.identifiers},
    )


def _kept_out(officer: Officer, now: dt.datetime) -> Iterable[Held]:
    """Whatever identifies a protected person, as it was written and folded."""
    categories = person_categories(persons_seen(officer=officer), now)
    protected = {person for person, category in categories.items() if category not in {"suspect", "convicted"}}
    return [Held("", one.folded, None) for one in identifying_texts(persons=protected)]


def _concerned(concerns: tuple[int, ...] | None, known: Mapping[int, PersonFacts]) -> tuple[Concerned, ...] | None:
    if concerns is None:
        return None
    said: Mapping[str, bool] = {"no": False, "none": False, "yes": True}
    return tuple(
        Concerned(known[each].category, said.get(known[each].child), said.get(known[each].protection))
        if each in known
        else Concerned(None, None, None)
        for each in concerns
    )


def question_parts(of: Round, found: Holdings, seed: bytes, contact: str, earlier: Iterable[str]) -> Compared:
    """A question prepared for its decision. Raises `RoundRefused`."""
    made = prepare_question(of, found.items, seed, earlier=frozenset(earlier))
    return Compared(
        canonical(of.as_json()).decode(),
        contact,
        LEAST_ITEMS,
        _parts(made.points, found),
        tuple(map(_text, made.padding)),
    )


def answer_parts(question: Question, found: Holdings, seed: bytes, contact: str, earlier: list[Comparison]) -> Compared:
    """An answer prepared for its decision, within the quota. Raises `RoundRefused`."""
    asker, now = question.round.asker, timezone.now()
    log = [Evaluated(each.party, each.at, each.points) for each in earlier if each.at > now - MONTH]
    allowed = allowance(len(question.points), log, partner=asker, now=now)
    made = prepare_answer(
        question, question.round, found.items, seed, allowance=allowed, earlier={each.number for each in earlier}
    )
    return Compared(
        canonical(question.round.as_json()).decode(), contact, LEAST_ITEMS, _parts(made.items, found),
        tuple(map(_text, made.padding)), question.digest, _text(made.key), _text(b"".join(made.evaluated)),
        _text(b"".join(made.proofs)),
    )  # fmt: skip


def _parts(made: Mapping[Identifier, bytes], found: Holdings) -> tuple[ComparedPart, ...]:
    return tuple(ComparedPart(found.statements[each], _text(part)) for each, part in made.items())


def _text(part: bytes) -> str:
    return base64.b64encode(part).decode()


def question_in(body: Mapping[str, Any]) -> Question:
    """The question that a letter asks. Raises `RoundRefused`."""
    said = {"type": "private-question-1", "round": body["round"], "points": body["points"]}
    return Question.read(canonical(said))


def answer_in(body: Mapping[str, Any]) -> Answer:
    """The answer that a letter gives. Raises `RoundRefused`."""
    own = {name: body[name] for name in ("round", "question", "key", "evaluated", "proofs", "contact")}
    return Answer.read(canonical({"type": "private-answer-1", "items": body["held"], **own}))


def sealed_for(number: str, party: str, seed: bytes, found: Holdings) -> bytes:
    """What a round of ours needs until it is answered, under the node's rest key."""
    kept = [[each.kind, each.value, list(found.entities[each])] for each in found.items.identifiers]
    return seal(json.dumps({"seed": seed.hex(), "identifiers": kept}).encode(), _place(number, party))


def read_answer(row: Comparison, question: Question, answer: Answer, known: Collection[Identifier]) -> list[int]:
    """Own entries whose identifiers both hold, of those that may still be compared (`known`). Raises `RoundRefused`."""
    kept = json.loads(unseal(bytes(row.sealed), _place(row.number, row.party)))
    seed = bytes.fromhex(kept["seed"])
    of_each = {Identifier(kind, value): entities for kind, value, entities in kept["identifiers"]}
    # Whom they concern was asked when they were chosen; of these, what the decision let go is in the question.
    whole = build_set([Held(each.kind, each.value, ()) for each in of_each], kinds=KINDS)
    points, sent = prepare_question(question.round, whole, seed, earlier=()).points, frozenset(question.points)
    left = build_set([Held(each.kind, each.value, ()) for each in points if points[each] in sent], kinds=KINDS)
    found = finish(question, left, seed, answer)
    return sorted({entity for each in found.identifiers if each in known for entity in of_each[each]})


def _place(number: str, party: str) -> bytes:
    return f"comparison:{party}:{number}".encode()


def may_answer_privately(row: Letter) -> bool:
    """Whether a letter is a partner's private question that was taken and has no answer."""
    if row.direction != "in" or row.kind != PRIVATE_QUESTION or row.state != "accepted" or row.thread.case_id is None:
        return False
    return not Comparison.objects.filter(direction="in", question=row.uid).exists()


def round_of(row: Letter, body: Mapping[str, Any]) -> Comparison | None:
    """The round of ours that a partner's answer belongs to."""
    return Comparison.objects.filter(direction="out", party=row.party, number=body["round"]["number"]).first()


def refused(fault: RoundRefused) -> BadInput:
    """The library's refusal, for a form."""
    return BadInput(
        "", str(REFUSALS.get(fault.code, _("This cannot be compared."))), _("Nothing was asked or answered.")
    )
