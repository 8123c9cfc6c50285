"""Deletes in a node whose store is a file, and says what the file still holds; started by a test as a program.

`python -m tests.node.oversight.real_store`: one line of JSON, the proof's `checked` and which files hold the word.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sys
from pathlib import Path

WORD = "Beispielmannhausen"


def main() -> None:
    """Record, let time pass, delete, look."""
    from tests.node_home import make_test_home

    home = make_test_home()
    os.environ["DJANGO_SETTINGS_MODULE"] = "clew.node.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    was_there, checked = _delete()
    files = [path for path in home.path.iterdir() if path.is_file()]
    held = [path.name for path in files if WORD.encode() in path.read_bytes()]
    folded = [path.name for path in files if WORD.lower().encode() in path.read_bytes()]
    shutil.rmtree(home.path.parent)
    sys.stdout.write(json.dumps({"was_there": was_there, "checked": checked, "held": held, "folded": folded}))


def _delete() -> tuple[bool, dict[str, object]]:
    from django.db import connection
    from django.utils import timezone

    from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
    from clew.node.accounts.actions import NODE, add_member, create_compartment, create_officer
    from clew.node.dossier.actions import record_source
    from clew.node.dossier.models import Source
    from clew.node.oversight.actions import delete_and_prove

    team = create_compartment(actor=NODE, name="Team (fictional)", kind="unit")
    anna = create_officer(actor=NODE, username="anna", full_name="Anna (fictional)", roles=["investigator"])
    dora = create_officer(actor=NODE, username="dora", full_name="Dora (fictional)", roles=["data_protection_officer"])
    add_member(actor=NODE, compartment=team, officer=anna)
    today = timezone.localdate()
    for number in range(200):
        draft = SourceDraft(
            kind="document", title=f"Sheet {number} (fictional)", owner="0" * 32, reliability="B", handling="H0",
            purpose="criminal_investigation", retain_until=today + dt.timedelta(days=9), basis="intelligence",
            entities=(EntityDraft("firm", "Company"),),
            statements=(StatementDraft("firm", "name", f"{WORD} {number} GmbH (fictional)" if number == 77
                                       else f"Company {number} (fictional)", 1),),
        )  # fmt: skip
        record_source(actor=anna, compartment_id=team.pk, draft=draft)
    source = Source.objects.get(title="Sheet 77 (fictional)")
    Source.objects.filter(pk=source.pk).update(retain_until=today - dt.timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
    was_there = WORD.encode() in Path(connection.settings_dict["NAME"]).read_bytes()
    proof = delete_and_prove(actor=dora, kind="source", pk=source.pk, reason="Its time is over.")
    return was_there, dict(proof.checked)


if __name__ == "__main__":
    main()
