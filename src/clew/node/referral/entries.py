"""What is recorded at each step: the drafts, and what is wrong with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.referral import words
from clew.node.referral.checking import (
    choice_problems,
    codes,
    coming_problems,
    past_problems,
    several_problems,
    text_problems,
)
from clew.node.types import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDraft:
    """A first contact, or one that says something new of her safety or her age.

    Attributes:
        danger: whether she is in immediate danger. safe: whether she can be reached without danger.
        reach: how she can be reached. group: code of `service_groups`, or "". needs: codes of `service_kinds`.
        age_reason: how one knows that she is an adult after she was treated as a child.
        interpreter: who interpreted; `interpreter_checked`: that she or he has nothing to do with the case.
    """

    met: dt.date
    channel: str
    place_class: str
    danger: str
    safe: str
    age: str
    reach: str = ""
    language: str = ""
    group: str = ""
    needs: Sequence[str] = field(default_factory=tuple)
    age_reason: str = ""
    interpreter: str = ""
    interpreter_checked: bool = False

    def problems(self, *, age_before: str) -> list[BadInput]:
        """Every fault; `age_before`: what was said of her age until now."""
        found = past_problems({"met": self.met})
        found += choice_problems(
            {
                "channel": (self.channel, words.CHANNELS),
                "place_class": (self.place_class, codes("place_classes", none=True)),
                "danger": (self.danger, words.YES_NO),
                "safe": (self.safe, words.YES_NO),
                "age": (self.age, {"adult", "child", "doubt"}),
                "language": (self.language, codes("languages", none=True)),
                "group": (self.group, codes("service_groups", none=True)),
            }
        )
        found += several_problems("needs", self.needs, "service_kinds") if self.needs else []
        texts = {"reach": self.reach, "age_reason": self.age_reason, "interpreter": self.interpreter}
        found += text_problems(texts, optional=texts)
        if self.age == "adult" and age_before in {"child", "doubt"} and not self.age_reason.strip():
            cure = _("Say how her age was assessed, by whom, and that the doubt is gone.")
            found.append(BadInput("age_reason", _("She was treated as a child until now."), cure))
        if self.interpreter.strip() and not self.interpreter_checked:
            cure = _("Look whether the interpreter knows anybody of the case, or find another one.")
            problem = _("Nobody has checked whom the interpreter knows.")
            found.append(BadInput("interpreter_checked", problem, cure))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentificationDraft:
    """What a body decided: whether she is a victim, why, and what can be done against it.

    Attributes:
        body: code of `htcds_trafficking_status_decided_by`; `body_name`: which one.
        screening_id: the screening on which the decision rests, or None.
        appeal: where and until when it can be challenged.
    """

    outcome: str
    body: str
    body_name: str
    decided: dt.date
    grounds: str
    appeal: str = ""
    reference: str = ""
    screening_id: int | None = None

    def problems(self) -> list[BadInput]:
        """Every fault."""
        found = past_problems({"decided": self.decided})
        lists = {
            "outcome": (self.outcome, words.OUTCOMES),
            "body": (self.body, codes("htcds_trafficking_status_decided_by")),
        }
        found += choice_problems(lists)
        texts = {"grounds": self.grounds, "body_name": self.body_name, "reference": self.reference}
        found += text_problems(texts, optional={"reference"})
        if self.outcome == "not_identified" and not self.appeal.strip():
            cure = _("Say where and until when it can be challenged, and that she was told so.")
            found.append(BadInput("appeal", _("A refusal without a way to challenge it is none."), cure))
        return found + text_problems({"appeal": self.appeal}, optional={"appeal"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectionDraft:
    """A recovery and reflection period that was granted."""

    country: str
    begins: dt.date
    days: int
    reference: str = ""

    def problems(self) -> list[BadInput]:
        """Every fault but the length, which the library judges."""
        found = choice_problems({"country": (self.country, vocabulary.country_codes())})
        return found + past_problems({"begins": self.begins}) + text_problems(
            {"reference": self.reference}, longest=200, optional={"reference"}
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestsDraft:
    """A look at the best interests of a child. `view`: the child's own; `present`: who was with the child."""

    kind: str
    view: str
    present: str
    result: str
    reasons: str

    def problems(self) -> list[BadInput]:
        """Every fault."""
        texts = {"view": self.view, "present": self.present, "result": self.result, "reasons": self.reasons}
        return choice_problems({"kind": (self.kind, words.INTERESTS)}) + text_problems(texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistanceDraft:
    """What was agreed with her: codes of `service_kinds`, the goal in her words, who does it, the next review."""

    kinds: Sequence[str]
    goal: str
    provider: str
    review: dt.date

    def problems(self) -> list[BadInput]:
        """Every fault."""
        found = several_problems("kinds", self.kinds, "service_kinds") + coming_problems({"review": self.review})
        return found + text_problems({"goal": self.goal, "provider": self.provider})


@dataclass(frozen=True, slots=True, kw_only=True)
class JusticeDraft:
    """Her choice about proceedings, and whether she may have been made to do what she is suspected of (R40)."""

    wish: str
    compensation: str
    compelled: str
    protection: str = ""
    compelled_to: str = ""

    def problems(self) -> list[BadInput]:
        """Every fault."""
        found = choice_problems(
            {
                "wish": (self.wish, words.TAKES_PART),
                "compensation": (self.compensation, words.YES_NO),
                "compelled": (self.compelled, words.YES_NO),
            }
        )
        optional = {"protection"} if self.compelled == "yes" else {"protection", "compelled_to"}
        texts = {"protection": self.protection, "compelled_to": self.compelled_to}
        return found + text_problems(texts, optional=optional)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceDraft:
    """What she wants: to stay, to return to a state, or to go elsewhere. `told`: what she was told before."""

    wish: str
    told: str
    state: str = ""
    reception: str = ""

    def problems(self) -> list[BadInput]:
        """Every fault."""
        found = choice_problems({"wish": (self.wish, words.WISHES)})
        found += choice_problems({"state": (self.state, {*vocabulary.country_codes(), ""})})
        if self.wish in {"return", "third_country"} and not self.state:
            found.append(BadInput("state", _("The country is missing."), _("Choose the country.")))
        texts = {"told": self.told, "reception": self.reception}
        return found + text_problems(texts, optional={"reception"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpDraft:
    """How somebody is who returned. `how`: code of `words.HOW_SHE_IS`; `said`: what she says, or what was tried."""

    how: str
    needs: Sequence[str] = field(default_factory=tuple)
    said: str = ""

    def problems(self) -> list[BadInput]:
        """Every fault."""
        found = choice_problems({"how": (self.how, words.HOW_SHE_IS)})
        if self.needs or self.how == "needs_help":
            found += several_problems("needs", self.needs, "service_kinds")
        return found + text_problems({"said": self.said}, optional={"said"} if self.how == "well" else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingDraft:
    """Why and how accompaniment ends; `retain`: until when the path is kept."""

    outcome: str
    reason: str
    retain: dt.date
    follow_up: dt.date | None = None

    def problems(self) -> list[BadInput]:
        """Every fault."""
        found = choice_problems({"outcome": (self.outcome, words.CLOSINGS)}) + text_problems({"reason": self.reason})
        days = {"retain": self.retain} | ({"follow_up": self.follow_up} if self.follow_up else {})
        return found + coming_problems(days)
