"""The forms of the pages about files that travel. They check shape only; what is allowed is the actions' business."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clew.node.accounts.actions import Officer
from clew.node.design.fields import CodeField, DateField3
from clew.node.design.picking import PickField, PickForm
from clew.node.dossier.queries import EntityPicks
from clew.node.exchange.actions.evidence import Grades
from clew.node.exchange.queries.evidence import DocumentLine
from clew.node.pages import code_choices
from clew.node.partners.queries import instruments, party_choices


class ShownForm(PickForm):
    """Whom a document shows, and how it is graded."""

    name = forms.CharField(
        label=_("What a partner reads as the file's name"),
        max_length=200,
        help_text=_("It counts as a fact about whomever the document shows. Leave names of persons out."),
    )
    nobody = forms.BooleanField(
        label=_("I have looked at it: it shows and names nobody"),
        required=False,
    )
    handling = CodeField("handling_codes", label=_("Handling"), initial="H0")
    handling_text = forms.CharField(
        label=_("Restriction in words"), required=False, max_length=1000, help_text=_("Needed with H3.")
    )
    reliability = CodeField("source_reliability", label=_("How reliable is where it comes from?"), as_select=True)
    accuracy = CodeField("information_accuracy", label=_("How accurate is what it shows?"), as_select=True)
    purpose = CodeField("purposes", label=_("For which purpose?"), as_select=True)
    retain_until = DateField3(label=_("Keep until"))

    def __init__(self, *args: Any, officer: Officer, team: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["persons"] = PickField(
            EntityPicks(officer, kind="Person", team=team),
            many=True,
            required=False,
            label=_("Everyone it shows or names"),
            help_text=_("Who is not in the dossier yet is recorded there first. If one is protected, so is the file."),
        )
        self.order_fields(["name", "persons", "nobody"])

    @property
    def grades(self) -> Grades:
        """The grades, once the form is valid."""
        chosen = self.cleaned_data
        return Grades(
            chosen["handling"], chosen["reliability"], int(chosen["accuracy"]), chosen["purpose"],
            chosen["retain_until"], chosen["handling_text"],
        )  # fmt: skip


class PrepareForm(forms.Form):
    """Which documents are sealed, and for whom."""

    recipient = forms.ChoiceField(label=_("For which organisation?"))
    documents = forms.MultipleChoiceField(
        label=_("Which documents?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only those of which somebody has said whom they show."),
    )

    def __init__(self, data: Any = None, *, documents: Sequence[DocumentLine]) -> None:
        super().__init__(data)
        ready = [(str(one.document.pk), one.document.title) for one in documents if one.exhibit is not None]
        self.fields["documents"].choices = ready  # type: ignore[attr-defined]
        self.fields["recipient"].choices = [("", "—"), *party_choices()]  # type: ignore[attr-defined]


class AnnounceForm(forms.Form):
    """What the letter says that announces the files."""

    instrument = forms.ChoiceField(
        label=_("Under which instrument?"), help_text=_("What makes this lawful between you and them.")
    )
    purpose = CodeField("purposes", label=_("For which purpose?"), as_select=True)
    subject = forms.CharField(label=_("Subject"), max_length=300)
    necessity = forms.CharField(
        label=_("Why is this necessary?"),
        max_length=5_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The recipient reads this too."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages in which you send it"),
        choices=code_choices("languages"),
        required=False,
        widget=forms.SelectMultiple({"size": 6}),
    )
    use = forms.ChoiceField(
        label=_("How may they use it?"),
        choices=(("intelligence", _("As police information")), ("evidence", _("As evidence before a court"))),
        widget=forms.RadioSelect,
        initial="evidence",
    )
    evidence_approval = forms.CharField(
        label=_("Approval of the competent authority for evidence"), required=False, max_length=200
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        known = [(each.code, str(each)) for each in instruments()]
        self.fields["instrument"].choices = [("", "—"), *known]  # type: ignore[attr-defined]


class GiveUpForm(forms.Form):
    """Why sealed files are given up; it stays in this house."""

    reason = forms.CharField(label=_("Why are they given up?"), max_length=300)
