from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given

from clew.kinship.drawing import draw, in_words
from clew.kinship.layout import lay_out
from clew.kinship.pedigree import Pedigree, child, man, woman
from clew.kinship.problems import KinshipProblem
from tests.kinship.families import UNCLE_AND_NIECE, pedigrees

SVG = "{http://www.w3.org/2000/svg}"
FAMILY = Pedigree.of(
    man("Grandfather", deceased=True),
    woman("Grandmother"),
    man("F", "Grandfather", "Grandmother"),
    woman("M"),
    man("A", "F", "M"),
    man("B", "F", "M"),
    child("MP", "F", "M"),
    twins=[["A", "B"]],
)


def counts(svg: str) -> dict[str, int]:
    root = ElementTree.fromstring(svg)
    return {name: len(root.findall(f".//{SVG}{name}")) for name in ("rect", "circle", "polygon")}


def test_men_are_squares_women_circles_and_others_diamonds() -> None:
    assert counts(draw(FAMILY)) == {"rect": 4, "circle": 2, "polygon": 1}


def test_typed_persons_are_filled_and_the_missing_one_is_dashed_with_a_question_mark() -> None:
    svg = draw(FAMILY, typed=["M"], missing="MP")
    root = ElementTree.fromstring(svg)
    assert [each.get("fill") for each in root.iter(f"{SVG}circle")].count("currentColor") == 1
    assert root.find(f".//{SVG}polygon").get("stroke-dasharray")  # type: ignore[union-attr]
    assert [each.text for each in root.iter(f"{SVG}text")].count("?") == 1


def test_the_dead_are_struck_through_and_twins_of_one_egg_have_a_bar() -> None:
    svg = draw(FAMILY)
    assert svg.count('class="deceased"') == 1
    assert svg.count('class="one-egg"') == 1


def test_related_parents_have_a_double_line_and_others_a_single_one() -> None:
    assert draw(FAMILY).count('class="related"') == 0
    assert draw(UNCLE_AND_NIECE).count('class="related"') == 2


def test_names_are_text_and_nothing_else() -> None:
    svg = draw(Pedigree.of(man('<b onload="x">&'), woman("M"), child("C", '<b onload="x">&', "M")), title='<"&')
    assert "<b" not in svg
    assert ElementTree.fromstring(svg).get("aria-label") == '<"&'


def test_a_long_name_is_cut_and_stands_whole_in_the_title() -> None:
    svg = draw(Pedigree.of(man("a very long name indeed")))
    assert "a very long…" in svg
    assert "<title>a very long name indeed</title>" in svg


def test_the_drawing_is_told_in_words() -> None:
    told = in_words(FAMILY, typed=["A"], missing="MP")
    assert "Grandfather: male, deceased." in told
    assert "A: male, child of F and M, typed." in told
    assert "MP: sex not known, child of F and M, looked for." in told


def test_nobody_is_drawn_who_is_not_in_the_pedigree() -> None:
    with pytest.raises(KinshipProblem, match="Z: is not in the pedigree"):
        draw(FAMILY, typed=["Z"])


@given(pedigree=pedigrees(most=9))
def test_everyone_stands_somewhere_alone_and_children_below_their_parents(pedigree: Pedigree) -> None:
    made = lay_out(pedigree)
    assert sorted(each.person for each in made.places) == sorted(pedigree.ids)
    assert len({(each.across, each.generation) for each in made.places}) == len(pedigree)
    for each in pedigree:
        for parent in filter(None, (each.father, each.mother)):
            assert made.place(parent).generation < made.place(each.id).generation
    ElementTree.fromstring(draw(pedigree))
