"""What is checked of a page that is open: the rules of axe, its language, its title, its heading."""

from __future__ import annotations

from dataclasses import dataclass

from tests.browser.driving import Seat

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WORDS = "name|alt|title|lang|label|target-size|scrollable-region-focusable"
"""Rules whose answer hangs on words or on how long they are. The answers of all others hang on the markup alone."""

SHAPE = """() => {
    const text = /^(alt|content|nonce|placeholder|style|title|value|data-.*|aria-(label|description|valuetext))$/;
    const chosen = (each, one) => each.name === 'language' && one.name === 'aria-current';
    const shown = each => [...each.attributes].filter(one => !text.test(one.name) && !chosen(each, one))
        .map(one => `${one.name}=${one.value.replace(/tip-[0-9]+/, 'tip')}`).sort().join(' ');
    let shape = 0;
    for (const each of document.body.querySelectorAll('*'))
        for (const letter of `${each.tagName} ${shown(each)}`) shape = Math.imul(shape, 31) + letter.codePointAt(0) | 0;
    return shape;
}"""
"""A number for the markup of the open page without its words."""

READ = """async ([levels, contrast, known, words]) => {
    const shape = (/* shape */)();
    const off = contrast ? [] : ['color-contrast'];
    if (shape === known) {
        const keep = new RegExp(words);
        off.push(...axe.getRules(levels).map(rule => rule.ruleId).filter(id => !keep.test(id)));
    }
    const run = await axe.run(document, {
        runOnly: {type: 'tag', values: levels}, resultTypes: ['violations'],
        rules: Object.fromEntries(off.map(id => [id, {enabled: false}])),
    });
    return {
        shape,
        faults: run.violations.flatMap(fault => fault.nodes.map(
            node => `${fault.id}: ${node.html.slice(0, 300)} ${node.failureSummary}`)),
        language: document.documentElement.lang,
        titles: [...document.head.querySelectorAll('title')].map(each => each.text.trim()),
        headings: document.querySelectorAll('h1').length,
        width: document.documentElement.scrollWidth,
    };
}""".replace("/* shape */", SHAPE)
"""One call for everything, because each call costs as much as a rule."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found on a page.

    Attributes:
        shape: a number for its markup without its words: two pages of one shape have the same faults of structure.
        faults: what axe finds: the rule, the element and what is wrong with it.
        width: in pixels, of all that can be scrolled to.
    """

    shape: int
    faults: list[str]
    language: str
    titles: list[str]
    headings: int
    width: int


def shape_of(seat: Seat) -> int:
    """A number for the markup of the open page without its words: the same in every language."""
    return int(seat.page.evaluate(SHAPE))


def read(seat: Seat, *, contrast: bool = True, known: int | None = None) -> Reading:
    """Read the open page.

    Args:
        contrast: also ask the dearest rule, whose answer is the same in every language.
        known: the shape of a page that passed. Of a page of the same shape only the words are checked.
    """
    return Reading(**seat.page.evaluate(READ, [LEVELS, contrast, known, WORDS]))


def wrong(seat: Seat, page: Reading, language: str) -> list[str]:
    """All that is wrong with a page that was read and should be in that language."""
    found = [*page.faults, *seat.complaints]
    if page.language != language:
        found.append(f"the page says that it is in {page.language!r}")
    if len(page.titles) != 1 or not page.titles[0] or page.titles[0].startswith("-"):
        found.append(f"the title is {page.titles}")
    if page.headings != 1:
        found.append(f"{page.headings} first headings")
    return found
