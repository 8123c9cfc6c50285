"""Cases that differ only in what is withheld give letters that are the same, apart from ids and times.

Everything is real: facts are recorded, the engine decides, officers approve and sign, the worker seals and posts, and
the partner opens what came with its own key. Two letters are the same when nothing that the partner can read, count or
measure tells them apart.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.exchange.sealing import read_outer
from clew.node.accounts.actions import Officer
from clew.node.cases import actions as cases
from clew.node.cases.models import Case
from clew.node.disclosure.models import Decision
from clew.node.dossier.actions import record_source
from clew.node.exchange.models import OutboxEntry
from tests.node.exchange.conftest import Correspondent
from tests.node.exchange.conftest import beijing as beijing
from tests.node.exchange.conftest import case as case
from tests.node.exchange.conftest import officer as officer
from tests.node.exchange.conftest import signed as signed

pytestmark = pytest.mark.django_db

IDS_AND_TIMES = frozenset(
    {"id", "created", "sequence", "previous", "thread", "due", "inputs", "outcome", "signature", "case_reference",
     "public_key", "key_id"}
)  # fmt: skip
"""What names or dates a letter, or is a digest or a signature over that; everything else must be equal."""

WOMAN = EntityDraft("her", "Person", category="victim")
PHONE = EntityDraft("phone", "Phone")


@dataclass(frozen=True)
class Withheld:
    """Facts that stay here: recorded in the case, and chosen for the letter where `chosen`."""

    entities: tuple[EntityDraft, ...] = ()
    statements: tuple[StatementDraft, ...] = ()
    chosen: bool = True


ONE_NAME = Withheld((WOMAN,), (StatementDraft("her", "name", "Mei Beispielfrau (fictional)", 2),))
ANOTHER_NAME = Withheld((WOMAN,), (StatementDraft("her", "name", "Ana Ejemplo de la Muestra (fictional)", 1),))
MANY = Withheld(
    (WOMAN, PHONE),
    (
        StatementDraft("her", "name", "Lan Vidu (fictional)", 2),
        StatementDraft("her", "birthDate", "2004-02-03", 2),
        StatementDraft("her", "nationality", "vn", 1),
        StatementDraft("her", "notes", "She lives above the shop (fictional). " * 60, 3),
        StatementDraft("phone", "number", "+43 660 0000001", 2),
    ),
)
NOT_CHOSEN = Withheld(MANY.entities, MANY.statements, chosen=False)
NOTHING = Withheld()


@dataclass(frozen=True)
class Seen:
    """All that a partner sees of one letter: what it read, and the outside of the envelope."""

    header: Any
    body: Any
    outside: Any
    size: int
    envelopes: int


Send = Callable[[Withheld], Seen]


@pytest.fixture
def send(beijing: Correspondent, officer: Officer, signed: Callable[..., int]) -> Send:
    """Carries one case to its letter; nothing but the withheld facts depends on the argument."""

    def carry(withheld: Withheld) -> Seen:
        before = len(beijing.got)
        decision = Decision.objects.get(pk=signed(**_case_with(withheld, officer)))
        kept = [one for one in decision.outcome["statements"] if one["verdict"] != "permit"]
        assert len(kept) == (len(withheld.statements) if withheld.chosen else 0)
        beijing.work()
        beijing.work(dt.timedelta(hours=1))
        raw = beijing.got[before:]
        letter = beijing.partner.open(raw[-1], beijing.node_keys)
        outer = read_outer(raw[-1])
        return Seen(
            header=_plain(json.loads(letter.raw)["header"]), body=_plain(_numbered(letter.body)),
            outside=(outer.sender, outer.recipient, outer.size_class, outer.suite), size=len(outer.raw),
            envelopes=len(raw),
        )  # fmt: skip

    return carry


def _case_with(withheld: Withheld, officer: Officer) -> dict[str, Any]:
    """A case of its own with one agency and the withheld facts; what the release is drafted from."""
    case = cases.open_case(actor=officer, title="Agencies (fictional)", kind="investigation", offence_codes=["at_104a"])
    approver = Officer.objects.get(username="bernd")
    cases.add_to_team(actor=officer, case_id=case.pk, officer_id=approver.pk)
    agency = _recorded(
        officer, case.compartment_id, (EntityDraft("firm", "Company"),),
        (StatementDraft("firm", "name", "Goldweg GmbH (fictional)", 1),),
    )  # fmt: skip
    hers = _recorded(officer, case.compartment_id, withheld.entities, withheld.statements)
    return {"case_id": case.pk, "statements": agency + (hers if withheld.chosen else [])}


def _recorded(
    officer: Officer, compartment: int, entities: tuple[EntityDraft, ...], statements: tuple[StatementDraft, ...]
) -> list[int]:
    if not entities:
        return []
    draft = SourceDraft(
        kind="interview", title="Notes (fictional)", owner=settings.NODE.node_id, reliability="B", handling="H0",
        purpose="criminal_investigation", retain_until=timezone.now().date() + dt.timedelta(days=300),
        basis="intelligence", entities=entities, statements=statements,
    )  # fmt: skip
    source = record_source(actor=officer, compartment_id=compartment, draft=draft)
    return list(source.statements.order_by("pk").values_list("pk", flat=True))


def _numbered(body: Mapping[str, Any]) -> Any:
    """The body with each entity's id, which is made anew for every thread, as the place it is named in."""
    text = json.dumps(dict(body), sort_keys=True)
    for place, entity in enumerate(body["entities"]):
        text = text.replace(json.dumps(entity["id"]), json.dumps(f"entity {place}"))
    return json.loads(text)


