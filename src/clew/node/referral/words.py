"""What codes of this room are called, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

STEPS: Final[dict[str, Words]] = {
    "contact": _("First contact"),
    "screening": _("Screening"),
    "identification": _("Formal identification"),
    "consent": _("Her consent"),
    "referral": _("Referral"),
    "assistance": _("Assistance"),
    "justice": _("Justice"),
    "residence": _("Residence or return"),
    "closing": _("Closing"),
}

ABOUT_STEPS: Final[dict[str, Words]] = {
    "contact": _("Safety first. No name is needed."),
    "screening": _("Signs, and no legal finding. What is not found closes nothing."),
    "identification": _("Help never depends on what she says to the police or in court."),
    "consent": _("Purpose by purpose, recipient by recipient. Refusing costs no help."),
    "referral": _("The least that the service needs, under a consent that names it."),
    "assistance": _("What was agreed, who does it, and when it is looked at again."),
    "justice": _("It is her choice. For what she was made to do she is not punished."),
    "residence": _("She returns only of her own will, after the risks were looked at."),
    "closing": _("A second person agrees. It can be opened again at any time."),
}

HELD: Final[dict[str, tuple[Words, Words]]] = {
    "guardian_none": (
        _("She may be a child, and nobody answers for her."),
        _("Record a guardian first. Until then only what keeps her safe is done."),
    ),
    "guardian_conflict": (
        _("The guardian has a conflict of interest, and cannot answer for the child."),
        _("Have another guardian appointed, and record it."),
    ),
    "guardian_unknown": (
        _("Nobody has looked whether the guardian has a conflict of interest."),
        _("Look into it, and record what was found."),
    ),
    "no_wish": (
        _("She has not said that she wants to return."),
        _("Talk with her, and record what she wants."),
    ),
    "no_return_consent": (
        _("There is no consent of hers to a return that counts today."),
        _("Go through it with her. A return is voluntary, or it is none."),
    ),
    "risk_none": (
        _("Nobody has assessed what she risks in this country."),
        _("Assess retaliation, debts, stigma, the authorities and her health, and record it."),
    ),
    "risk_old": (
        _("The assessment of what she risks is too old."),
        _("Assess it again."),
    ),
    "risk_against": (
        _("The assessment says that she is at risk there."),
        _("She does not return there now."),
    ),
    "no_best_interests": (
        _("No determination of the child's best interests stands."),
        _("A child-protection officer determines it, and a second person agrees."),
    ),
}
"""Why a step is held back, and what helps."""

AGES: Final[dict[str, Words]] = {
    "adult": _("An adult"),
    "child": _("A child"),
    "doubt": _("In doubt: treated as a child"),
    "unknown": _("Not said: treated as a child"),
}

YES_NO: Final[dict[str, Words]] = {"yes": _("Yes"), "no": _("No"), "unknown": _("Not known")}

CHANNELS: Final[dict[str, Words]] = {
    "in_person": _("In person"),
    "telephone": _("By telephone"),
    "online": _("Online"),
    "third_party": _("Through somebody else"),
}

SAID: Final[dict[str, Words]] = {
    "yes": _("Yes"),
    "no": _("No"),
    "unknown": _("Not known"),
    "not_asked": _("Not asked"),
}

BASES: Final[dict[str, Words]] = {"observed": _("observed"), "stated": _("stated")}

RESULTS: Final[dict[str, tuple[Words, str]]] = {
    "trafficking_signs": (_("Signs of trafficking"), "danger"),
    "deceived_and_exploited": (_("Deceived when recruited, and exploited"), "attention"),
    "labour_rights": (_("Exploitation: a case of labour rights, unless more is found"), "attention"),
    "child_exploited": (
        _("A child is exploited: ask whether she was recruited, moved or received for it"),
        "danger",
    ),
    "some_signs": (_("Some signs, for which the rule names no result"), "attention"),
    "signs_present": (_("There are signs: they prove nothing and call for inquiry"), "attention"),
    "no_signs_found": (_("No signs found, which proves nothing"), "neutral"),
}
"""What a screening came to, and the tone of its badge."""

STANDINGS: Final[dict[str, tuple[Words, str]]] = {
    "positive": (_("positive"), "attention"),
    "open": (_("open: answers are missing"), "info"),
    "not_positive": (_("not positive"), "neutral"),
}
"""Of a dimension."""

WEIGHTS: Final[dict[str, Words]] = {
    "strong": _("strong"),
    "medium": _("medium"),
    "weak": _("weak"),
    "sign": _("without weight"),
}

OUTCOMES: Final[dict[str, Words]] = {
    "presumed": _("Presumed victim: there are reasonable grounds"),
    "identified": _("Identified as a victim"),
    "not_identified": _("Not identified as a victim"),
}

INTERESTS: Final[dict[str, Words]] = {
    "assessment": _("Assessment: early, for what is done now"),
    "determination": _("Determination: before anything that lasts, such as a return"),
}

TAKES_PART: Final[dict[str, Words]] = {
    "takes_part": _("Wants to take part in proceedings"),
    "undecided": _("Has not decided"),
    "does_not": _("Does not want to take part"),
}

WISHES: Final[dict[str, Words]] = {
    "stay": _("Wants to stay"),
    "return": _("Wants to return"),
    "third_country": _("Wants to go to another country"),
    "undecided": _("Has not decided"),
}

CLOSINGS: Final[dict[str, Words]] = {
    "closed": _("Accompaniment ended"),
    "closed_by_referral": _("Another service goes on"),
    "returned": _("She returned"),
    "resident": _("She may stay"),
}

HOW_SHE_IS: Final[dict[str, Words]] = {
    "well": _("She is well"),
    "needs_help": _("She needs help"),
    "danger": _("She is in danger"),
    "not_reached": _("She could not be reached"),
}
"""How somebody is who returned."""

STATES: Final[dict[str, tuple[Words, str]]] = {
    "told": (_("She was told of it and goes herself"), "info"),
    "prepared": (_("In preparation: nothing has left"), "attention"),
    "asked": (_("Waits for an answer"), "attention"),
    "accepted": (_("Accepted"), "good"),
    "refused": (_("Refused by the service"), "danger"),
    "stopped": (_("Stopped: no consent any more"), "neutral"),
}
"""Of a referral."""

INCOMING_STATES: Final[dict[str, tuple[Words, str]]] = {
    "taken": (_("Waits for your answer"), "attention"),
    "accepted": (_("Accepted"), "good"),
    "refused": (_("Not taken"), "neutral"),
    "ended": (_("Ended by the partner"), "neutral"),
}
"""Of a partner's referral."""

