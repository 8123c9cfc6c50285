"""What letters of one type have that no other has: questions about a request, a correction, a result, sealed files.

They are an officer's own words and codes, and stand in the body as she wrote them. Whether her words name somebody who
may not be named is asked of them as of all her words (`words`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

CLARIFY: Final = "clarify"
CLARIFIED: Final = "clarified"
CORRECT: Final = "correct"
RESULT: Final = "result"
EVIDENCE: Final = "evidence-announce"
REFERRAL: Final = "referral"
REFERRAL_SUBJECT: Final = "Referral"
"""Of every referral the same: a subject of one's own could name her."""

SEAL: Final = "age-x25519"
OFFER: Final = "offer"
NOTIFY: Final = "notify"
CONSENT_REQUEST: Final = "consent-request"
CONSENT_GRANT: Final = "consent-grant"
PRIVATE_QUESTION: Final = "private-question"
PRIVATE_ANSWER: Final = "private-answer"
COMPARING: Final = frozenset({PRIVATE_QUESTION, PRIVATE_ANSWER})
"""Letters that compare identifiers: what their statements say stays here, and a point or an item of each leaves."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a request: about its item of that number, or None about all of it."""

    text: str
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """The answer to the question of that number."""

    question: int
    text: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """The statement of that number in the earlier letter, and the chosen one that replaces it; None strikes it out."""

    number: int
    statement: int | None = None


@dataclass(frozen=True, slots=True)
class Court:
    """A court's decision: who decided, on which day (ISO 8601), its number, and a code of how far it is final."""

    name: str
    decided: str
    reference: str = ""
    appeal: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """A sealed file that an announcement names: the statement that says whom it shows, and what it is.

    `size`, `sha256`: the file's; `sealed_size`, `parts`: of its sealed stream, SHA-256 in hex of each part.
    """

    statement: int
    size: int
    sha256: str
    sealed_size: int
    parts: tuple[str, ...]
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """One hand through which the files went: when (RFC 3339), which act, by which organisation."""

    at: str
    act: str
    by: str


