"""Vienna imports what it has, through the import page's own actions."""

from __future__ import annotations

from importlib.resources import files

from clew.demo.acts.recording import case_of
from clew.demo.acts.script import NOT_YET, officer, script
from clew.node.dossier.models import Entity
from clew.node.transfer.actions import import_now
from clew.node.transfer.models import ImportBatch

FILE = "register-extract.csv"
AT_WORK = ("checking", "queued", "running")
TITLE = "Extract on recruitment agencies (fictional)"


def import_register(node: str, by: str) -> str:
    """Import the extract on agencies, their phones and accounts; the case then looks at the agency it is about."""
    case = case_of(script()[node]["case"]["title"])
    if case is None:
        raise LookupError(node)
    done = ImportBatch.objects.filter(title=TITLE, state="done").first()
    if done is None and ImportBatch.objects.filter(title=TITLE, state__in=AT_WORK).exists():
        # One that was cut off is the worker's to finish; a second upload would be a second import.
        return NOT_YET
    if done is None:
        content = files("clew.demo").joinpath("data", FILE).read_bytes()
        done = import_now(
            actor=officer(by),
            file_name=FILE,
            content=[content],
            mapping="agencies",
            title=TITLE,
            compartment_id=case.compartment_id,
            case_id=case.pk,
        )
    return f"{done.imported} of {done.rows} rows"


def about_the_agency(name: str) -> list[Entity]:
    """The agency of that name, what the import ties to it, and the ties."""
    agency = Entity.objects.filter(schema="RecruitmentAgency", statements__value=name).order_by("pk")[0]
    links = Entity.objects.filter(statements__value=str(agency.pk), schema__in=["PhoneUse", "Ownership"])
    values = [
        int(value)
        for link in links.distinct()
        for value in link.statements.values_list("value", flat=True)
        if value.isdigit() and int(value) != agency.pk
    ]
    tied = Entity.objects.filter(pk__in=values, schema__in=["Phone", "BankAccount"])
    return [agency, *links.distinct().order_by("pk"), *tied.order_by("pk")]
