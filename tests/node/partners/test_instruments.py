from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from clew.node.accounts.actions import Refused
from clew.node.accounts.models import Officer
from clew.node.partners import actions, queries
from clew.node.partners.actions import InstrumentDraft
from clew.node.partners.models import Instrument
from clew.node.types import BadInputs
from tests.node.partners.conftest import foreign, known

DAY = dt.date(2026, 6, 1)


def draft(**changes: object) -> InstrumentDraft:
    whole = InstrumentDraft(
        code="AT-CN-1",
        title="Police arrangement (fictional)",
        kind="police_arrangement",
        parties=["AT", "CN"],
        in_force_from=dt.date(2026, 1, 1),
        in_force_until=dt.date(2026, 12, 31),
        enables=[{"letter": "request", "purposes": ["criminal_investigation"]}],
        clocks={"urgent-8h": {"hours": 8}, "routine-7d": {"calendar_days": 7}},
        translations=["zh-Hans"],
        fictional=True,
    )
    return replace(whole, **changes)


def reasons(a: str, b: str, on: dt.date = DAY) -> dict[str, str]:
    answer = queries.instruments_between(a, b, on)
    return {one.code: "in force" for one in answer.in_force} | {
        one.instrument.code: one.code for one in answer.not_usable
    }


@pytest.fixture
def vienna(officer: Officer) -> str:
    return known(foreign(name="Vienna (fictional)", country="AT"), officer)


@pytest.fixture
def beijing(officer: Officer) -> str:
    return known(foreign(name="Beijing (fictional)", country="CN"), officer)


@pytest.fixture
def shelter(officer: Officer) -> str:
    return known(foreign(name="Shelter (fictional)", country="AT", kind="ngo"), officer)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (dt.date(2025, 12, 31), "not-yet"),
        (dt.date(2026, 1, 1), "in force"),
        (dt.date(2026, 12, 31), "in force"),
        (dt.date(2027, 1, 1), "expired"),
    ],
)
def test_an_instrument_holds_from_its_first_to_its_last_day(
    officer: Officer, vienna: str, beijing: str, on: dt.date, expected: str
) -> None:
    actions.register_instrument(actor=officer, draft=draft())
    assert reasons(vienna, beijing, on) == {"AT-CN-1": expected}
    assert reasons(beijing, vienna, on) == {"AT-CN-1": expected}


def test_a_country_does_not_bind_its_ngos_or_anyone_unknown(
    officer: Officer, vienna: str, beijing: str, shelter: str
) -> None:
    actions.register_instrument(actor=officer, draft=draft())
    assert reasons(shelter, beijing) == {"AT-CN-1": "not-parties"}
    assert reasons("nobody", beijing) == {"AT-CN-1": "not-parties"}
    assert reasons(vienna, vienna) == {"AT-CN-1": "not-parties"}


def test_two_authorities_of_one_country_are_not_bound_by_a_treaty_with_another(officer: Officer, vienna: str) -> None:
    graz = known(foreign(name="Graz (fictional)", country="AT"), officer)
    actions.register_instrument(actor=officer, draft=draft())
    assert reasons(vienna, graz) == {"AT-CN-1": "not-parties"}


def test_a_domestic_protocol_binds_those_it_names(officer: Officer, vienna: str, shelter: str, beijing: str) -> None:
    protocol = draft(code="AT-1", kind="domestic_protocol", parties=[vienna, shelter])
    actions.register_instrument(actor=officer, draft=protocol)
    assert reasons(vienna, shelter) == {"AT-1": "in force"}
    assert reasons(shelter, beijing) == {"AT-1": "not-parties"}


def test_an_instrument_of_exactly_two_organisations_does_not_bind_a_third(
    officer: Officer, vienna: str, beijing: str
) -> None:
    third = known(foreign(name="Shanghai (fictional)", country="CN"), officer)
    actions.register_instrument(actor=officer, draft=draft(parties=[vienna, beijing]))
    assert reasons(vienna, beijing) == {"AT-CN-1": "in force"}
    assert reasons(vienna, third) == {"AT-CN-1": "not-parties"}


def test_a_post_is_bound_like_its_organisation_and_not_by_its_seat(
    officer: Officer, vienna: str, beijing: str, shelter: str
) -> None:
    post = actions.add_post(
        actor=officer, parent_uid=beijing, name="Embassy", kind="embassy_liaison", seat_country="AT"
    )
    actions.register_instrument(actor=officer, draft=draft())
    assert reasons(vienna, post.uid) == {"AT-CN-1": "in force"}
    assert reasons(post.uid, beijing) == {"AT-CN-1": "not-parties"}


def test_it_allows_only_the_letters_and_purposes_it_names(officer: Officer) -> None:
    actions.register_instrument(actor=officer, draft=draft())
    found = queries.instrument("AT-CN-1")
    assert found is not None
    assert found.allows("request", "criminal_investigation")
    assert not found.allows("reply", "criminal_investigation")
    assert not found.allows("request", "assistance")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "has blanks"),
        ("code", ""),
        ("title", " "),
        ("kind", "nonsense"),
        ("in_force_until", dt.date(2025, 1, 1)),
        ("parties", []),
        ("parties", ["AT", "AT"]),
        ("parties", ["AT", "XX"]),
        ("enables", [{"letter": "nonsense", "purposes": ["court"]}]),
        ("enables", [{"letter": "request", "purposes": []}]),
        ("enables", [{"letter": "request"}]),
        ("clocks", {"nonsense": {"hours": 1}}),
        ("clocks", {"urgent-8h": {"hours": 0}}),
        ("clocks", {"urgent-8h": {"weeks": 1}}),
        ("clocks", {"urgent-8h": {"hours": 1, "calendar_days": 1}}),
        ("translations", ["klingon"]),
    ],
)
def test_a_faulty_instrument_is_refused_at_its_field(officer: Officer, field: str, value: object) -> None:
    with pytest.raises(BadInputs) as fault:
        actions.register_instrument(actor=officer, draft=draft(**{field: value}))
    assert {problem.field for problem in fault.value.problems} == {field}
    assert not Instrument.objects.exists()


def test_all_faults_are_said_at_once(officer: Officer) -> None:
    with pytest.raises(BadInputs) as fault:
        actions.register_instrument(actor=officer, draft=draft(title="", kind="x", parties=[]))
    assert len(fault.value.problems) == 3


def test_a_short_name_is_taken_once(officer: Officer) -> None:
    actions.register_instrument(actor=officer, draft=draft())
    with pytest.raises(BadInputs):
        actions.register_instrument(actor=officer, draft=draft())


def test_an_ended_instrument_no_longer_holds(officer: Officer, vienna: str, beijing: str) -> None:
    actions.register_instrument(actor=officer, draft=draft())
    actions.end_instrument(actor=officer, code="AT-CN-1", until=dt.date(2026, 5, 31))
    assert reasons(vienna, beijing) == {"AT-CN-1": "expired"}


def test_who_may_not_register_is_refused(caseless: Officer) -> None:
    with pytest.raises(Refused):
        actions.register_instrument(actor=caseless, draft=draft())
