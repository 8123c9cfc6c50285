from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.matching.private import Concerned, Held, Identifier, IdentifierSet, build_set
from clew.vocabulary import codelist
from tests.matching.private.parties import SUSPECT

PHONE, VALUE = "+43 664 1234567", "+436641234567"
CONVICTED = Concerned("convicted", child=False, asylum=False)
VICTIM = Concerned("victim", child=False, asylum=False)


def built(*held: Held) -> IdentifierSet:
    return build_set(held, kinds=("handle", "phone", "plate"))


@pytest.mark.parametrize("concerns", [(), (SUSPECT,), (CONVICTED,), (SUSPECT, CONVICTED)])
def test_what_concerns_a_firm_or_suspects_enters(concerns: tuple[Concerned, ...]) -> None:
    found = built(Held("phone", PHONE, concerns))
    assert found.identifiers == (Identifier("phone", VALUE),)
    assert found.left_out == {}


CATEGORIES = list(codelist("person_categories").codes)


@pytest.mark.parametrize(
    "category", [each for each in CATEGORIES if each not in {"suspect", "convicted"}] + [None, "new"]
)
def test_what_concerns_anybody_else_stays_out_whoever_else_it_concerns(category: str | None) -> None:
    other = Concerned(category, child=False, asylum=False)
    for concerns in ((other,), (SUSPECT, other)):
        found = built(Held("phone", PHONE, concerns))
        assert (found.identifiers, found.left_out) == ((), {"protected": 1})


@pytest.mark.parametrize("said", [True, None])
def test_a_child_or_an_asylum_applicant_stays_out_also_where_nobody_said(said: bool | None) -> None:
    assert built(Held("phone", PHONE, (Concerned("suspect", said, False),))).left_out == {"child": 1}
    assert built(Held("phone", PHONE, (Concerned("suspect", False, said),))).left_out == {"asylum": 1}


def test_what_nobody_said_whom_it_concerns_stays_out() -> None:
    assert built(Held("phone", PHONE, None)).left_out == {"nobody-said-whom": 1}


@pytest.mark.parametrize(
    "hers",
    [
        Held("phone", "0043 664 1234567", (VICTIM,)),
        Held("phone", "0664 1234567", (VICTIM,), country="AT"),
        Held("phone", "0664/123 45 67", (VICTIM,)),
        Held("handle", "https://wa.me/436641234567", (VICTIM,)),
        Held("iban", "436641234567", (VICTIM,)),
        Held("dna", "436641234567", (VICTIM,)),
        Held("phone", "+43 664 1234567 ext. 12", (VICTIM,)),
        Held("phone", "0664 1234567, evenings", (VICTIM,)),
        Held("phone", PHONE, None),
    ],
    ids=[
        "another spelling",
        "with its country",
        "without a country",
        "as a handle",
        "as a kind not asked",
        "as no kind",
        "with an extension",
        "among words",
        "unsaid",
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_her_number_stays_out_also_where_it_is_written_down_as_a_suspects(hers: Held, first: bool) -> None:
    his = Held("phone", PHONE, (SUSPECT,))
    assert built(*((hers, his) if first else (his, hers))).identifiers == ()


def test_each_identifier_is_in_once_and_in_order() -> None:
    found = built(
        Held("plate", "CB 1234 AB", (), country="BG"),
        Held("phone", PHONE, ()),
        Held("phone", "00436641234567", (SUSPECT,)),
    )
    assert found.identifiers == (Identifier("phone", VALUE), Identifier("plate", "BG:CB1234AB"))


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (Held("iban", "DE89370400440532013000", ()), "other-kind"),
        (Held("dna", "x", ()), "other-kind"),
        (Held("phone", "0664 1234567", ()), "no-form"),
        (Held("phone", "+43 1", ()), "no-form"),
        (Held("phone", "", ()), "no-form"),
        (Held("plate", "CB 1234 AB", ()), "no-form"),
        (Held("handle", "x" * 201, ()), "no-form"),
        (Held("handle", "@max", ()), "too-short"),
    ],
)
def test_what_could_agree_by_chance_stays_out(held: Held, why: str) -> None:
    found = built(held)
    assert (found.identifiers, found.left_out) == ((), {why: 1})


def test_nothing_but_build_set_makes_a_set() -> None:
    with pytest.raises(TypeError):
        IdentifierSet((Identifier("phone", VALUE),), {}, made=None)


def test_her_number_stays_out_also_where_telephones_alone_are_asked_and_hers_is_in_another_kind() -> None:
    his = Held("handle", "https://t.me/+436641234567", (SUSPECT,))
    hers = Held("phone", "0664 1234567 ext. 12", (VICTIM,), country="AT")
    assert build_set([his], kinds=("handle",)).identifiers == (Identifier("handle", VALUE),)
    assert build_set([his, hers], kinds=("handle",)).identifiers == ()


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from(["suspect", "convicted", "victim", "witness", None])), max_size=30
    )
)
def test_in_whatever_order_and_company_nothing_of_a_protected_person_is_in_a_set(
    noted: list[tuple[int, str | None]],
) -> None:
    held = [Held("phone", f"+43664123456{n}", (Concerned(category, False, False),)) for n, category in noted]
    inside = {each.value for each in built(*held).identifiers}
    hers = {f"+43664123456{n}" for n, category in noted if category not in {"suspect", "convicted"}}
    assert inside == {f"+43664123456{n}" for n, _category in noted} - hers
