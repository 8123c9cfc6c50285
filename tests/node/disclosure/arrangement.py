"""The fictional police arrangement of Vienna and Beijing: both offices, the instrument, the assurances (R23, R47)."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from clew.node.accounts.actions import Officer
from clew.node.disclosure import actions
from clew.node.partners.models import Instrument, NodeCard, Party


def two_offices() -> None:
    """This node's office, its confirmed partner with a card, and the instrument between them."""
    now = timezone.now()
    Party.objects.create(uid="at-office", name="Office Vienna (fictional)", country="AT", kind="police",
                         status="active", is_own=True, added=now)  # fmt: skip
    other = Party.objects.create(uid="cn-office", name="Office Beijing (fictional)", country="CN", kind="police",
                                 status="active", added=now, confirmed=now, inbound_url="https://cn.test/")  # fmt: skip
    NodeCard.objects.create(
        party=other, raw=b"card", fingerprint="1234", sign_key=b"a" * 32, seal_key=b"b" * 32, transport_key=b"c" * 32,
        valid_from=now - dt.timedelta(days=1), valid_until=now + dt.timedelta(days=365), received=now, confirmed=now,
    )  # fmt: skip
    Instrument.objects.create(
        code="AT-CN-TEST", title="Arrangement (fictional)", kind="police_arrangement",
        parties=["at-office", "cn-office"], in_force_from=dt.date(2025, 1, 1), fictional=True, registered=now,
        enables=[{"letter": "request", "purposes": ["criminal_investigation"]},
                 {"letter": "reply", "purposes": ["criminal_investigation"]}],
        translations=["zh"],
    )  # fmt: skip


def assured(adviser: Officer) -> None:
    """What Beijing has promised in writing, recorded by a legal adviser."""
    today = timezone.now().date()
    for kind in ("assurance", "pledge"):
        actions.record_assurance(
            actor=adviser, party="cn-office", kind=kind, text="Not towards any such penalty (fictional).",
            issuer="Office Beijing (fictional)", issued=today - dt.timedelta(days=10),
            expires=today + dt.timedelta(days=100), translations=["zh"],
        )  # fmt: skip
