"""One operation of the API: its address, what it needs, takes and gives, and the function that does it."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Officer
from clew.node.api.models import Token
from clew.node.api.problems import misfit
from clew.node.api.schema import NUMBER, UID, Schema, text
from clew.node.at_rest import Unreadable, seal, unseal
from clew.node.types import BadInput

ROWS: Final = 50
"""Rows of one page of a list."""

IN_PATH: Final[Mapping[str, Schema]] = {
    "case": NUMBER,
    "entity": NUMBER,
    "statement": NUMBER,
    "release": NUMBER,
    "letter": UID,
    "thread": UID,
    "party": UID,
}
"""The arguments in addresses by name."""

CURSOR: Final[Schema] = text(2000)
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was let in: who asks, and what with; everything fits the schemas.

    `link` makes the address of a page of this node, from its path.
    """

    account: Officer
    token: Token
    path: Mapping[str, Any]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    link: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Operation:
    """An entry of the table from which the API routes, validates and documents itself.

    Attributes:
        takes: the schema of the body's name, "" where there is none.
        gives: the schema of the answer's name, "" for any object.
        run: what it does; None as its answer means: not here, or not yours.
        permission: what the token and the roles must hold, "" where any token will do.
        reads: what of its answer the log tells that it was read.
    """

    name: str
    method: Literal["GET", "POST"]
    path: str
    permission: str
    summary: str
    gives: str
    run: Callable[[Call], Any]
    takes: str = ""
    query: Mapping[str, Schema] = field(default_factory=dict)
    reads: str = ""

    def arguments(self, path: str) -> dict[str, Any] | None:
        """The arguments in a path, if it is this operation's; numbers as numbers."""
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[A-Za-z0-9_.:-]{1,64})", re.escape(self.path))
        found = re.fullmatch(pattern, path)
        if found is None:
            return None
        given: dict[str, Any] = {}
        for name, value in found.groupdict().items():
            if IN_PATH[name] is NUMBER:
                if not re.fullmatch(r"[1-9][0-9]{0,14}", value):
                    return None
                given[name] = int(value)
            else:
                given[name] = value
        return given


def cursor_of(operation: str, position: str) -> str | None:
    """What names the next page, or None; sealed, for a position may be a name and addresses stand in logs."""
    return base64.urlsafe_b64encode(seal(position.encode(), _bound_to(operation))).decode() if position else None


def position_in(operation: str, call: Call) -> str:
    """The position that the request's cursor names, "" for the first page.

    Raises:
        Problem: it was not made by this node for this list.
    """
    given = call.query.get("cursor", "")
    if not given:
        return ""
    try:
        return unseal(base64.urlsafe_b64decode(given.encode("ascii")), _bound_to(operation)).decode()
    except (Unreadable, ValueError, binascii.Error) as error:
        raise misfit("cursor", "cursor") from error


def rows_of(operation: str, call: Call, found: QuerySet[Row]) -> tuple[list[Row], str | None]:
    """A page of rows in their order, and the cursor of the next."""
    start = int(position_in(operation, call) or 0)
    got = list(found[start : start + ROWS + 1])
    return got[:ROWS], cursor_of(operation, str(start + ROWS)) if len(got) > ROWS else None


def moment(value: dt.datetime | None) -> str | None:
    """A moment as the API writes it, in UTC."""
    return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z") if value is not None else None


def moment_in(body: Mapping[str, Any], name: str) -> dt.datetime | None:
    """A moment of the body, if it is given."""
    try:
        return dt.datetime.fromisoformat(body[name].strip()) if body.get(name) else None
    except (ValueError, OverflowError) as error:
        raise BadInput(name, _("There is no such moment."), _("Write for instance 2026-11-29T10:00:00Z.")) from error


def day_in(body: Mapping[str, Any], name: str) -> dt.date | None:
    """A day of the body, if it is given."""
    try:
        return dt.date.fromisoformat(body[name].strip()) if body.get(name) else None
    except ValueError as error:
        raise BadInput(name, _("There is no such day."), _("Write for instance 2026-11-29.")) from error


def _bound_to(operation: str) -> bytes:
    return f"api-cursor:{operation}".encode()
