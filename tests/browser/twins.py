"""What the pages on who is who show: a pair that waits, one that was judged, and what another team has in common."""

from __future__ import annotations

import datetime as dt
from typing import Any

OTHER_TEAM = "Second unit (fictional)"


def known_twice() -> None:
    """Two persons written after two habits, an agency recorded twice and judged, a telephone of two teams."""
    from clew.demo.acts.script import officer
    from clew.node.accounts.actions import NODE, add_member, create_compartment, create_officer
    from clew.node.cases.models import Case
    from clew.node.matching.actions import compare_waiting, judge_pair
    from clew.node.matching.models import Finding

    anna, team = officer("anna"), Case.objects.earliest("pk").compartment.pk
    tina = create_officer(actor=NODE, username="tina", full_name="Tina Beispiel (fictional)", roles=["investigator"])
    unit = create_compartment(actor=NODE, name=OTHER_TEAM)
    add_member(actor=NODE, compartment=unit, officer=tina)
    for name, born, more in (
        ("Stoyan Zhelyazkov (fictional)", "1984-03-02", {"nationality": "bg", "phone": "+359 88 765 4321"}),
        ("Желязков Стоян", "1984-03-20", {"nationality": "bg", "phone": "+359887654321", "alias": "Stojan"}),
    ):
        _record(anna, team, "Person", "suspect", name=name, birthDate=born, **more)
    for plate in ("CB 1234 AB", "СВ1234АВ"):
        _record(anna, team, "Vehicle", None, registrationNumber=plate)
    _record(tina, unit.pk, "Phone", None, number="+359887654321")
    while compare_waiting():
        pass
    pair = Finding.objects.filter(family="vehicle", settled=None).latest("pk")
    judge_pair(actor=anna, one_id=pair.one_id, other_id=pair.other_id, said="unsure", reason="Ask for the papers")


def _record(actor: Any, team: int, schema: str, category: str | None, **said: str) -> None:
    from django.conf import settings
    from django.utils import timezone

    from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
    from clew.node.dossier.actions import record_source

    draft = SourceDraft(
        kind="observation", title="Observation (fictional)", owner=settings.NODE.node_id, reliability="B",
        handling="H1", purpose="criminal_investigation", basis="intelligence",
        retain_until=timezone.localdate() + dt.timedelta(days=300),
        entities=(EntityDraft("it", schema, category=category),),
        statements=tuple(StatementDraft("it", prop, value, accuracy=2) for prop, value in said.items()),
    )  # fmt: skip
    record_source(actor=actor, compartment_id=team, draft=draft)
