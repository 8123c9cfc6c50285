"""Replaces the node's own keys, so that whatever the moment at which the process is killed, doing it again finishes it.

Files beside those of `keys`:

    next-sign.pem, next-seal.pem, next-transport.pem     made with a new card, in use from the card's first moment
    next-hybrid.key                                      the same for suite 2, where the card lists it
    former-seal-KEYID-UNTIL.pem                          still opens what is sealed to it, until then (epoch seconds)
    former-hybrid-KEYID-UNTIL.key                        the same for suite 2
    former-transport-KEYID.pub                           checks what the node itself signed before
"""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from clew.exchange.hybrid import SEED_BYTES, HybridKey
from clew.exchange.keys import PublicKeys, key_id
from clew.exchange.suites import Opener
from clew.node.home import Home
from clew.node.keys import (
    HYBRID_FILE,
    KeyRefused,
    create_key_file,
    hybrid_key,
    read_key_file,
    require_key,
    seal_key,
    transport_public_key,
)

NAMES: Final = ("hybrid", "seal", "transport", "sign")
"""In this order they are put in place: the sign key, whose next file says that there is still something to do, last."""

_FORMER: Final = re.compile(r"former-(?:seal|hybrid)-([0-9a-f]{32})-([0-9]{1,12})\.(?:pem|key)")


@dataclass(frozen=True, slots=True)
class NextKeys:
    """Keys that wait to be put in place."""

    sign: Ed25519PrivateKey
    public: PublicKeys


def create_next_keys(home: Home, *, hybrid: bool = False) -> NextKeys:
    """Make new keys beside those in use. Ones that were made before and never put in place are thrown away.

    Args:
        hybrid: also one of suite 2.
    """
    require_key("sign")
    pem: dict[str, Ed25519PrivateKey | X25519PrivateKey] = {
        "seal": X25519PrivateKey.generate(),
        "transport": Ed25519PrivateKey.generate(),
        "sign": Ed25519PrivateKey.generate(),
    }
    for name in reversed(NAMES):
        _destroy(_next(home, name))
    if hybrid:
        create_key_file(_next(home, "hybrid"), os.urandom(SEED_BYTES))
    for name, key in pem.items():
        content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        create_key_file(_next(home, name), content)
    found = next_keys(home)
    if found is None:
        raise KeyRefused("The new keys could not be written.")
    return found


def next_keys(home: Home) -> NextKeys | None:
    """The keys that wait to be put in place; None where none do."""
    if not _next(home, "sign").exists():
        return None
    require_key("sign")
    sign, seal, transport = (
        load_pem_private_key(_waiting(home, name).read_bytes(), password=None) for name in ("sign", "seal", "transport")
    )
    if not isinstance(sign, Ed25519PrivateKey):
        raise KeyRefused("next-sign.pem is not an Ed25519 key.")
    one, two, three = (key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) for key in (sign, seal, transport))
    waiting = _next(home, "hybrid")
    hybrid = HybridKey(waiting.read_bytes()).public if waiting.exists() else b""
    return NextKeys(sign, PublicKeys(one, two, three, hybrid))


def turn_over(home: Home, *, former_opens_until: dt.datetime) -> None:
    """Put the next keys in place. The ones before are gone, but the seal key stays until that moment."""
    if _next(home, "hybrid").exists():
        _keep_former_hybrid(home, former_opens_until)
        _put_in_place(home, "hybrid")
    if _next(home, "seal").exists():
        _keep_former_seal(home, former_opens_until)
        _put_in_place(home, "seal")
    if _next(home, "transport").exists():
        before = read_key_file(home.keys / "transport.pub")
        former = home.keys / f"former-transport-{key_id(before)}.pub"
        if not former.exists():
            create_key_file(former, before)
        _replace_public(home)
        _put_in_place(home, "transport")
    if _next(home, "sign").exists():
        _put_in_place(home, "sign")


def former_seal_key(kid: str, now: dt.datetime, home: Home) -> Opener | None:
    """The replaced key of this name, of either suite, while it may still open letters; else None."""
    for path, found, until in _former_seals(home):
        if found == kid and now < until:
            require_key("seal")
            if path.suffix == ".key":
                return HybridKey(read_key_file(path))
            key = load_pem_private_key(read_key_file(path), password=None)
            return key if isinstance(key, X25519PrivateKey) else None
    return None


def destroy_former(home: Home, now: dt.datetime) -> tuple[str, ...]:
    """Destroy the replaced seal keys whose time is over; returns their names."""
    over = [(path, kid) for path, kid, until in _former_seals(home) if until <= now]
    for path, _kid in over:
        _destroy(path)
    return tuple(kid for _path, kid in over)


def transport_public_keys(home: Home) -> tuple[Ed25519PublicKey, ...]:
    """The public halves of the transport key in use and of those before it, for what the node itself once signed."""
    former = sorted(home.keys.glob("former-transport-*.pub"))
    return (
        transport_public_key(home),
        *(Ed25519PublicKey.from_public_bytes(read_key_file(path)) for path in former),
    )


def _former_seals(home: Home) -> list[tuple[Path, str, dt.datetime]]:
    found = []
    for path in home.keys.glob("former-*-*-*"):
        match = _FORMER.fullmatch(path.name)
        if match is not None:
            found.append((path, match[1], dt.datetime.fromtimestamp(int(match[2]), dt.UTC)))
    return found


def _keep_former_seal(home: Home, until: dt.datetime) -> None:
    require_key("seal")
    kid = key_id(seal_key(home).public_key().public_bytes_raw())
    former = home.keys / f"former-seal-{kid}-{int(until.timestamp())}.pem"
    if not former.exists():
        create_key_file(former, read_key_file(home.keys / "seal.pem"))


def _keep_former_hybrid(home: Home, until: dt.datetime) -> None:
    present = hybrid_key(home)
    if present is None:
        return
    former = home.keys / f"former-hybrid-{present.kid}-{int(until.timestamp())}.key"
    if not former.exists():
        create_key_file(former, read_key_file(home.keys / HYBRID_FILE))


def _replace_public(home: Home) -> None:
    key = load_pem_private_key(_next(home, "transport").read_bytes(), password=None)
    part = home.keys / "transport.pub.part"
    part.unlink(missing_ok=True)
    create_key_file(part, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    part.replace(home.keys / "transport.pub")


def _put_in_place(home: Home, name: str) -> None:
    _next(home, name).replace(home.keys / _file(name))
    directory = os.open(home.keys, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _next(home: Home, name: str) -> Path:
    return home.keys / f"next-{_file(name)}"


def _file(name: str) -> str:
    return HYBRID_FILE if name == "hybrid" else f"{name}.pem"


def _waiting(home: Home, name: str) -> Path:
    """The next key, or the one in place where a turn-over was broken off after it."""
    path = _next(home, name)
    return path if path.exists() else home.keys / _file(name)


def _destroy(path: Path) -> None:
    """Overwrite and remove. Where a disk keeps old blocks, only its encryption protects what was there."""
    try:
        size = path.stat().st_size
        with path.open("r+b") as stream:
            stream.write(b"\0" * size)
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()
    except FileNotFoundError:
        return
