"""The forms of the import and export pages. They check shape only; what is allowed is the actions' business."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clew.node.design.fields import CodeField, HintedRadioSelect
from clew.node.pages import code_choices
from clew.node.transfer.mapping.rules import MappingRules
from clew.node.transfer.queries import MappingChoice
from clew.node.transfer.readers.encodings import KNOWN

STATISTICS = ""
"""The choice "no case" of an upload: statistics belong to no compartment."""


class UploadForm(forms.Form):
    """A file, and who may know what it says."""

    file = forms.FileField(
        label=_("File"), help_text=_("CSV, XLSX, ODS or FollowTheMoney JSON lines, also gzipped; at most 100 MB.")
    )
    title = forms.CharField(
        label=_("What this source is"),
        max_length=200,
        help_text=_("For instance: extract of the register of agencies, May 2026. Without the name of any person."),
    )
    case = forms.ChoiceField(
        label=_("Whose team may know it"),
        required=False,
        help_text=_("Choose the case it belongs to. Anonymised statistics belong to no case."),
    )

    def __init__(self, *args: Any, cases: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["case"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(STATISTICS, _("No case: anonymised statistics only")), *cases]


class MappingForm(forms.Form):
    """Which mapping reads the file."""

    mapping = forms.ChoiceField(label=_("What does the file hold?"))

    def __init__(self, *args: Any, choices: Sequence[MappingChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {one.name: one.description for one in choices}
        self.fields["mapping"] = forms.ChoiceField(
            label=_("What does the file hold?"),
            choices=[(one.name, one.title) for one in choices],
            widget=HintedRadioSelect(hints=hints),
        )


class ReadingForm(forms.Form):
    """How the file is read: encoding, and which column is which."""

    encoding = forms.ChoiceField(label=_("Encoding"), required=False)
    leave_out_unknown = forms.BooleanField(label=_("Leave out columns that the mapping does not know"), required=False)

    def __init__(self, *args: Any, rules: MappingRules, found: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = {f"column_{place}": name for place, name in enumerate(rules.columns)}
        encoding = self.fields["encoding"]
        if isinstance(encoding, forms.ChoiceField):
            encoding.choices = [("", _("Find it out")), *((name, name) for name in KNOWN)]
        if rules.kind == "ftm":
            del self.fields["encoding"], self.fields["leave_out_unknown"]
        if rules.kind == "entities":
            options = [("", _("Not in this file")), *((name, name) for name in found)]
            for key, name in self.columns.items():
                label = format_lazy(_("Column for “{name}”"), name=name)
                self.fields[key] = forms.ChoiceField(label=label, choices=options, required=False)

    def chosen_columns(self) -> dict[str, str]:
        """The file's column for each column of the mapping; empty for a table read by names alone."""
        return {name: self.cleaned_data[key] for key, name in self.columns.items() if key in self.fields}


class SourceForm(forms.Form):
    """What holds for every fact of the file; proposed by the mapping."""

    reliability = CodeField("source_reliability")
    accuracy = CodeField("information_accuracy")
    handling = CodeField("handling_codes")
    handling_text = forms.CharField(label=_("Conditions, with H3"), required=False, max_length=1000)
    purpose = CodeField("purposes", as_select=True)
    basis = CodeField("evidence_basis")
    category = forms.ChoiceField(
        label=_("Persons in this file are"),
        required=False,
        choices=code_choices("person_categories", empty=_("Not said: they are protected")),
        help_text=_("Where the file itself does not say what a person is in this matter."),
    )
    retain_days = forms.IntegerField(label=_("Keep for how many days"), min_value=1, max_value=36_525)


class SaveForm(forms.Form):
    """The name under which a matching is kept."""

    title = forms.CharField(
        label=_("Keep this mapping under the name"),
        max_length=100,
        required=False,
        help_text=_("For the next file of this kind. Everyone on this node can use it."),
    )