@dataclass(frozen=True, slots=True)
class Consent:
    """A use that is asked for or allowed: a code, statements by their numbers in the earlier letter (none: all), whom.

    `pass_on_to`: uids of those who may have it. `until`: a day (ISO 8601), "" where none is named.
    """

    use: str
    numbers: tuple[int, ...] = ()
    pass_on_to: tuple[str, ...] = ()
    until: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a service is told: a field of the letter, and the statement that says it."""

    field: str
    statement: int


@dataclass(frozen=True, slots=True)
class Referred:
    """A service is asked to help: what it is told, and on what that rests (`consent` or `child-safety`).

    Its words and codes are statements, so that the rules look at each. `answer_by`: a moment (RFC 3339, UTC).
    """

    basis: str
    answer_by: str
    parts: tuple[Part, ...]


MANY: Final = frozenset({"needs"})
"""Fields of a referral that may be said more than once."""


@dataclass(frozen=True, slots=True)
class ComparedPart:
    """What leaves of an identifier (base64), and the statements that hold it: it leaves where all of them may."""

    statements: tuple[int, ...]
    part: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A question or an answer that compares identifiers, prepared before anybody decided which of them may leave.

    `round`: what both sides agree on, as JSON. `least`: with fewer identifiers than that none leaves, and all is
    padding. `padding`: for the whole size. `question`, `key`, `evaluated`, `proofs`: of an answer, as in its letter.
    """

    round: str
    contact: str
    least: int
    parts: tuple[ComparedPart, ...]
    padding: tuple[str, ...]
    question: str = ""
    key: str = ""
    evaluated: str = ""
    proofs: str = ""

    def body(self, leaving: Collection[int]) -> dict[str, Any]:
        """The fields of the letter, where these statements may leave. Nothing of them tells what is padding."""
        shown = [each.part for each in self.parts if set(each.statements) <= set(leaving)]
        shown = shown if len(shown) >= self.least else []
        whole = [base64.b64decode(each) for each in (*shown, *self.padding[: len(self.padding) - len(shown)])]
        said = {"round": json.loads(self.round), "contact": self.contact}
        if not self.question:
            return said | {"points": base64.b64encode(b"".join(whole)).decode()}
        told = {"question": self.question, "key": self.key, "evaluated": self.evaluated, "proofs": self.proofs}
        return said | told | {"held": base64.b64encode(b"".join(sorted(whole))).decode()}


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a type of letter does not have is empty.

    `reason`: a code, why a request's meaning is asked, or why a letter is corrected. `replaces`: of a correction.
    `outcome`, `final`, `court`: of a result; its code, whether none is to follow, and the court's decision.
    `files`, `part_size`, `custody`: of an announcement of evidence; bytes of a sealed stream in each part but its last.
    `consent`: of a request for another use, or of leave for it. `conditions`: in the officer's own words, beside those
    that the rules demand. `answer_by`: of an offer, the moment (ISO 8601, UTC) after which it stands no more.
    `referred`: of a referral.
    `compared`: of a letter that compares identifiers.
    """

    reason: str = ""
    asked: tuple[Asked, ...] = ()
    said: tuple[Said, ...] = ()
    replaces: tuple[Replaced, ...] = ()
    outcome: str = ""
    final: bool = False
    court: Court | None = None
    files: tuple[Filed, ...] = ()
    part_size: int = 0
    custody: tuple[Handed, ...] = ()
    consent: Consent | None = None
    conditions: tuple[str, ...] = ()
    answer_by: str = ""
    referred: Referred | None = None
    compared: Compared | None = None

    @property
    def words(self) -> dict[str, str]:
        """The officer's own words, each by the name of its field."""
        asked = {f"asked.{n}": each.text for n, each in enumerate(self.asked, 1)}
        court = {"court.name": self.court.name, "court.reference": self.court.reference} if self.court else {}
        conditions = {f"conditions.{n}": text for n, text in enumerate(self.conditions, 1)}
        return asked | {f"said.{each.question}": each.text for each in self.said} | court | conditions

    def body(self, numbers: Mapping[int, int], named: Mapping[int, tuple[str, str]]) -> dict[str, Any]:
        """The fields of the letter's body; what is empty is left out.

        Args:
            numbers: of the statements that leave, by which number. What should be replaced by one that may not leave
                is struck out: that it is wrong must be told, and what is right may not be.
            named: of the statements that leave as they were chosen, what their entity is called in the letter, and
                their value. A file leaves only with its statement, whole: where that is said less exactly, it stays.
        """
        found: dict[str, Any] = {}
        if self.reason:
            found["reason"] = self.reason
        if self.asked:
            found["questions"] = [_asked(n, each) for n, each in enumerate(self.asked, 1)]
        if self.said:
            found["answers"] = [{"question": each.question, "text": each.text} for each in self.said]
        if self.replaces:
            found["replaces"] = [_replaced(each, numbers) for each in self.replaces]
        if self.outcome:
            found["outcome"] = self.outcome
        if self.final:
            found["final"] = True
        if self.court is not None:
            court = {name: getattr(self.court, name) for name in ("name", "decided", "reference", "appeal")}
            found["court"] = {name: text for name, text in court.items() if text}
        if self.consent is not None:
            found |= _consent(self.consent)
        if self.answer_by:
            found["answer_by"] = self.answer_by
        if self.compared is not None:
            found |= self.compared.body(named)
        return found | self._files(named) | self._referral(named)

    def _referral(self, named: Mapping[int, tuple[str, str]]) -> dict[str, Any]:
        """What of a referral leaves. It is called what its entry is called in this correspondence."""
        asked = self.referred
        if asked is None:
            return {}
        leaving = [(each.field, *named[each.statement]) for each in asked.parts if each.statement in named]
        found: dict[str, Any] = {"basis": asked.basis, "answer_by": asked.answer_by}
        for field, reference, value in leaving:
            found["reference"] = reference
            found[field] = [*found.get(field, ()), value] if field in MANY else value
        return found

    def _files(self, named: Mapping[int, tuple[str, str]]) -> dict[str, Any]:
        leaving = [each for each in self.files if each.statement in named]
        if not leaving:
            return {}
        files = [_filed(n, each, *named[each.statement]) for n, each in enumerate(leaving, 1)]
        custody = [{"at": each.at, "act": each.act, "by": each.by} for each in self.custody]
        return {"files": files, "part_size": self.part_size, "seal": SEAL} | ({"custody": custody} if custody else {})


NOTHING: Final = Particulars()


def _consent(each: Consent) -> dict[str, Any]:
    named = {"statement_numbers": list(each.numbers), "pass_on_to": list(each.pass_on_to), "until": each.until}
    return {"use": each.use} | {name: value for name, value in named.items() if value}


def _asked(n: int, each: Asked) -> dict[str, Any]:
    about = {} if each.item is None else {"item": each.item}
    return {"n": n, "text": each.text, **about}


def _replaced(each: Replaced, numbers: Mapping[int, int]) -> dict[str, int]:
    by = {} if each.statement is None or each.statement not in numbers else {"by": numbers[each.statement]}
    return {"statement": each.number, **by}


def _filed(n: int, each: Filed, entity: str, name: str) -> dict[str, Any]:
    kind = {"media_type": each.media_type} if each.media_type else {}
    return {
        "n": n, "entity": entity, "name": name, "size": each.size, "sha256": each.sha256,
        "sealed_size": each.sealed_size, "parts": list(each.parts), **kind,
    }  # fmt: skip
