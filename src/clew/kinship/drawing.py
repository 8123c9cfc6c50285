"""A pedigree as an SVG drawing by the usual conventions.

Square: male; circle: female; diamond: sex not known. Filled: typed. A stroke through: deceased. A double line between
parents: they are related. Lines that meet in a point under a bar: twins from one egg. Dashed with a question mark: the
person looked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from clew.kinship.layout import Couple, Layout, Place, lay_out
from clew.kinship.pedigree import Pedigree, Person

ACROSS, DOWN, HALF, MARGIN = 92, 120, 17, 64
ARC = 76
"""How far above the row the line between parents apart is pulled; it rises by half of that."""
DOUBLE = 3
CAPTION = 'fill="currentColor" stroke="Canvas" stroke-width="4" paint-order="stroke"'
LETTERS = 12
"""A longer name is cut on the drawing; the whole one is in its title."""


@dataclass(frozen=True, slots=True)
class PedigreeWords:
    """What is said of a person: by sex, whose child (of `%(one)s` and `%(other)s`), deceased, sampled, looked for."""

    sexes: Mapping[str, str]
    child_of_one: str
    child_of_both: str
    deceased: str
    typed: str
    missing: str


ENGLISH: Final = PedigreeWords(
    {"male": "male", "female": "female", "unknown": "sex not known"},
    "child of %(one)s", "child of %(one)s and %(other)s", "deceased", "typed", "looked for",
)  # fmt: skip


def draw(
    pedigree: Pedigree,
    *,
    typed: Collection[str] = (),
    missing: str = "",
    title: str = "Pedigree",
    words: PedigreeWords = ENGLISH,
) -> str:
    """The drawing as SVG text.

    Args:
        typed: who was sampled. missing: the person looked for.
        words: in which the drawing is described to those who do not see it.

    Raises:
        KinshipProblem: one of these is not in the pedigree.
    """
    for each in (*typed, *([missing] if missing else ())):
        pedigree[each]
    layout = lay_out(pedigree)
    width = round(layout.width * ACROSS + 2 * MARGIN)
    height = round((layout.generations - 1) * DOWN + 2 * MARGIN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"',
        f'role="img" aria-label={quoteattr(title)} font-family="system-ui, sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(in_words(pedigree, typed=typed, missing=missing, words=words))}</desc>",
        '<g fill="none" stroke="currentColor" stroke-width="1.5">',
        *(line for couple in layout.couples for line in _couple(couple, layout)),
        *(line for twins in pedigree.twins for line in _twins(twins, pedigree, layout)),
        "</g>",
        *(
            mark
            for place in layout.places
            for mark in _Mark(pedigree[place.person], place, place.person in typed, place.person == missing).lines()
        ),
        "</svg>",
    ]
    return "\n".join(parts)


def in_words(
    pedigree: Pedigree, *, typed: Collection[str] = (), missing: str = "", words: PedigreeWords = ENGLISH
) -> str:
    """The drawing in words, for those who do not see it."""
    return " ".join(_sentence(each, typed, missing, words) for each in pedigree)


def _sentence(person: Person, typed: Collection[str], missing: str, words: PedigreeWords) -> str:
    parents = [each for each in (person.father, person.mother) if each]
    said = [words.sexes[person.sex]]
    if parents:
        child_of = words.child_of_both if len(parents) > 1 else words.child_of_one
        said.append(child_of % {"one": parents[0], "other": parents[-1]})
    said += [words.deceased] if person.deceased else []
    said += [words.typed] if person.id in typed else []
    said += [words.missing] if person.id == missing else []
    return f"{person.id}: {', '.join(said)}."


def _at(place: Place) -> tuple[float, float]:
    return MARGIN + place.across * ACROSS, MARGIN + place.generation * DOWN


def _line(x1: float, y1: float, x2: float, y2: float, more: str = "") -> str:
    return f'<path d="M{x1:.1f} {y1:.1f} L{x2:.1f} {y2:.1f}"{more}/>'


def _couple(couple: Couple, layout: Layout) -> list[str]:
    """The line between two parents, the line of descent, and one line to each child."""
    lines, (start, height) = _between(couple)
    children = [_at(each) for each in couple.children]
    rail = max(y for _, y in map(_at, couple.parents)) + DOWN / 2 + couple.level * 8
    lines.append(_line(start, height, start, rail))
    across = [start, *(x for x, _ in children)]
    lines.append(_line(min(across), rail, max(across), rail))
    for (x, y), place in zip(children, couple.children, strict=True):
        meeting = layout.twin_places.get(place.person)
        top = x if meeting is None else MARGIN + meeting * ACROSS
        lines.append(_line(top, rail, x, y - HALF))
    return lines


def _between(couple: Couple) -> tuple[list[str], tuple[float, float]]:
    """The line between the parents, double where they are related, and the point from which their children descend."""
    (x1, y1), *others = [_at(each) for each in couple.parents]
    if not others:
        return [], (x1 + HALF / 2, y1)
    ((x2, y2),) = others
    kind = ' class="related"' if couple.related else ""
    shifts = (-DOUBLE, DOUBLE) if couple.related else (0,)
    if y1 != y2 or abs(x2 - x1) <= ACROSS:
        return [_line(x1, y1 + each, x2, y2 + each, kind) for each in shifts], ((x1 + x2) / 2, (y1 + y2) / 2)
    middle = (x1 + x2) / 2
    arcs = [
        f'<path d="M{x1:.1f} {y1 + each:.1f} Q{middle:.1f} {y1 - ARC + each:.1f} {x2:.1f} {y2 + each:.1f}"{kind}/>'
        for each in shifts
    ]
    along = 1 - ACROSS / 2 / abs(x2 - x1)
    return arcs, (x1 + (x2 - x1) * along, y1 - 2 * along * (1 - along) * ARC)


def _twins(twins: Collection[str], pedigree: Pedigree, layout: Layout) -> list[str]:
    """The bar across the lines of twins from one egg."""
    own = [_at(layout.place(each)) for each in pedigree.ids if each in twins]
    first, last = min(own), max(own)
    height = first[1] - DOWN / 4
    middle = (first[0] + last[0]) / 2
    return [_line((first[0] + middle) / 2, height, (last[0] + middle) / 2, height, ' class="one-egg"')]


@dataclass(frozen=True, slots=True)
class _Mark:
    """The sign of one person at one place."""

    person: Person
    place: Place
    typed: bool
    missing: bool

    def lines(self) -> list[str]:
        x, y = _at(self.place)
        fill = "currentColor" if self.typed else "Canvas"
        dash = ' stroke-dasharray="4 3"' if self.missing else ""
        style = f'fill="{fill}" stroke="currentColor" stroke-width="1.5"{dash}'
        marks = [f"<g><title>{escape(self.person.id)}</title>", self._shape(x, y, style)]
        if self.person.deceased:
            reach = HALF + 6
            marks.append(_line(x - reach, y + reach, x + reach, y - reach, ' stroke="currentColor" class="deceased"'))
        if self.missing:
            ink = "Canvas" if self.typed else "currentColor"
            marks.append(f'<text x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle" fill="{ink}">?</text>')
        name = self.person.id if len(self.person.id) <= LETTERS else f"{self.person.id[: LETTERS - 1]}…"
        marks.append(
            f'<text x="{x:.1f}" y="{y + HALF + 15:.1f}" text-anchor="middle" {CAPTION}>{escape(name)}</text></g>'
        )
        return marks

    def _shape(self, x: float, y: float, style: str) -> str:
        if self.person.sex == "male":
            return f'<rect x="{x - HALF:.1f}" y="{y - HALF:.1f}" width="{2 * HALF}" height="{2 * HALF}" {style}/>'
        if self.person.sex == "female":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{HALF}" {style}/>'
        reach = HALF * 1.25
        corners = f"{x:.1f},{y - reach:.1f} {x + reach:.1f},{y:.1f} {x:.1f},{y + reach:.1f} {x - reach:.1f},{y:.1f}"
        return f'<polygon points="{corners}" {style}/>'
