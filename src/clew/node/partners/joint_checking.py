"""What is checked before anything about a joint-investigation agreement enters the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.partners.instrument_kinds import SHORT_NAME
from clew.node.partners.joint import OUTSIDE_USE, JointTerms
from clew.node.partners.models import Instrument, JointAgreement, Party
from clew.node.types import BadInput

LONGEST_CLAUSE = 20_000


@dataclass(frozen=True, slots=True)
class JointDraft:
    """What the register needs to know of an agreement.

    Attributes:
        code: short and unique, as it stands in decisions.
        members: uids of organisations (no posts), the lead and this node's own among them where they are members.
        bases: by member, the short name of its own instrument where its state is a third country.
        fictional: it exists in a demonstration only; shown wherever it is named.
    """

    code: str
    terms: JointTerms
    members: Sequence[str]
    bases: Mapping[str, str] = field(default_factory=dict)
    fictional: bool = False


def draft_problems(draft: JointDraft) -> list[BadInput]:
    """Every fault of a new agreement."""
    found = [*_code_problems(draft.code), *term_problems(draft.terms)]
    if draft.terms.lead not in draft.members:
        found.append(BadInput("lead", _("The lead is not among the members."), _("Choose it as a member too.")))
    if len(set(draft.members)) < 2:
        found.append(
            BadInput("members", _("A joint investigation has at least two members."), _("Choose all members."))
        )
    found += [problem for uid in set(draft.members) if (problem := member_problem(uid, "members")) is not None]
    if not set(draft.bases) <= set(draft.members):
        found.append(BadInput("bases", _("A basis is given for someone who is no member."), _("Remove it.")))
    found += [problem for basis in set(draft.bases.values()) if (problem := basis_problem(basis)) is not None]
    return found


def term_problems(terms: JointTerms) -> list[BadInput]:
    """Every fault of the terms, new or amended."""
    found = []
    if not terms.title.strip() or len(terms.title) > 300:
        found.append(BadInput("title", _("The title is missing or too long."), _("Enter at most 300 characters.")))
    if not Instrument.objects.filter(code=terms.instrument).exists():
        found.append(
            BadInput(
                "instrument",
                _("The instrument that it rests on is not in the register."),
                _("Register the instrument first, for instance the convention."),
            )
        )
    if terms.period_until < terms.period_from:
        found.append(BadInput("period_until", _("It would end before it begins."), _("Check both days.")))
    if not terms.clause.strip() or len(terms.clause) > LONGEST_CLAUSE:
        found.append(
            BadInput("clause", _("The clause on use is missing or too long."), _("Copy it from the agreement."))
        )
    if not terms.purposes or not all(one in vocabulary.codelist("purposes") for one in terms.purposes):
        found.append(
            BadInput("purposes", _("No purpose is named, or an unknown one."), _("Choose at least one from the list."))
        )
    if terms.outside_use not in OUTSIDE_USE:
        found.append(
            BadInput("outside_use", _("It is not said whether use outside is allowed."), _("Choose one answer."))
        )
    return found


def member_problem(uid: str, field: str = "party") -> BadInput | None:
    """Why this party cannot be a member: a member is an organisation of the directory that somebody confirmed."""
    party = Party.objects.filter(uid=uid).first()
    if party is None:
        return BadInput(field, _("A member is not in the directory."), _("Add it by its card first."))
    if party.parent_id is not None:
        return BadInput(field, _("A post is not a member itself."), _("Choose its organisation."))
    if party.status == "unconfirmed":
        return BadInput(field, _("Nobody has confirmed this party."), _("Compare its fingerprint first."))
    return None


def basis_problem(basis: str) -> BadInput | None:
    """Why this cannot be a member's own basis; "" says that it has none."""
    if not basis or Instrument.objects.filter(code=basis).exists():
        return None
    return BadInput("basis", _("This instrument is not in the register."), _("Register it first."))


def require_sentence(field: str, text: str) -> None:
    """Raise `BadInput` unless something is said, in at most 5000 characters."""
    if not text.strip() or len(text) > 5000:
        raise BadInput(field, _("This is empty or too long."), _("Say it in words that colleagues will understand."))


def _code_problems(code: str) -> list[BadInput]:
    if not SHORT_NAME.fullmatch(code):
        return [
            BadInput(
                "code",
                _("This is no usable short name."),
                _("Use up to 60 letters, digits, dots, dashes and strokes, for instance JIT-AT-BG-2026-1."),
            )
        ]
    if JointAgreement.objects.filter(code=code).exists():
        return [BadInput("code", _("This short name is taken."), _("Choose another one."))]
    return []
