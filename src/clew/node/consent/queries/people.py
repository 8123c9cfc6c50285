"""What the pages show of one person: consents, refusals, guardians, and what has left about her."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import compartments_of, seen_by
from clew.node.consent.items import words_of
from clew.node.consent.models import Consent, Guardian, GuardianFinding, Refusal
from clew.node.consent.standing import COUNTS, GOOD, standing_of, standing_under
from clew.node.consent.texts import Sealed, open_texts
from clew.node.discovery import offers
from clew.node.dossier.queries import captions, compartments_of_entity, same_person
from clew.node.partners.queries import names_of
from clew.node.types import EarlierDisclosure


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A consent as a page shows it.

    Attributes:
        state: given, not-yet, expired, withdrawn or guardian (the guardian may not answer for the child); only "given"
            lets anything leave.
        standing: of the guardian who gave it; `not_needed` where she gave it herself.
        texts: witness, explained_by, second_person, second_note, assent_reason, and reason (of the withdrawal).
    """

    consent: Consent
    state: str
    standing: str
    recipient_name: str
    texts: Mapping[str, str]

    @property
    def item_words(self) -> list[str]:
        """The items in the reader's language."""
        return [words_of(item) for item in self.consent.items]


@dataclass(frozen=True, slots=True)
class RefusalView:
    """That somebody said no."""

    refusal: Refusal
    recipient_name: str

    @property
    def item_words(self) -> list[str]:
        """The items in the reader's language."""
        return [words_of(item) for item in self.refusal.items]


@dataclass(frozen=True, slots=True)
class GuardianView:
    """A guardian as a page shows it; `texts`: name, authority, reference, end_reason."""

    guardian: Guardian
    standing: str
    texts: Mapping[str, str]
    findings: Sequence[tuple[GuardianFinding, str]]

    @property
    def name(self) -> str:
        """The guardian's name; empty once the person was erased."""
        return self.texts.get("name", "")


@dataclass(frozen=True, slots=True)
class PersonHead:
    """The person as one compartment knows her."""

    entity_id: int
    compartment_id: int
    compartment_name: str
    caption: str


def consents_of_person(*, officer: Officer, person_id: int, now: dt.datetime) -> list[ConsentView]:
    """Every consent of a person that the officer's compartments recorded, newest first, with its state today."""
    found = visible_consents(officer).filter(person_id__in=same_person(person_id))
    rows = list(
        found.select_related("recorded_by", "compartment", "guardian")
        .prefetch_related("guardian__findings")
        .order_by("-given", "-pk")
    )
    names = names_of({consent.recipient for consent in rows})
    today = now.date()
    return [
        ConsentView(
            consent,
            state_of(consent, today),
            standing_under(consent, today),
            names.get(consent.recipient, consent.recipient),
            texts,
        )
        for consent, texts in zip(rows, _consent_texts(rows), strict=True)
    ]


def standing_consents(*, officer: Officer, person_id: int, now: dt.datetime) -> list[ConsentView]:
    """Those under which something may leave today."""
    every = consents_of_person(officer=officer, person_id=person_id, now=now)
    return [one for one in every if one.state == "given"]


def consent_for(*, officer: Officer, pk: int) -> Consent | None:
    """One consent of the officer's compartments, or None."""
    return visible_consents(officer).filter(pk=pk).select_related("recorded_by", "compartment").first()


def state_of(consent: Consent, today: dt.date) -> str:
    """given, not-yet, expired, withdrawn or guardian."""
    if consent.withdrawn is not None:
        return "withdrawn"
    if today < consent.given:
        return "not-yet"
    if today > consent.expires:
        return "expired"
    if standing_under(consent, today) not in COUNTS or consent.child_assent == "no":
        return "guardian"
    return "given"


def refusals_of_person(*, officer: Officer, person_id: int) -> list[RefusalView]:
    """Every refusal that the officer's compartments recorded, newest first."""
    found = Refusal.objects.filter(seen_by(officer), person_id__in=same_person(person_id))
    rows = list(found.select_related("recorded_by").order_by("-refused", "-pk"))
    names = names_of({refusal.recipient for refusal in rows})
    return [RefusalView(one, names.get(one.recipient, one.recipient)) for one in rows]


def was_asked(*, officer: Officer, person_id: int) -> bool:
    """Whether the officer's compartments recorded any answer of the person, whatever it was.

    It does not tell a no from a yes: what gives help must not be able to make it depend on either.
    """
    same = same_person(person_id)
    return any(model.objects.filter(seen_by(officer), person_id__in=same).exists() for model in (Consent, Refusal))