class TitleForm(forms.Form):
    """The name of a mapping."""

    title = forms.CharField(label=_("Name"), max_length=100)


class StartForm(forms.Form):
    """All of it, or its good rows only."""

    good_rows_only = forms.ChoiceField(
        label=_("Which rows?"),
        choices=[("", _("All or nothing")), ("1", _("Good rows only"))],
        required=False,
        widget=HintedRadioSelect(
            hints={
                "": _("Nothing is imported as long as one row has an error."),
                "1": _("Rows with errors are left out; you can fetch the list of them."),
            }
        ),
    )


class ReasonForm(forms.Form):
    """Why an import is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 3}))


class MappingTextForm(forms.Form):
    """A mapping of one's own, as text."""

    name = forms.CharField(
        label=_("Short name"), max_length=60, help_text=_("Letters and digits, for instance: hotline-2026.")
    )
    definition = forms.CharField(
        label=_("Mapping (YAML)"),
        widget=forms.Textarea({"rows": 20, "spellcheck": "false"}),
        help_text=_("Begin with one of those that come with Clew and change it."),
    )


class CountForm(forms.Form):
    """What to count, and by which column."""

    dataset = forms.ChoiceField(label=_("Table"), required=False)
    by = forms.ChoiceField(label=_("Count by"), required=False)
    reading = forms.ChoiceField(
        label=_("Values"),
        required=False,
        choices=[("given", _("As they stand in the file")), ("normalised", _("As they are to be read"))],
    )

    def __init__(self, *args: Any, tables: Sequence[tuple[str, str]], columns: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("dataset", tables), ("by", [(one, one) for one in columns])):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = list(choices)


class ExportForm(forms.Form):
    """What is exported, for whom and what for."""

    recipient = forms.ChoiceField(
        label=_("For whom"), help_text=_("A file is for your own organisation. Anyone else is sent a letter.")
    )
    what = forms.ChoiceField(
        label=_("What"),
        choices=[
            ("case", _("What one case looks at")),
            ("entities", _("A list from the dossiers")),
            ("cases", _("The list of cases")),
        ],
        widget=forms.RadioSelect,
    )
    case_id = forms.ChoiceField(label=_("Case"), required=False)
    schema = forms.ChoiceField(label=_("Only this kind"), required=False)
    text = forms.CharField(label=_("Only with these words"), required=False, max_length=200)
    purpose = CodeField("purposes", as_select=True)
    file_format = forms.ChoiceField(
        label=_("Format"),
        choices=[("csv", "CSV"), ("xlsx", "XLSX"), ("ftm", _("FollowTheMoney JSON lines"))],
        widget=forms.RadioSelect,
        initial="csv",
    )
    reason = forms.CharField(label=_("Why it is needed"), max_length=1000, widget=forms.Textarea({"rows": 2}))

    def __init__(
        self,
        *args: Any,
        recipients: Sequence[tuple[str, str]],
        cases: Sequence[tuple[str, str]],
        schemata: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        empty = [("", "—")]
        offered = {"recipient": recipients, "case_id": [*empty, *cases], "schema": [*empty, *schemata]}
        for name, choices in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = list(choices)


class DocumentsForm(forms.Form):
    """Which documents go into a bag, for whom and what for."""

    recipient = forms.ChoiceField(
        label=_("For whom"), help_text=_("A file is for your own organisation. Anyone else is sent a letter.")
    )
    documents = forms.MultipleChoiceField(
        label=_("Which documents?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Left out are those of which nobody has said whom they show, and those that the rules keep back."),
    )
    purpose = CodeField("purposes", as_select=True)
    reason = forms.CharField(label=_("Why it is needed"), max_length=1000, widget=forms.Textarea({"rows": 2}))

    def __init__(
        self, *args: Any, recipients: Sequence[tuple[str, str]], documents: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].choices = list(recipients)  # type: ignore[attr-defined]
        self.fields["documents"].choices = list(documents)  # type: ignore[attr-defined]
