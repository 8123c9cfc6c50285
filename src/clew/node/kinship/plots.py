"""Plots as SVG: what each locus says of a hit, and what a search can find. Beside each stands its table.

They take their colour from the page and hold no style, so that the node's content policy lets them be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

ROW: Final = 22
LEFT: Final = 96
WIDE: Final = 640
RIGHT: Final = 56
LOWEST: Final = -3.0
"""What an exclusion is drawn as: a bar to the left edge."""

HIGH: Final = 200
BASE: Final = 232


def locus_bars(loci: Sequence[Mapping[str, Any]], title: str) -> SafeString:
    """A bar for each locus, to the right where it speaks for the family, to the left where it speaks against it."""
    values = [LOWEST if isinstance(each["log10"], str) else float(each["log10"]) for each in loci]
    low, high = min([*values, -0.5]), max([*values, 1.0])
    scale = (WIDE - LEFT - RIGHT) / (high - low)
    zero = LEFT - low * scale
    height = ROW * len(values) + 8
    parts = [*_head(title, height), f'<path d="M{zero:.1f} 0 V{height}" stroke="currentColor"/>']
    for number, (each, value) in enumerate(zip(loci, values, strict=True)):
        top, left, width = number * ROW + 4, min(zero, zero + value * scale), abs(value) * scale
        fill = "none" if value < 0 or each["unusual"] else "currentColor"
        end = max(zero, zero + value * scale) + 6
        said = "0" if each["excludes"] else f"{value:+.2f}"
        parts += [
            f'<text x="{LEFT - 8}" y="{top + 12}" text-anchor="end">{escape(each["locus"])}</text>',
            f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="14" fill="{fill}" stroke="currentColor"/>',
            f'<text x="{end:.1f}" y="{top + 12}">{said}</text>',
        ]
    return mark_safe("\n".join([*parts, "</svg>"]))  # noqa: S308 - numbers, and locus names that were escaped


def power_curve(curve: Sequence[Sequence[float]], threshold: float | None, title: str) -> SafeString:
    """The probability of reaching each log10 LR: a full line for the true child, a broken one for a stranger."""
    lowest, highest = curve[0][0], curve[-1][0]

    def across(log10: float) -> float:
        return 44 + (min(max(log10, lowest), highest) - lowest) * (WIDE - 64) / (highest - lowest)

    def line(column: int) -> str:
        return " ".join(f"{across(each[0]):.1f},{BASE - each[column] * HIGH:.1f}" for each in curve)

    parts = [
        *_head(title, BASE + 28),
        f'<path d="M44 {BASE - HIGH} V{BASE} H{WIDE - 20}" fill="none" stroke="currentColor"/>',
        f'<polyline points="{line(1)}" fill="none" stroke="currentColor" stroke-width="2.5"/>',
        f'<polyline points="{line(2)}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="5 4"/>',
        *(
            f'<text x="{across(step):.1f}" y="{BASE + 20}" text-anchor="middle">{step}</text>'
            for step in range(int(lowest), int(highest) + 1, 4)
        ),
        *(
            f'<text x="36" y="{BASE - share * HIGH + 4:.1f}" text-anchor="end">{share:g}</text>'
            for share in (0.0, 0.5, 1.0)
        ),
    ]
    if threshold is not None:
        place = across(threshold)
        parts.append(f'<path d="M{place:.1f} {BASE - HIGH} V{BASE}" stroke="currentColor" stroke-dasharray="2 3"/>')
    return mark_safe("\n".join([*parts, "</svg>"]))  # noqa: S308 - nothing but numbers


def _head(title: str, height: int) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height}" role="img" width="{WIDE}"',
        f'height="{height}" aria-label="{escape(title)}" font-family="system-ui, sans-serif" font-size="13"',
        'fill="currentColor">',
    ]
