"""What pages say of patterns, remedies and reviews: codes into the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PATTERNS = {
    "repeated_person": _("One partner asks about the same person again and again"),
    "many_partners": _("Several partners ask about the same person"),
    "burst": _("Many requests within a few days"),
    "refused": _("Many of its requests meet a refusal"),
    "protected_person": _("Requests about persons of whom a protection is recorded"),
    "purpose_misfit": _("Purposes that do not fit this kind of organisation, or no offence named"),
    "many_persons": _("Many persons in one request"),
}

REQUESTER = "requester"
"""What a note is about that is on no pattern but on how a party asks as a whole."""

NOTED = {**PATTERNS, REQUESTER: _("How this partner asks, as a whole")}

HARMLESS = {
    "repeated_person": _("A long investigation, answers that came in parts, or a question that was not answered."),
    "many_partners": _("A case that crosses several borders, or a joint investigation."),
    "burst": _("A joint action, a raid, or letters that waited while a line was down."),
    "refused": _("An officer who is new to the instrument, or rules of this node that are stricter than the treaty."),
    "protected_person": _("Chance, or a partner that helps protect her and does not know what is recorded here."),
    "purpose_misfit": _("A code chosen by mistake, or a post with tasks that its organisation's kind does not show."),
    "many_persons": _("One event with many victims, such as a raid; then the letter says so."),
}

JUDGEMENTS = {
    "seen": pgettext_lazy("judgement on a pattern", "Seen, to be watched"),
    "harmless": pgettext_lazy("judgement on a pattern", "Harmless"),
    "flagged": pgettext_lazy("judgement on a pattern", "Flagged for the rules"),
}

ASKERS = {
    "self": _("The person herself or himself"),
    "lawyer": _("A lawyer"),
    "guardian": _("A guardian or parent"),
    "authority": _("A supervisory authority or court"),
}

ASKED = {
    "access": _("To know what was shared"),
    "correction": _("To have something corrected"),
    "erasure": _("To have something erased"),
    "restriction": _("To have its use restricted"),
    "lawfulness": _("To have it checked whether it was lawful"),
}

THROUGH = {
    "in_person": _("In person"),
    "post": pgettext_lazy("a way a request came", "By post"),
    "e_mail": _("By e-mail"),
    "telephone": _("By telephone"),
    "authority": _("Through an authority"),
}

FINDINGS = {
    "lawful": pgettext_lazy("what was found of a disclosure", "Lawful"),
    "unlawful": pgettext_lazy("what was found of a disclosure", "Unlawful: it has to be recalled"),
    "correct": pgettext_lazy("what was found of a disclosure", "Wrong data: they have to be corrected"),
    "recall": pgettext_lazy("what was found of a disclosure", "It has to be recalled"),
}

OUTCOMES = {
    "whole": pgettext_lazy("what left", "All that was chosen"),
    "partly": pgettext_lazy("what left", "A part of it"),
    "nothing": pgettext_lazy("what left", "Nothing of it"),
    "none": pgettext_lazy("what left", "No facts, only words"),
}

KINDS = {
    "source": _("Sources"),
    "consent": _("Consents"),
    "safeguard": _("Protected circumstances"),
    "assurance": _("Assurances and pledges"),
    "document": _("Documents"),
}

HANDED_TO = {
    "own": _("My own organisation"),
    "authority": _("A data-protection authority"),
}
