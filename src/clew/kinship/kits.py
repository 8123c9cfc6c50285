"""Which autosomal loci the kits of laboratories show, by the kit's name.

As commonly published of these kits; not yet compared with the makers' user guides. Amelogenin and markers of the Y are
left out: the one only tells whether a sample fits its sex, the others name a father's line and are not searched.
"""

from __future__ import annotations

from collections.abc import Mapping

from clew.kinship.alleles import locus_key

_IDENTIFILER = (
    "D8S1179", "D21S11", "D7S820", "CSF1PO", "D3S1358", "TH01", "D13S317", "D16S539", "D2S1338", "D19S433", "vWA",
    "TPOX", "D18S51", "D5S818", "FGA",
)  # fmt: skip
_NGM = (
    "D10S1248", "vWA", "D16S539", "D2S1338", "D8S1179", "D21S11", "D18S51", "D22S1045", "D19S433", "TH01", "FGA",
    "D2S441", "D3S1358", "D1S1656", "D12S391",
)  # fmt: skip
_GLOBALFILER = (*_IDENTIFILER, "D2S441", "D22S1045", "SE33", "D10S1248", "D1S1656", "D12S391")

KITS: Mapping[str, tuple[str, ...]] = {
    "Identifiler Plus": _IDENTIFILER,
    "NGM SElect": (*_NGM, "SE33"),
    "GlobalFiler": _GLOBALFILER,
    "PowerPlex 21": (*_IDENTIFILER, "D1S1656", "D6S1043", "D12S391", "Penta_D", "Penta_E"),
    "PowerPlex Fusion 6C": (*_GLOBALFILER, "Penta_D", "Penta_E"),
}
"""Loci by kit."""

_BY_KEY = {locus_key(name): name for name in KITS}


def kit_named(text: str) -> str | None:
    """The kit of this name, however it is spelled; None where it is not known."""
    return _BY_KEY.get(locus_key(text))
