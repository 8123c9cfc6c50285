"""What would change a refusal, made concrete: whose consent, naming whom, and the page where it is recorded.

`DOORS` says for each policy where its cure is done. A neutral policy has no door: a link would tell its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clew import vocabulary
from clew.node.accounts.queries import roles_that_may
from clew.node.disclosure.wording import ReasonView, reader_language
from clew.node.dossier.queries import letters_of_sources

DOORS: Final[Mapping[str, str]] = {
    policy: door
    for door, policies in {
        "consent": "G1a G1e G4a R02b R15c R15d R16a R16b R37a R37b R38a R10c R48a R48b",
        "risk": "G1b R38b",
        "safeguards": "G3a G3b G5b R19b R19d R19e R21c R38d R40c R41b R41d",
        "category": "R17 R00b R29a",
        "marks": "R26a R30a R14c",
        "authorisation": "R04a R10b R11a R33a R35b",
        "instrument": "R01 R35a R36",
        "assurance": "R07c R14a R14d R23a R47a R47b",
        "party": "R02 R45a R45b",
        "letter": "G2b R00a R00e R03a R03b R08c R09c R09d R12a R12c R18a R19a R21b R22b R24b R24c R25b R25c R25e R26b"
        " R26c R27 R28a R29c R30b R38c R42a R42b R42c R46a R48c R48d",
    }.items()
    for policy in policies.split()
}
"""Where the cure of a policy is done. A policy that is not here has a cure in words only."""

PERMISSIONS: Final[Mapping[str, str]] = {
    "consent": "consent.record",
    "risk": "risk.record",
    "safeguards": "safeguard.record",
    "category": "dossier.category",
    "marks": "mark.set",
    "authorisation": "assurance.record",
    "instrument": "instrument.register",
    "assurance": "assurance.record",
    "party": "partner.confirm",
    "letter": "release.draft",
}
LABELS: Final[Mapping[str, Promise]] = {
    "consent": gettext_lazy("Her consents"),
    "risk": gettext_lazy("Her risk assessments"),
    "safeguards": gettext_lazy("Her protected circumstances"),
    "category": gettext_lazy("Her page in the dossier"),
    "marks": gettext_lazy("Marks on its source"),
    "authorisation": gettext_lazy("Record a permission to pass it on"),
    "instrument": gettext_lazy("The instruments"),
    "assurance": gettext_lazy("Assurances and pledges"),
    "party": gettext_lazy("The recipient's page"),
    "letter": gettext_lazy("Change the letter"),
}
SHOWN = 3
"""Links of one cure; more persons or sources than that are reached from their own pages."""


@dataclass(frozen=True, slots=True)
class Cure:
    """One thing that would change it. `links`: (label, address) for who may do it; else `who` names the roles."""

    text: str
    links: tuple[tuple[str, str], ...]
    who: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What makes a cure concrete: the letter's recipient, purpose and settings, and what the reader may do.

    `way`: uid and name of each post on the way. `naming` gives an entity's caption, or "". `may` is `None` for a reader
    who sees this decision alone: no links then.
    """

    recipient: str
    recipient_uid: str
    way: tuple[tuple[str, str], ...]
    states: tuple[str, ...]
    purpose: str
    risk_days: int
    release: int
    may: frozenset[str] | None
    naming: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Withheld:
    """What one group of withheld statements is about: items in words, protected persons, sources, owners by name."""

    items: tuple[str, ...]
    persons: tuple[int, ...]
    sources: tuple[int, ...]
    owners: tuple[str, ...]


NOTHING: Final = Withheld((), (), (), ())


def cures_of(reasons: Iterable[ReasonView], about: Withheld, setting: Setting) -> tuple[Cure, ...]:
    """What would change these reasons, each thing once, in the order of the reasons."""
    made = (_cure(each, about, setting) for each in reasons)
    return tuple(dict.fromkeys(each for each in made if each.text))


