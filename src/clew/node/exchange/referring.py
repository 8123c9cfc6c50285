"""The letters that other letters refer to, as far as they are kept here."""

from __future__ import annotations

from collections.abc import Collection

from clew.exchange.letters import Header, read_header
from clew.node.exchange.models import Letter


def headers_named(uids: Collection[str]) -> dict[str, Header]:
    """The headers of those of these letters that are known, sent or received; one query, none for no letter."""
    wanted = {uid for uid in uids if uid}
    rows = Letter.objects.filter(uid__in=wanted).values_list("uid", "header") if wanted else ()
    return {uid: read_header(header) for uid, header in rows}


def header_named(uid: str) -> Header | None:
    """The header of one letter, None where it is not known."""
    return headers_named([uid]).get(uid)
