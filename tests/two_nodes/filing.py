"""One of two real nodes that exchange files, for a moment, in a process of its own: `python -m tests.two_nodes.filing`.

`DO HOME …`, where DO is: `prepare HOME UID FILE…`: add files to the case, say that they show nobody, have them sealed
for a node. `announce HOME`: write, decide, approve and sign the announcement. `room HOME`: seal and open what waits.
`work HOME OTHER [PARTS]`: two rounds of the worker, which hands envelopes and parts to the other's processes; after so
many parts the line is cut. `store HOME`, `part HOME`: what came through the door on standard input. `take HOME`: take
the letter that waits. `file HOME`: take the files into the case. `recall HOME WHAT`: take the announcement back.
`answer HOME`: an officer answers what was taken back. `look HOME`: what stands in the node, as JSON. `sweep HOME`:
delete what a crash left of files, however young it is.

`CLEW_TESTS_DOOR` is where the other's door is asked for (`tests.resident`); `CLEW_TESTS_KILLED_AT` where this process
dies (`tests.two_nodes.killing`), `CLEW_TESTS_DOOR_KILLED_AT` where the other's door does.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import random
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.resident import run_python
from tests.two_nodes import killing
from tests.two_nodes.passing import _officers, answer, store, take

HTTP_OK = 200


def prepare(uid: str, *files: str) -> None:
    from django.utils import timezone

    from clew.node.cases.actions import add_document
    from clew.node.exchange.actions import Grades, prepare_files, say_whom_it_shows

    officer, _lena, case = _officers()
    grades = Grades("H0", "A", 1, "criminal_investigation", timezone.now().date() + dt.timedelta(days=300))
    documents = []
    for name in files:
        with Path(name).open("rb") as stream:
            document = add_document(
                actor=officer, case_id=case.pk, title=Path(name).name, file_name=Path(name).name,
                media_type="application/octet-stream", content=iter(lambda: stream.read(1 << 20), b""),
            )  # fmt: skip
        say_whom_it_shows(
            actor=officer, document_id=document.pk, name=Path(name).name, persons=(), nobody=True, grades=grades
        )
        documents.append(document.pk)
    prepare_files(actor=officer, case_id=case.pk, recipient=uid, document_ids=documents)


def announce() -> None:
    from clew.node.accounts.actions import StepUp
    from clew.node.accounts.step_up import prove
    from clew.node.disclosure import actions as disclosure
    from clew.node.exchange.actions import announce_files
    from clew.node.exchange.models import Transfer

    officer, lena, _case = _officers()
    release = announce_files(
        actor=officer, transfer_id=Transfer.objects.latest("pk").pk, instrument="FICTIONAL-ARRANGEMENT",
        purpose="criminal_investigation", subject="Recordings (fictional)", necessity="You asked (fictional).",
        languages=["en"], evidence_approval="Court order 7 (fictional)",
    )  # fmt: skip
    decision = disclosure.decide(actor=officer, release_id=release.pk)
    for missing in decision.outcome["missing"]:
        decision = disclosure.approve(
            actor=lena, decision_id=decision.pk, role=missing["role"], reason="Necessary (fictional).",
            step_up=prove(StepUp(lena.pk, "totp")),
        )  # fmt: skip
    disclosure.sign(actor=officer, decision_id=decision.pk, step_up=prove(StepUp(officer.pk, "totp")))


def room() -> None:
    from django.utils import timezone

    from clew.node.exchange.evidence_room import work_once

    work_once(timezone.now())
    _say()


def work(other: str, parts: str = "") -> None:
    from django.utils import timezone

    from clew.node.exchange.models import Transfer
    from clew.node.exchange.posting import OF_PARTS, NotHandedOver
    from clew.node.exchange.worker import run_once

    left, died = [int(parts) if parts else 1_000_000], [0]
    # Earlier rounds were ahead of the clock.
    Transfer.objects.update(next_attempt=timezone.now())

    def child(what: str, body: bytes) -> bytes:
        there = {**os.environ, killing.AT: os.environ.get("CLEW_TESTS_DOOR_KILLED_AT", "")}
        at = os.environ.get("CLEW_TESTS_DOOR", "")
        done = run_python(["-m", "tests.two_nodes.filing", what, other], there, body, at)
        if done.returncode == -signal.SIGKILL:
            died[0] += 1
            raise NotHandedOver("cut-off")
        done.check_returncode()
        return done.stdout

    def post(destination: Any, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]:
        return child("store", b"\n".join(envelopes)).removesuffix(b"\n").split(b"\n")

    def post_part(destination: Any, body: bytes, *, secure: bool) -> bytes:
        if b'"method":"put"' in body[:1024]:
            if not left[0]:
                raise NotHandedOver("cut-off")
            left[0] -= 1
        status, _newline, said = child("part", body).partition(b"\n")
        if int(status) != HTTP_OK:
            raise NotHandedOver(OF_PARTS.get(f"http-{int(status)}", f"http-{int(status)}"))
        return said

    for number in range(2):
        now = timezone.now() + number * dt.timedelta(minutes=20)
        run_once(now=now, rng=random.Random(1), post=post, post_part=post_part)
    _say(died=died[0])


def part() -> None:
    from clew.node.exchange.inbound import PART_TYPE, application

    body = sys.stdin.buffer.read()
    asked = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/v1/parts", "CONTENT_TYPE": PART_TYPE, "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
    }  # fmt: skip
    statuses: list[str] = []
    said = b"".join(application(asked, lambda status, _headers, exc=None: statuses.append(status)))  # type: ignore[arg-type]
    sys.stdout.buffer.write(statuses[0][:3].encode() + b"\n" + said)


def file() -> None:
    from clew.node.exchange.actions import take_files
    from clew.node.exchange.models import Transfer

    take_files(actor=_officers()[0], transfer_id=Transfer.objects.latest("pk").pk)


def recall(what: str) -> None:
    from clew.node.exchange.actions import recall_letter
    from clew.node.exchange.models import Letter

    letter = Letter.objects.get(direction="out", kind="evidence-announce")
    recall_letter(actor=_officers()[0], letter_uid=letter.uid, what=what, reason="unlawfully-sent")


def look() -> None:
    from clew.node.cases.models import Document
    from clew.node.exchange.evidence_store import parts_home
    from clew.node.exchange.models import InboxEntry, Letter, OutboxEntry, Recall, Transfer, TransferFile
    from clew.node.home import load_home

    files = [path for path in parts_home().rglob("*") if path.is_file()] if parts_home().is_dir() else []
    said = {
        "transfers": [
            list(row)
            for row in Transfer.objects.order_by("pk").values_list("direction", "state", "missing", "last_problem")
        ],
        "keys": TransferFile.objects.exclude(wrapped_key=b"").count(),
        "parts": len(files),
        "documents": [_read(row) for row in Document.objects.order_by("pk")],
        "stored": sorted(path.name for path in load_home().documents.iterdir()),
        "letters": [list(row) for row in Letter.objects.order_by("pk").values_list("direction", "kind", "state")],
        "waiting": list(OutboxEntry.objects.filter(delivered=None, failed=None).values_list("kind", flat=True)),
        "recalls": [list(row) for row in Recall.objects.values_list("direction", "outcome")],
        "rejected": list(InboxEntry.objects.filter(state="rejected").values_list("kind", "code")),
    }
    sys.stdout.write(json.dumps(said))


def _read(document: Any) -> list[object]:
    from clew.node.cases.actions import read_document
    from clew.node.types import BadInput

    hashed = hashlib.sha256()
    try:
        content = read_document(actor=_officers()[0], document_id=document.pk)
    except BadInput:
        return [document.file_name, "not to be opened"]
    for piece in content.pieces:
        hashed.update(piece)
    return [document.file_name, document.size, hashed.hexdigest(), len(document.stored_as) > 0]


def sweep() -> None:
    from clew.node.cases.actions import sweep_documents

    sweep_documents(older_than=dt.timedelta(0))


def _say(**more: int) -> None:
    """The most that this process held in memory, in KiB; what it shares with the one it was forked from included."""
    sys.stdout.write(json.dumps({"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, **more}))


DOES: dict[str, Callable[..., None]] = {
    "prepare": prepare, "announce": announce, "room": room, "work": work, "store": store, "part": part, "take": take,
    "file": file, "recall": recall, "answer": answer, "look": look, "sweep": sweep,
}  # fmt: skip


def main(do: str, home: str, *more: str) -> None:
    from clew.cli.answers import set_up_node

    as_process = {"work": "worker", "room": "worker", "store": "inbound", "part": "inbound"}
    set_up_node(Path(home), process=as_process.get(do, "cli"))
    killing.die_where_told()
    DOES[do](*more)


if __name__ == "__main__":
    main(*sys.argv[1:])