def _cure(reason: ReasonView, about: Withheld, setting: Setting) -> Cure:
    door = DOORS.get(reason.policy, "")
    if reason.effect == "SECOND" and reason.policy and not door:
        link = (_("Approvals still missing"), "#approvals")
        return Cure(_("The second approval that this rule asks for."), (link,), "")
    text = _text(reason, door, about, setting)
    if not door or setting.may is None:
        return Cure(text, (), "")
    asking = _asking(about.sources, setting.recipient_uid) if door == "authorisation" else []
    asking = asking if PERMISSIONS["letter"] in setting.may else []
    if asking or PERMISSIONS[door] in setting.may:
        links = _links(door, reason.policy, about, setting) if PERMISSIONS[door] in setting.may else ()
        return Cure(text, (*asking, *links), "")
    roles = vocabulary.codelist("roles")
    held = [roles.label(role, reader_language()) for role in sorted(roles_that_may(PERMISSIONS[door]))]
    return Cure(text, (), ", ".join(held))


def _text(reason: ReasonView, door: str, about: Withheld, setting: Setting) -> str:
    words: dict[str, Any] = {
        "recipient": setting.recipient, "purpose": setting.purpose, "items": ", ".join(about.items),
        "days": setting.risk_days, "states": ", ".join(setting.states), "owners": ", ".join(about.owners),
    }  # fmt: skip
    if reason.policy in {"G1a", "G4a", "R15c", "R16a"} and about.items:
        if reason.policy == "G1a":
            return _("Her written consent that names %(recipient)s, for “%(purpose)s” and for: %(items)s.") % words
        return _("Her consent that names %(recipient)s, for “%(purpose)s” and for: %(items)s.") % words
    if door == "risk" and setting.states:
        return _("A favourable return-risk assessment towards %(states)s, younger than %(days)d days.") % words
    if reason.policy in {"R04a", "R33a"} and about.owners:
        return _("The permission of %(owners)s to pass it on to %(recipient)s.") % words
    if reason.policy in {"R45a", "R45b"} and setting.way:
        held = _("It may be a post on the way: %(posts)s.") % {"posts": ", ".join(name for _uid, name in setting.way)}
        return f"{reason.cure} {held}"
    return reason.cure


def _links(door: str, policy: str, about: Withheld, setting: Setting) -> Iterable[tuple[str, str]]:
    label = str(LABELS[door])
    if door in {"consent", "risk", "safeguards", "category"}:
        name = {
            "consent": "consent:person", "risk": "disclosure:risk", "safeguards": "disclosure:safeguards",
            "category": "dossier:entity",
        }[door]  # fmt: skip
        return _per(label, about.persons, lambda pk: reverse(name, args=[pk]), setting.naming)
    if door in {"marks", "authorisation"}:
        name = "disclosure:marks" if door == "marks" else "disclosure:authorisation_new"
        return _per(label, about.sources, lambda pk: reverse(name, args=[pk]), lambda _pk: "")
    if door == "instrument":
        return [(label, reverse("partners:instruments"))]
    if door == "assurance":
        return [(label, reverse("disclosure:assurances"))]
    if door == "party":
        way = [(f"{_('Post on the way')}: {name}", uid) for uid, name in setting.way]
        return [(text, reverse("partners:party", args=[uid])) for text, uid in ((label, setting.recipient_uid), *way)]
    offering = [(_("Offer it under conditions first"), reverse("disclosure:offer", args=[setting.release]))]
    return [*(offering if policy == "R12a" else ()), (label, reverse("disclosure:change", args=[setting.release]))]


def _asking(sources: Sequence[int], recipient: str) -> list[tuple[str, str]]:
    """Where whoever gave a source in a letter is asked by letter to allow it."""
    label = _("Ask whoever gave it, by letter")
    return [
        (label, f"{reverse('exchange:ask_consent', args=[uid])}?{urlencode({'to': recipient})}")
        for uid in letters_of_sources(sources[:SHOWN])
    ]


def _per(
    label: str, ids: Sequence[int], address: Callable[[int], str], naming: Callable[[int], str]
) -> list[tuple[str, str]]:
    if len(ids) == 1:
        return [(label, address(ids[0]))]
    named = ((naming(each) or str(n), each) for n, each in enumerate(ids[:SHOWN], 1))
    return [(f"{label}: {name}", address(each)) for name, each in named]
