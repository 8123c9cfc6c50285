"""Importing a laboratory's file: tried, then kept whole or not at all. The file is read in memory and never stored."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence

from django.contrib import messages
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from clew.kinship.laboratory_files import FileFault, LaboratoryFile, read_codis, read_marker_table
from clew.node.accounts.actions import Officer
from clew.node.kinship import actions, queries
from clew.node.kinship.forms import ImportForm
from clew.node.pages import officer_for, page, posted

MOST_ROWS = 200_000
SHOWN = 200
BEGINS = b'"Output from Familias'


@csrf_exempt  # the handler must stand before the body is read; `_received` checks the token
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in, in memory alone: one that is too large for that is not taken."""
    officer = officer_for(request, "kinship.record")
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    return _received(request, officer)


@csrf_protect
def _received(request: HttpRequest, officer: Officer) -> HttpResponse:
    form = ImportForm(
        posted(request),
        request.FILES or None,
        units=queries.unit_choices(officer=officer),
        laboratories=queries.laboratory_choices(today=timezone.localdate()),
    )
    found = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        found = actions.import_profiles(
            actor=officer, compartment_id=said["compartment"], laboratory_id=said["laboratory"], taken=said["taken"],
            file=read_file(said["file"].name or "", said["file"].read(), said["about"]),
            dry_run=said["keep"] == "try",
        )  # fmt: skip
        if found.kept:
            told = ngettext("%(n)d profile is recorded.", "%(n)d profiles are recorded.", found.kept)
            messages.success(request, told % {"n": found.kept})
            return redirect("kinship:list")
        if not found.faults:
            form.add_error(None, _("Nothing is wrong. Choose the file again to keep it."))
        else:
            form.add_error("file", _("Nothing of this file is kept: what is wrong stands below."))
    faults = found.faults if found is not None else ()
    context = {"form": form, "faults": faults[:SHOWN], "more": max(0, len(faults) - SHOWN)}
    return page(request, "kinship/import.html", context)


def read_file(name: str, content: bytes, about: str = "") -> LaboratoryFile:
    """A file by its content: XML, XLSX, Familias with lines about its samples, or else a CSV table."""
    if content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(BEGINS):
        # Here, since reading models of mutation brings numpy, and few pages ever need it.
        from clew.kinship.fam_samples import read_fam_samples

        return read_fam_samples(content, about)
    if content.lstrip()[:1] == b"<" or name.lower().endswith(".xml"):
        return read_codis(content)
    if content[:2] == b"PK":
        return read_marker_table(_sheet(content))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return LaboratoryFile((), (FileFault(1, "", "column", "Sample Name"),))
    first = text.split("\n", 1)[0]
    return read_marker_table(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count)))


def _sheet(content: bytes) -> list[Sequence[str]]:
    """The first sheet of a workbook; no rows where it is none."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS, values_only=True)
        return [["" if cell is None else str(cell) for cell in row] for row in rows]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError):
        return []
