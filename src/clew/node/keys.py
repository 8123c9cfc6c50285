"""The node's own keys, each loaded on first use in a process that may use it.

Separate keys sign letters, open letters and sign the transport (field note security.md, 2): the process that
partners reach never holds the key that opens letters, so that a break-in there reads no case.

Keys are replaced by `keys_renewing`. The file of each key keeps its name; a process notices a new file by its number
and time, so that no process has to be started again.
"""

from __future__ import annotations

import os
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

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
from clew.node.home import PRIVATE_FILE, Home, home_path, keys_path


class Process(StrEnum):
    """The kinds of process of a node; `CLEW_PROCESS` names the present one."""

    WEB = "web"
    INBOUND = "inbound"
    WORKER = "worker"
    CLI = "cli"


class KeyRefused(Exception):
    """This process may not use that key, or the key is missing."""


MAY_USE = {
    "sign": {Process.WORKER, Process.CLI},
    "seal": {Process.WORKER, Process.CLI},
    "transport": {Process.WORKER, Process.INBOUND, Process.CLI},
    "rest": {Process.WEB, Process.WORKER, Process.CLI},
}


HYBRID_FILE = "hybrid.key"
"""The seed of the key of suite 2. Whoever may open letters may read it: the `seal` key's rule holds for both."""


def current_process() -> Process:
    """The present process' kind. An unknown name is treated as the one that may least."""
    try:
        return Process(os.environ.get("CLEW_PROCESS", "cli"))
    except ValueError:
        return Process.INBOUND


def create_keys(home: Home) -> None:
    """Make the four keys of a new node; existing key files are never overwritten."""
    pem: dict[str, Ed25519PrivateKey | X25519PrivateKey] = {
        "sign": Ed25519PrivateKey.generate(),
        "transport": Ed25519PrivateKey.generate(),
        "seal": X25519PrivateKey.generate(),
    }
    for name, key in pem.items():
        create_key_file(home.keys / f"{name}.pem", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = pem["transport"].public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    create_key_file(home.keys / "transport.pub", public)
    create_key_file(home.keys / "rest.key", os.urandom(32))


def sign_key(home: Home | None = None) -> Ed25519PrivateKey:
    """The key that signs this node's letters."""
    return _ed25519("sign", home)


def transport_key(home: Home | None = None) -> Ed25519PrivateKey:
    """The key that signs envelopes and receipts."""
    return _ed25519("transport", home)


def transport_public_key(home: Home | None = None) -> Ed25519PublicKey:
    """The public half of the transport key, which every process may use to check the node's own signatures."""
    return Ed25519PublicKey.from_public_bytes(read_key_file(_keys_of(home) / "transport.pub"))


def seal_key(home: Home | None = None) -> X25519PrivateKey:
    """The key that opens letters sealed to this node."""
    key = load_pem_private_key(_read("seal", "seal.pem", home), password=None)
    if not isinstance(key, X25519PrivateKey):
        raise KeyRefused("seal.pem is not an X25519 key.")
    return key


def hybrid_key(home: Home | None = None) -> HybridKey | None:
    """The key that opens letters sealed with suite 2; None where this node never listed that suite."""
    require_key("seal")
    if not (_keys_of(home) / HYBRID_FILE).exists():
        return None
    seed = _read("seal", HYBRID_FILE, home)
    if len(seed) != SEED_BYTES:
        raise KeyRefused(f"{HYBRID_FILE} must have {SEED_BYTES} bytes.")
    return HybridKey(seed)


def create_hybrid_key(home: Home) -> HybridKey:
    """The key of suite 2, made where there is none: it may exist long before a card lists it."""
    present = hybrid_key(home)
    if present is not None:
        return present
    seed = os.urandom(SEED_BYTES)
    create_key_file(home.keys / HYBRID_FILE, seed)
    return HybridKey(seed)


def rest_key(home: Home | None = None) -> bytes:
    """The 32 bytes that wrap the data key of each person and document."""
    key = _read("rest", "rest.key", home)
    if len(key) != 32:
        raise KeyRefused("rest.key must have 32 bytes.")
    return key


def _ed25519(name: str, home: Home | None) -> Ed25519PrivateKey:
    key = load_pem_private_key(_read(name, f"{name}.pem", home), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(f"{name}.pem is not an Ed25519 key.")
    return key


def _read(name: str, file: str, home: Home | None) -> bytes:
    require_key(name)
    return read_key_file(_keys_of(home) / file)


def _keys_of(home: Home | None) -> Path:
    # The rest key is asked for with every sealed value that is read: a node's settings are not read each time for it.
    return home.keys if home is not None else keys_path(home_path())


def stamp(file: str, home: Home | None = None) -> tuple[int, int]:
    """Changes whenever the key file is replaced: its number on the disk and its time.

    Raises:
        KeyRefused: it is missing.
    """
    return _stamp(_keys_of(home) / file)


def require_key(name: str) -> None:
    """Raise `KeyRefused` unless this process may use the key (`sign`, `seal`, `transport`, `rest`)."""
    process = current_process()
    if process not in MAY_USE[name]:
        raise KeyRefused(f"The {process} process may not use the {name} key.")


def read_key_file(path: Path) -> bytes:
    """The bytes of a key file, read once for as long as it is not replaced."""
    return _bytes(path, _stamp(path))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise KeyRefused(f"The key file {path.name} cannot be read: {error.strerror}.") from error
    return found.st_ino, found.st_mtime_ns


@lru_cache(maxsize=16)
def _bytes(path: Path, _stamp: tuple[int, int]) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyRefused(f"The key file {path.name} cannot be read: {error.strerror}.") from error


def create_key_file(path: Path, content: bytes) -> None:
    """Write a key durably; an existing file is never overwritten."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