def _plain(value: Any) -> Any:
    """The value without ids and times, so that what is left can be compared."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if name not in IDS_AND_TIMES}
    return [_plain(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("one", "other"),
    [(ONE_NAME, ANOTHER_NAME), (ONE_NAME, MANY), (ONE_NAME, NOTHING), (MANY, NOT_CHOSEN)],
    ids=["another-name", "many-more", "nothing-at-all", "not-even-chosen"],
)
def test_a_partner_cannot_tell_apart_letters_that_differ_in_withheld_facts(
    send: Send, one: Withheld, other: Withheld
) -> None:
    first, second = send(one), send(other)
    assert first == second
    assert first.envelopes == 1


def test_nothing_of_the_withheld_facts_is_in_the_letter(send: Send) -> None:
    seen = json.dumps([send(MANY).body, send(ONE_NAME).header], ensure_ascii=False)
    for hidden in ("Lan Vidu", "Mei", "2004", "vn", "660", "above the shop", "Person", "withheld", "R20"):
        assert hidden not in seen


def test_a_fact_that_is_not_withheld_does_change_the_letter(
    send: Send, beijing: Correspondent, officer: Officer, signed: Callable[..., int]
) -> None:
    usual = send(NOTHING)
    drafted = _case_with(NOTHING, officer)
    more = _recorded(
        officer, cases_compartment(drafted["case_id"]), (EntityDraft("firm", "Company"),),
        (StatementDraft("firm", "name", "Silberweg GmbH (fictional)", 1),),
    )  # fmt: skip
    signed(**{**drafted, "statements": drafted["statements"] + more})
    beijing.work()
    assert _plain(_numbered(beijing.letters()[-1].body)) != usual.body


def cases_compartment(case_id: int) -> int:
    """The compartment of a case."""
    return Case.objects.get(pk=case_id).compartment_id


def test_as_many_things_wait_to_be_sent_whatever_is_withheld(
    send: Send, beijing: Correspondent, officer: Officer, signed: Callable[..., int]
) -> None:
    counts = []
    for withheld in (MANY, NOTHING):
        before = OutboxEntry.objects.count()
        signed(**_case_with(withheld, officer))
        beijing.work()
        counts.append(OutboxEntry.objects.count() - before)
    assert counts == [1, 1]