def guardians_of_person(*, officer: Officer, person_id: int, now: dt.datetime) -> list[GuardianView]:
    """Every guardian that the officer's compartments recorded, newest first."""
    found = visible_guardians(officer).filter(person_id__in=same_person(person_id))
    return _guardian_views(found.order_by("-recorded", "-pk"), now.date())


def guardian_for(*, officer: Officer, pk: int, now: dt.datetime) -> GuardianView | None:
    """One guardian of the officer's compartments, or None."""
    return next(iter(_guardian_views(visible_guardians(officer).filter(pk=pk), now.date())), None)


def guardian_choices(*, officer: Officer, person_id: int, now: dt.datetime) -> list[tuple[int, str]]:
    """(number, name) of the guardians who may answer for the child today."""
    every = guardians_of_person(officer=officer, person_id=person_id, now=now)
    return [(one.guardian.pk, one.name) for one in every if one.standing == GOOD]


def disclosures_of(*, officer: Officer, consent: Consent) -> list[EarlierDisclosure]:
    """What has left about her to that recipient, as the rooms that send tell (`queries.disclosures_of_person`)."""
    return shared_about(officer=officer, person_id=consent.person_id, recipient=consent.recipient)


def shared_about(*, officer: Officer, person_id: int, recipient: str = "") -> list[EarlierDisclosure]:
    """What has left about her, newest first; with `recipient` only to that party."""
    # Asked for each entity that was judged the same: what had left before the judgement names the old one.
    found = {
        disclosure
        for offer in offers("disclosures_of_person")
        for one in sorted(same_person(person_id))
        for disclosure in offer(officer=officer, person_id=one, recipient=recipient)
    }
    return sorted(found, key=lambda disclosure: (disclosure.at, disclosure.title), reverse=True)


def is_known_in(person_id: int, compartment_id: int) -> bool:
    """Whether a compartment has any statement about this entity."""
    return person_id in captions([person_id], [compartment_id])


def person_heads(*, officer: Officer, person_id: int) -> Sequence[PersonHead]:
    """The person as each of the officer's compartments knows her; empty when none does."""
    speaking = compartments_of_entity(person_id)
    seen = [unit for unit in compartments_of(officer) if unit.pk in speaking]
    names = [(unit, captions([person_id], [unit.pk]).get(person_id, "")) for unit in seen]
    return [PersonHead(person_id, unit.pk, unit.name, name) for unit, name in names if name]


def visible_consents(officer: Officer) -> QuerySet[Consent]:
    """The consents that the officer's compartments recorded."""
    return Consent.objects.filter(seen_by(officer))


def visible_guardians(officer: Officer) -> QuerySet[Guardian]:
    """The guardians that the officer's compartments recorded."""
    return Guardian.objects.filter(seen_by(officer))


def guardian_names(guardians: Iterable[Guardian]) -> list[str]:
    """The names of guardians, opened; an empty one where the person was erased. One query."""
    return [texts.get("name", "") for texts in open_texts([_of_guardian(one) for one in guardians])]


def _consent_texts(consents: Sequence[Consent]) -> list[dict[str, str]]:
    given = [Sealed(one.person_id, one.sealed, f"given {one.recorded.isoformat()}") for one in consents]
    withdrawn = [
        Sealed(one.person_id, one.sealed_withdrawal, f"withdrawn {one.recorded.isoformat()}") for one in consents
    ]
    opened = open_texts([*given, *withdrawn])
    return [said | taken for said, taken in zip(opened[: len(given)], opened[len(given) :], strict=True)]


def _guardian_views(found: QuerySet[Guardian], today: dt.date) -> list[GuardianView]:
    rows = list(found.select_related("recorded_by").prefetch_related("findings", "findings__recorded_by"))
    findings = [(row, finding) for row in rows for finding in row.findings.all()]
    sealed = [_of_guardian(row) for row in rows]
    sealed += [Sealed(row.person_id, row.sealed_end, f"guardian end {row.recorded.isoformat()}") for row in rows]
    sealed += [
        Sealed(row.person_id, finding.sealed, f"finding {finding.recorded.isoformat()}") for row, finding in findings
    ]
    opened = open_texts(sealed)
    reasons: dict[int, list[tuple[GuardianFinding, str]]] = {}
    for (row, finding), texts in zip(findings, opened[2 * len(rows) :], strict=True):
        reasons.setdefault(row.pk, []).append((finding, texts.get("reason", "")))
    return [
        GuardianView(row, standing_of(row, today), opened[n] | opened[len(rows) + n], reasons.get(row.pk, []))
        for n, row in enumerate(rows)
    ]


def _of_guardian(guardian: Guardian) -> Sealed:
    return Sealed(guardian.person_id, guardian.sealed, f"guardian {guardian.recorded.isoformat()}")
