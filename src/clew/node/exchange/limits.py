"""How much inbound takes from one caller (`clew.node.allowance`), in the memory of the one inbound process."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Final

from clew.node.allowance import MOST_CALLERS as MOST_CALLERS
from clew.node.allowance import Limit as Limit
from clew.node.allowance import TooMany as TooMany

IPV6_NETWORK: Final = 64
"""Bits: whoever has one address of such a network has them all."""


ADDRESSES: Final = Limit(rate=30, burst=120)
"""Requests from one address. A fast pair needs some four a second, for each holds up to 64 envelopes."""

PARTNERS: Final = Limit(rate=150, burst=1500)
"""Envelopes that one partner verifiably sent: a night's backlog at once, then more than a node opens in a second."""


PARTS: Final = Limit(rate=40, burst=200)
"""Requests about parts of announced files that one partner verifiably made: with parts of 8 MiB, 320 MB/s for long."""


def network_of(address: str) -> str:
    """What counts as one caller: an IPv4 address, or the network of an IPv6 address."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return format(int(found) >> (128 - IPV6_NETWORK), "x")
