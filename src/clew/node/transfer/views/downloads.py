"""Files that leave through the browser, with headers that keep them from being shown, kept or guessed at."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from clew.node.marking import escaped

PROBLEM_COLUMNS = ("row", "field", "value", "problem", "cure")


def attachment(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to be saved: never rendered, never cached, its kind never guessed."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def problems_csv(problems: Iterable[Mapping[str, Any]]) -> bytes:
    """Problems of an import as CSV, safe to open in a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(PROBLEM_COLUMNS)
    writer.writerows([escaped(str(one[name])) for name in PROBLEM_COLUMNS] for one in problems)
    return b"\xef\xbb\xbf" + text.getvalue().encode()
