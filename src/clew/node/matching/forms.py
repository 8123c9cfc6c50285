"""The forms of the pages on who is who. They check shape only; what is allowed is the actions' business."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clew.node.design.fields import CodeField, KeyedCodeRadios

LONGEST = 1_000
KEYS = {"same": "s", "different": "d", "unsure": "u"}


class JudgeForm(forms.Form):
    """What somebody says of a pair, and why. One line, so that Enter sends it."""

    said = CodeField(
        "match_judgements",
        label=_("Are they the same?"),
        widget=KeyedCodeRadios("match_judgements", keys=KEYS, then="#id_reason"),
    )
    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST, help_text=_("A sentence. Name nobody who is protected.")
    )


class TakeBackForm(forms.Form):
    """Why a judgement is taken back."""

    reason = forms.CharField(label=_("Why is it taken back?"), max_length=LONGEST)
