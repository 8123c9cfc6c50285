"""The forms of the kinship pages. They check shape only; what is allowed is the actions' business."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from clew.kinship.kits import KITS
from clew.node.design.fields import DateField3
from clew.node.kinship.actions import FamilyDraft, ProfileDraft
from clew.node.kinship.entering import read_genotypes, read_pedigree
from clew.node.kinship.words import DECISIONS, REASONS, SEXES, VIEWS, WHOM

Choices = Sequence[tuple[str, Any]]

MODELS: Final = (
    ("equal", _("Equal: every other allele alike")),
    ("proportional", _("Proportional: by frequency")),
    ("", _("No mutation")),
)

TABLES: Final = (
    ("norstr_europe", _("Europe")),
    ("norstr_norway", _("Norway")),
    ("norstr_east_asia", _("East Asia")),
    ("norstr_west_asia", _("West Asia")),
    ("norstr_middle_asia", _("Central Asia")),
    ("norstr_africa", _("Africa")),
    ("norstr_south_america", _("South America")),
    ("nist1036_asian", _("United States: Asian")),
    ("nist1036_caucasian", _("United States: Caucasian")),
    ("nist1036_hispanic", _("United States: Hispanic")),
    ("nist1036_african_american", _("United States: African American")),
)
"""The frequency tables that come with Clew, by the populations they were made from."""


class _OfUnit(forms.Form):
    """A record that belongs to one of the officer's units."""

    compartment = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    reference = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("A code of your unit's, for instance FAM-2026-7. No name.")
    )

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["compartment"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(units)


class FamilyForm(_OfUnit):
    """A family that looks for a child."""

    pedigree = forms.CharField(
        label=_("Who is whose parent"),
        widget=forms.Textarea({"rows": 7, "spellcheck": "false"}),
        initial="F m - -\nM f - -\nMP ? F M",
        help_text=_(
            "One person a line: a code, m, f or ?, father, mother; - where nobody is known; + at the end for one who "
            "has died. List the parents that relatives have in common, sampled or not."
        ),
    )
    missing = forms.CharField(label=_("Who is looked for"), max_length=6, initial="MP")
    table = forms.ChoiceField(label=_("Frequency table"), choices=TABLES)
    model = forms.ChoiceField(label=_("Mutation model"), choices=MODELS, required=False)
    rate = forms.FloatField(label=_("Mutations per meiosis and locus"), min_value=0, max_value=0.2, initial=0.002)
    theta = forms.FloatField(label=_("Theta (co-ancestry)"), min_value=0, max_value=0.2, initial=0)

    def draft(self) -> FamilyDraft:
        """The family as the action takes it. Raises `BadInput`."""
        said = self.cleaned_data
        mutation = {"model": said["model"], "rate": said["rate"]} if said["model"] else None
        return FamilyDraft(
            said["reference"], read_pedigree(said["pedigree"]), said["missing"], said["table"], mutation, said["theta"]
        )


class ChildForm(_OfUnit):
    """A child who was found."""

    sex = forms.ChoiceField(label=_("Sex"), choices=list(SEXES.items()))


class ProfileForm(forms.Form):
    """A profile of a relative or of a found child; `persons` are those of the family who can be typed."""

    laboratory = forms.TypedChoiceField(label=_("Laboratory"), coerce=int)
    sample = forms.CharField(
        label=_("Sample reference"), max_length=60, help_text=_("The laboratory's own number. No name.")
    )
    kit = forms.ChoiceField(
        label=_("Kit"), required=False, choices=[("", _("Another one")), *((each, each) for each in KITS)]
    )
    taken = DateField3(label=_("Taken on"))
    consent = forms.IntegerField(
        label=_("Number of the consent"),
        min_value=1,
        help_text=_(
            "As the team that spoke with the donor has it: for the search for a missing person, towards this "
            "laboratory, for a DNA sample. For a child it is the guardian's."
        ),
    )
    genotypes = forms.CharField(
        label=_("What was seen"),
        widget=forms.Textarea({"rows": 16, "spellcheck": "false"}),
        help_text=_("One locus a line: “TH01 6/9.3”. 12/- where the second allele was not read."),
    )

    def __init__(self, *args: Any, laboratories: Choices, persons: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["laboratory"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(laboratories)
        if persons:
            self.fields["person"] = forms.ChoiceField(label=_("Who was sampled"), choices=[(e, e) for e in persons])
            self.order_fields(["person"])

    def draft(self, *, family_id: int | None = None, child_id: int | None = None) -> ProfileDraft:
        """The profile as the action takes it. Raises `BadInput`."""
        said = self.cleaned_data
        return ProfileDraft(
            said["laboratory"], said["sample"], said["taken"], said["consent"], read_genotypes(said["genotypes"]),
            family_id=family_id, person=said.get("person", ""), child_id=child_id, kit=said["kit"],
        )  # fmt: skip


class ImportForm(forms.Form):
    """A laboratory's file; what it says of loci is read by the library."""

    compartment = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    laboratory = forms.TypedChoiceField(label=_("Laboratory"), coerce=int)
    taken = DateField3(label=_("Taken on"))
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or XLSX with the columns Sample Name, Marker, Allele 1, Allele 2, Consent, Reference (and Person, "
            "Kit), CODIS CMF 3.2, or a file of Familias; at most 2 MB. It is read in memory and not kept."
        ),
    )
    about = forms.CharField(
        label=_("What the samples of a Familias file are"),
        help_text=_(
            "Such a file knows no consents. One line for each sample: its name, CONSENT and the number, REFERENCE of "
            "the family or found child, and for a relative PERSON. Example: AF CONSENT 12 REFERENCE FAM-1 PERSON F"
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=100_000,
        required=False,
    )
    keep = forms.ChoiceField(
        label=_("What to do"),
        choices=[("try", _("Try it: say what is wrong, keep nothing")), ("keep", _("Keep all of it, or nothing"))],
        widget=forms.RadioSelect,
        initial="try",
    )

    def __init__(self, *args: Any, units: Choices, laboratories: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("compartment", units), ("laboratory", laboratories)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = list(choices)


class LaboratoryForm(forms.Form):
    """A laboratory and its accreditation."""

    party_uid = forms.ChoiceField(label=_("Laboratory"), help_text=_("An organisation of the directory."))
    accreditation = forms.CharField(
        label=_("Accreditation"),
        max_length=120,
        help_text=_("Who accredited it, for which standard (ISO/IEC 17025), under which number."),
    )
    valid_from = DateField3(label=_("Valid from"))
    valid_until = DateField3(label=_("Valid until"))

    def __init__(self, *args: Any, parties: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["party_uid"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(parties)


class StartForm(forms.Form):
    """From which likelihood ratio on a child is a hit, and why the search is run if it cannot answer."""

    log10 = forms.FloatField(
        label=_("Threshold (log10 of the likelihood ratio)"), help_text=_("4 stands for 10,000, 6 for a million.")
    )
    reason = forms.CharField(
        label=_("Why you search all the same"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_reason:
            del self.fields["reason"]


class WideStartForm(forms.Form):
    """As `StartForm`, for many families; the reason takes in those whose relatives cannot answer."""

    log10 = forms.FloatField(
        label=_("Threshold (log10 of the likelihood ratio)"),
        help_text=_("As proposed, less than one stranger is expected in all comparisons together."),
    )
    reason = forms.CharField(
        label=_("Why you search for families whose relatives cannot answer"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Left empty, these families are left out."),
    )

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_reason:
            del self.fields["reason"]


class DestroyForm(forms.Form):
    """Why a profile is destroyed."""

    reason = forms.ChoiceField(label=_("Why"), choices=[(code, REASONS[code]) for code in ("withdrawn", "mistake")])


class LaboratoryStep(forms.Form):
    """Which laboratory is asked."""

    laboratory = forms.TypedChoiceField(label=_("Laboratory"), coerce=int)

    def __init__(self, *args: Any, laboratories: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["laboratory"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(laboratories)


class AnswerStep(forms.Form):
    """What the laboratory answered."""

    confirmed = forms.ChoiceField(
        label=_("The laboratory"),
        choices=[("confirms", _("confirms the relationship")), ("refutes", _("refutes it"))],
        widget=forms.RadioSelect,
    )
    report = forms.CharField(label=_("Number of its report"), max_length=60)


class DecisionStep(forms.Form):
    """Whether anybody may be told."""

    decision = forms.ChoiceField(label=_("Decision"), choices=list(DECISIONS.items()), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("How do you know?"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Who looked into the family, and what was found. Parents may have been the sellers."),
    )


class ViewStep(forms.Form):
    """What the child wants."""

    view = forms.ChoiceField(label=_("The child"), choices=list(VIEWS.items()), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("How the child was asked, and by whom"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )


class TellStep(forms.Form):
    """Who is to be told."""

    whom = forms.ChoiceField(label=_("Whom"), choices=list(WHOM.items()), widget=forms.RadioSelect)


class ReunionStep(forms.Form):
    """Nothing is asked; sending it is the act."""
