"""Where notifications may go: an https address that leads outside, or into a network that the settings name.

Whoever names an address makes this node connect to it. It must not reach what only this machine, or only its
network, can reach (server-side request forgery): the name is looked up once, the answer judged, and connected to.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

LONGEST: Final = 500


class BadAddress(Exception):
    """Nothing is sent there; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_url(url: str) -> SplitResult:
    """The parts of a url to which notifications can go.

    Raises:
        BadAddress: not https, without a host, with a user name, a fragment, or with what is no plain ASCII.
    """
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise BadAddress("bad-address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadAddress("bad-address") from error
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.fragment or port == 0:
        raise BadAddress("bad-address")
    return parts


def usable(found: Sequence[str], allowed: Sequence[IPv4Network | IPv6Network]) -> list[str]:
    """The addresses of a name, in their order, if each of them may be connected to.

    Raises:
        BadAddress: there is none, or one of them is neither public nor in an allowed network. One is enough: a name
            that has a private address beside a public one is meant to pass a check.
    """
    if not found or not all(_may(each, allowed) for each in found):
        raise BadAddress("address-not-allowed")
    return list(dict.fromkeys(found))


def _may(text: str, allowed: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            # The address within is the one that is reached.
            address = inner
    if any(address in network for network in allowed):
        return True
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    nat64 = isinstance(address, IPv6Address) and address.packed[:12] == bytes.fromhex("0064ff9b" + "00" * 8)
    return address.is_global and not special and not nat64
