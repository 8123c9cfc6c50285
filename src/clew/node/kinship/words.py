"""What codes of this room are called, in the reader's language."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clew.kinship.drawing import PedigreeWords
from clew.kinship.laboratory_files import FileFault
from clew.kinship.samples import Fault
from clew.node.types import BadInput


def pedigree_words() -> PedigreeWords:
    """How a pedigree's drawing is described to those who do not see it."""
    return PedigreeWords(
        sexes={"male": gettext("male"), "female": gettext("female"), "unknown": gettext("sex not known")},
        child_of_one=gettext("child of %(one)s"),
        child_of_both=gettext("child of %(one)s and %(other)s"),
        deceased=gettext("deceased"),
        typed=gettext("profile recorded"),
        missing=gettext("looked for"),
    )


REASONS: Final[dict[str, str | Promise]] = {
    "withdrawn": _("The consent was withdrawn"),
    "reunited": _("The child is with its family again"),
    "closed": _("The search was closed"),
    "mistake": _("It was recorded by mistake"),
    "no_consent": _("No consent stands any more"),
    "erased": _("It was destroyed after the backup that was brought back"),
}
"""Why a profile was destroyed."""

SEXES: Final[dict[str, str | Promise]] = {
    "male": _("Boy"),
    "female": _("Girl"),
    "unknown": _("Not known"),
}
"""Of a child."""

_FAULTS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "y": (
        _("%(locus)s lies on the Y: it names a father's line, and is not searched here."),
        _("Leave it out."),
    ),
    "single_base": (
        _("%(locus)s is a single base: such markers tell of ancestry and looks, and are not kept here."),
        _("Leave it out."),
    ),
    "unknown": (
        _("%(locus)s is no locus of which any frequency table knows something."),
        _("Correct its name, or leave it out."),
    ),
    "kit": (
        _("The kit does not show %(locus)s."),
        _("Choose another kit, or check whether two samples were mixed up."),
    ),
    "twice": (_("%(locus)s stands there twice."), _("Keep one line for each locus.")),
    "three": (
        _("%(locus)s has more than two alleles (%(text)s)."),
        _("Leave the locus out, or decide with the laboratory which two were meant."),
    ),
    "allele": (
        _("“%(text)s” at %(locus)s are no alleles."),
        _("Write two numbers of repeats: 12/16."),
    ),
    "one": (
        _("%(locus)s has one allele (%(text)s) where everyone has two."),
        _("Write it twice where it is homozygous (12/12), or 12/- where the second was not read."),
    ),
    "sex": (
        _("Amelogenin shows %(text)s, and that is not the sex that was recorded."),
        _("Correct the sex, or check whether samples were exchanged."),
    ),
    "few": (
        _("Only %(text)s loci are typed, which tells no relative from a stranger."),
        _("Ask the laboratory for the whole profile, or for another sample."),
    ),
}


def said_of(fault: Fault, field: str = "genotypes") -> BadInput:
    """A fault of a sample, as a form shows it."""
    problem, cure = _FAULTS[fault.code]
    return BadInput(field, str(problem) % {"locus": fault.locus, "text": fault.text}, str(cure))


STATES: Final[dict[str, tuple[str | Promise, str]]] = {
    "lead": (_("A lead, not followed up"), "attention"),
    "asked": (_("A laboratory was asked"), "info"),
    "confirmed": (_("Confirmed by a laboratory"), "good"),
    "refuted": (_("Refuted by a laboratory"), "neutral"),
}
"""How far a hit was followed up, and the tone of its badge."""

SEARCHES: Final[dict[str, tuple[str | Promise, str]]] = {
    "weighing": (_("Being weighed"), "info"),
    "weighed": (_("Weighed, not run"), "attention"),
    "waiting": (_("Waiting to run"), "info"),
    "running": (_("Running"), "info"),
    "done": (_("Done"), "good"),
    "failed": (_("Could not run"), "danger"),
    "cancelled": (_("Stopped"), "neutral"),
    "left_out": (_("Left out: these relatives cannot answer"), "neutral"),
}
"""Of a search, and of a wide one."""

DECISIONS: Final[dict[str, str | Promise]] = {
    "may": _("Telling does no harm to the child"),
    "may_not": _("Nobody of the family is to be told"),
}
"""Of the child-protection officer."""

VIEWS: Final[dict[str, str | Promise]] = {
    "wants": _("wants the family to be told"),
    "refuses": _("does not want the family to be told"),
    "too_young": _("is too young to be asked; the note says why"),
}
"""Of the child."""

WHOM: Final[dict[str, str | Promise]] = {
    "family": _("The family"),
    "child": _("The child"),
    "authority": _("The authority that decides about the child"),
}
"""Who is to be told of a confirmed hit."""

_FILE_FAULTS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "column": (
        _("The table has no column “%(text)s”."),
        _("Its first row names Sample Name, Marker, Allele 1, Allele 2, Consent and Reference."),
    ),
    "void": (_("The row names no sample, or no marker."), _("Fill both in, or remove the row.")),
    "twice": (_("%(text)s stands there twice."), _("Keep one line for each locus.")),
    "differs": (_("The rows of this sample differ: %(text)s."), _("Check whether two samples were mixed up.")),
    "consent": (
        _("The sample has no number of a consent."),
        _("Enter the number of the donor's consent in the column Consent, or as CONSENT in the comment."),
    ),
    "reference": (
        _("The sample has no reference of a family or found child."),
        _("Enter it in the column Reference, or as REFERENCE in the comment."),
    ),
    "category": (
        _("Specimens of the category “%(text)s” are never taken here."),
        _("Only relatives, missing and unidentified persons: remove it from the file, and keep the two apart."),
    ),
    "sample": (_("A specimen has no id, or one that another has."), _("Give each specimen an id of its own.")),
    "fam": (
        _("This Familias file cannot be read: %(text)s."),
        _("Save it again with Familias 3, or export the profiles as a table."),
    ),
    "about": (
        _("“%(text)s” does not say what a sample is."),
        _("Write one line for each sample: its name, CONSENT and number, REFERENCE, for a relative PERSON."),
    ),
    "xml": (_("This is no CODIS CMF 3.2 file."), _("Export it again as CMF 3.2, without a DTD.")),
}


def said_of_file(fault: FileFault) -> BadInput:
    """A fault of a file in words."""
    problem, cure = _FILE_FAULTS[fault.code]
    return BadInput(fault.code, str(problem) % {"text": fault.text}, str(cure))
