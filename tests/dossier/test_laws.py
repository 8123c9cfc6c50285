"""Laws of the dossier that hold whatever the facts are."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.dossier.assemble import as_of, assemble, holds
from clew.dossier.concerns import CategorySaid, category_now, concerned, governing, protects, turning_day
from clew.dossier.folding import exact_key, fold, phrases
from clew.dossier.handling import LaxerHandling, stricter, strictest
from clew.dossier.identity import Identity, NotMerged, SameAlready
from clew.dossier.pseudonym import entity_of, pseudonym
from clew.dossier.rows import Said, row_of
from clew.dossier.types import Ending, SourceFacts, Statement

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
HOURS = st.integers(0, 100).map(lambda hours: START + dt.timedelta(hours=hours))


def source(number: int, recorded: dt.datetime, undone: dt.datetime | None = None) -> SourceFacts:
    return SourceFacts(
        number, 1, "document", "Source (fictional)", "own", "B", "H1", "", "court", "exhibit", "", dt.date(2030, 1, 1),
        "", recorded, "", undone,
    )  # fmt: skip


@st.composite
def statements(draw: st.DrawFn) -> list[Statement]:
    found = []
    for number in range(draw(st.integers(0, 8))):
        recorded, later = draw(HOURS), draw(st.none() | st.integers(1, 50))
        ended = None if later is None else Ending(recorded + dt.timedelta(hours=later), "", "why")
        undone = draw(st.none() | HOURS)
        found.append(
            Statement(
                number, 1, "Company", draw(st.sampled_from(["name", "phone"])),
                draw(st.none() | st.sampled_from("abc")),
                source(number, recorded, undone), draw(st.integers(1, 4)), "fact", recorded, ending=ended,
            )
        )  # fmt: skip
    return found


@given(statements(), st.randoms(use_true_random=False))
def test_the_view_does_not_depend_on_the_order_of_statements(given_: list[Statement], rng: random.Random) -> None:
    shuffled = list(given_)
    rng.shuffle(shuffled)
    assert assemble(shuffled) == assemble(given_)


@given(statements())
def test_every_statement_is_either_present_or_history_and_only_once(given_: list[Statement]) -> None:
    view = assemble(given_)
    present = [one.id for found in view.properties for fact in found.facts for one in fact.statements]
    assert sorted([*present, *(one.id for one in view.history)]) == sorted(one.id for one in given_)
    assert set(present) == {one.id for one in given_ if holds(one)}


@given(statements(), HOURS, HOURS)
def test_what_was_known_only_grows_with_time(given_: list[Statement], one: dt.datetime, other: dt.datetime) -> None:
    earlier, later = sorted((one, other))
    assert {s.id for s in as_of(given_, earlier)} <= {s.id for s in as_of(given_, later)}
    ended_then = {s.id for s in as_of(given_, earlier) if s.ending}
    assert ended_then <= {s.id for s in as_of(given_, later) if s.ending}


@given(statements(), HOURS, HOURS)
def test_looking_back_from_a_later_day_shows_the_same(
    given_: list[Statement], one: dt.datetime, other: dt.datetime
) -> None:
    earlier, later = sorted((one, other))
    assert as_of(as_of(given_, later), earlier) == as_of(given_, earlier)


PAIRS = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=10)


def merged(pairs: list[tuple[int, int]]) -> Identity:
    identity = Identity({})
    for keep, other in pairs:
        try:
            identity = identity.merge(keep, other)
        except SameAlready:
            continue
    return identity


@given(PAIRS, st.integers(1, 8), st.integers(1, 8))
def test_a_merge_and_its_split_give_the_former_groups_back(pairs: list[tuple[int, int]], keep: int, other: int) -> None:
    before = merged(pairs)
    if before.root(keep) == before.root(other):
        with pytest.raises(SameAlready):
            before.merge(keep, other)
        return
    after = before.merge(keep, other)
    assert after.group(keep) == before.group(keep) | before.group(other)
    assert after.split(before.root(other)) == before


@given(PAIRS)
def test_groups_divide_the_entities_among_them(pairs: list[tuple[int, int]]) -> None:
    identity = merged(pairs)
    for entity in range(1, 9):
        assert entity in identity.group(entity)
        assert all(identity.group(member) == identity.group(entity) for member in identity.group(entity))


def test_splitting_what_was_never_merged_is_refused() -> None:
    with pytest.raises(NotMerged):
        Identity({}).split(1)


@given(st.sampled_from(["H0", "H1", "H2", "H3"]), st.none() | st.sampled_from(["H0", "H1", "H2", "H3"]))
def test_a_statement_is_never_laxer_than_its_source(of_source: str, of_statement: str | None) -> None:
    if of_statement is not None and of_statement < of_source:
        with pytest.raises(LaxerHandling, match=f"laxer {of_statement}"):
            stricter(of_statement, of_source)
        assert strictest(of_statement, of_source) == of_source
    else:
        assert stricter(of_statement, of_source) == (of_statement or of_source)


@given(st.none() | st.frozensets(st.integers(1, 5)), st.frozensets(st.integers(1, 5)), st.none() | st.integers(1, 5))
def test_a_statement_about_a_person_always_concerns_her(
    explicit: frozenset[int] | None, persons: frozenset[int], about: int | None
) -> None:
    found = concerned(explicit, persons, about)
    assert about is None or about in found
    assert (persons if explicit is None else explicit) <= found


CATEGORIES = ["suspect", "convicted", "victim", "witness", "smuggled_migrant", "other", "unknown"]


@given(st.lists(st.none() | st.sampled_from(CATEGORIES), min_size=1))
def test_if_one_person_is_protected_the_strictest_category_protects(categories: list[str | None]) -> None:
    assert protects(governing(categories)) == any(protects(one) for one in categories)


@pytest.mark.parametrize("category", [None, "", "nonsense", "unknown", "victim", "witness", "smuggled_migrant"])
def test_what_is_not_said_to_be_open_protects(category: str | None) -> None:
    assert protects(category)


def test_the_last_word_holds_until_it_expires() -> None:
    said = [
        CategorySaid("suspect", START, dt.date(2027, 1, 1)),
        CategorySaid("other", START + dt.timedelta(days=1), dt.date(2026, 2, 1)),
    ]
    assert category_now(said, dt.date(2026, 2, 1)) == "other"
    assert category_now(said, dt.date(2026, 2, 2)) == "unknown"
    assert category_now([], dt.date(2026, 2, 2)) == "unknown"


def test_the_day_on_which_a_category_turns_is_the_first_that_changes_what_governs() -> None:
    def said(category: str, *day: int) -> list[CategorySaid]:
        return [CategorySaid(category, START, dt.date(*day))]

    today = dt.date(2026, 2, 1)
    assert turning_day([said("victim", 2026, 2, 1)], today) == today
    assert turning_day([said("victim", 2026, 1, 31)], today) == dt.date(2026, 1, 31)
    assert turning_day([], today) is None
    assert turning_day([[]], today) is None
    assert turning_day([[CategorySaid("victim", START, None)]], today) is None
    newer = [*said("suspect", 2026, 3, 1), CategorySaid("other", START + dt.timedelta(days=1), dt.date(2026, 2, 20))]
    assert turning_day([newer], today) == dt.date(2026, 2, 20)
    # Of two who are one the first that ends leaves her unknown; of one of whom nothing is said nothing ends.
    assert turning_day([said("victim", 2026, 4, 1), said("other", 2026, 3, 1)], today) == dt.date(2026, 3, 1)
    assert turning_day([said("victim", 2026, 4, 1), []], today) is None


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="拐卖妇女儿童护照", min_size=1), st.data())
def test_any_run_of_chinese_characters_is_a_phrase_of_its_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    (phrase,) = phrases(text[start:end])
    assert f" {phrase} " in f" {fold(text)} "


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź, Straße 5", "lodz strasse 5"),
        ("Ána O'Neill", "ana o neill"),
        ("Ｋ７", "k7"),
        ("拐卖a妇", "拐 卖 a 妇"),
        ("Йордан", "иордан"),
        ("ꙮ", ""),
    ],
)
def test_text_is_folded_for_every_script(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_two_spellings_of_a_number_have_one_key() -> None:
    assert exact_key("+43 660 12-34") == exact_key("0043660 1234".replace("0043", "+43"))


@given(st.integers(1, 10**12))
def test_a_pseudonym_names_one_entity(number: int) -> None:
    assert entity_of(pseudonym(number)) == number


@pytest.mark.parametrize("text", ["", "-", "A1-", "Z9-42", "A1-x", "A1-" + "9" * 30])
def test_a_slip_in_a_pseudonym_names_nobody(text: str) -> None:
    assert entity_of(text) is None


@given(
    st.lists(st.tuples(st.sampled_from(["name", "alias", "phone"]), st.none() | st.text(max_size=5)), max_size=6),
    st.randoms(use_true_random=False),
)
def test_a_row_does_not_depend_on_the_order_of_statements(
    values: list[tuple[str, str | None]], rng: random.Random
) -> None:
    said = [Said(number, prop, value, 2) for number, (prop, value) in enumerate(values)]
    shuffled = list(said)
    rng.shuffle(shuffled)
    assert row_of("Company", said, pseudonym=None) == row_of("Company", shuffled, pseudonym=None)


def test_a_protected_persons_row_holds_nothing_but_the_pseudonym() -> None:
    row = row_of("Person", [Said(1, "name", "Ana Fictional", 1)], pseudonym="V4-42")
    assert (row.caption, row.text) == ("V4-42", "v4 42")