DANGERS: Final[dict[str, Words]] = {
    "life": _("To life"),
    "freedom": _("To freedom"),
    "physical_integrity": _("To physical integrity"),
}
"""What threatens somebody, as the release rules know it (R09)."""

FITS: Final[dict[str, tuple[Words, str]]] = {
    "suits": (_("Suits"), "good"),
    "ask": (_("Ask first"), "info"),
    "does_not": (_("Does not suit"), "neutral"),
}

MATCH_REASONS: Final[Mapping[str, Words]] = {
    "covers": _("Offers: %(about)s."),
    "covers_nothing": _("Offers nothing of what is needed: %(about)s."),
    "covers_not": _("Does not offer: %(about)s."),
    "group": _("Is there for: %(about)s."),
    "group_not": _("Is not there for: %(about)s."),
    "group_not_said": _("Has not said whether it is there for: %(about)s."),
    "group_not_asked": _("It was not recorded who she is, so nobody knows whether it is there for her."),
    "language": _("Speaks: %(about)s."),
    "language_not": _("Needs an interpreter for: %(about)s."),
    "language_not_said": _("Has not said whether it speaks: %(about)s."),
    "language_not_asked": _("It was not recorded which language she speaks."),
    "other_country": _("Is in another country: %(about)s."),
    "places": _("Has free places."),
    "full": _("Has no free place now: ask when one will be."),
}
"""Why a service suits or does not, with what each sentence is about."""

PERIODS: Final[dict[str, tuple[Words, Words]]] = {
    "short": (
        _("The law of this country grants %(least)d days at least."),
        _("Enter that many days, or more."),
    ),
    "none": (_("This is less than a day."), _("Enter how many days were granted.")),
    "long": (_("This is longer than a year."), _("A longer stay is a permit: record it as residence.")),
}
"""What is wrong with the length of a recovery and reflection period."""
