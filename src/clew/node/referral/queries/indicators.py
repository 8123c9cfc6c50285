"""The sets of indicators that a screening can be made with, and who signed for which version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clew.node.referral.indicators import offered
from clew.node.referral.models import IndicatorSignOff
from clew.referral.screening import IndicatorSet


@dataclass(frozen=True, slots=True)
class SetView:
    """A set's newest version and every signature for it; `formal`: a formal step may rest on it now."""

    indicators: IndicatorSet
    sign_offs: Sequence[IndicatorSignOff]

    @property
    def formal(self) -> bool:
        """Read in its source, or signed for by somebody whose signature stands."""
        return self.indicators.mark == "verified" or any(one.ended is None for one in self.sign_offs)


def sets() -> list[SetView]:
    """Each of them, by id. They belong to the whole organisation."""
    found = offered()
    rows = IndicatorSignOff.objects.filter(version__digest__in=[one.digest for one in found.values()])
    signed: dict[str, list[IndicatorSignOff]] = {}
    for row in rows.select_related("version", "signed_by", "ended_by").order_by("pk"):
        signed.setdefault(row.version.digest, []).append(row)
    return [SetView(one, signed.get(one.digest, [])) for _name, one in sorted(found.items())]


def set_named(name: str) -> IndicatorSet | None:
    """The newest version of a set, or None."""
    return offered().get(name)
