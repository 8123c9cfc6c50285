"""The directory of one relay: its settings, its certificate, its store. There is no key in it that opens a letter."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

from clew.exchange.relaying import RelayAddress, read_address, write_address
from clew.node.certificate import Made
from clew.node.home import PRIVATE_DIRECTORY, HomeProblem, write_private

FILE: Final = "relay.toml"


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """What `relay.toml` holds.

    Attributes:
        relay_id: random 128-bit id in hex, made once; each request names it.
        url: the address as nodes write it.
        bind, port: where the relay listens.
        tls: own = it answers with the certificate in its directory; proxy = something before it ends TLS.
        keep_days: how long a letter or a receipt lies at most. What nobody fetched by then is deleted.
        mailbox_letters, mailbox_mib: how much lies in one mailbox at most.
        depositor_letters, depositor_mib: how much of one depositor lies in all mailboxes at most.
    """

    relay_id: str
    url: str
    bind: str = "127.0.0.1"
    port: int = 8410
    tls: str = "own"
    keep_days: int = 14
    mailbox_letters: int = 2000
    mailbox_mib: int = 256
    depositor_letters: int = 2000
    depositor_mib: int = 256

    @property
    def keep(self) -> dt.timedelta:
        return dt.timedelta(days=self.keep_days)


@dataclass(frozen=True, slots=True)
class RelayHome:
    """A relay's directory and what its settings file says."""

    path: Path
    settings: RelaySettings

    @property
    def store(self) -> Path:
        return self.path / "store.sqlite3"

    @property
    def certificate(self) -> Path:
        """The TLS certificate, PEM."""
        return self.path / "tls.crt"

    @property
    def certificate_key(self) -> Path:
        return self.path / "tls.pem"

    def address(self) -> RelayAddress:
        """What is handed to nodes.

        Raises:
            HomeProblem: `tls` is own and the certificate cannot be read.
        """
        s = self.settings
        if s.tls != "own":
            return RelayAddress(s.relay_id, s.url)
        try:
            return RelayAddress(s.relay_id, s.url, self.certificate.read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            raise HomeProblem(f"{self.certificate} cannot be read. Put back the one that nodes know.") from error


def load_relay(path: Path) -> RelayHome:
    """Read a relay's directory.

    Raises:
        HomeProblem: there is none, or `relay.toml` has unknown, missing or mistyped entries.
    """
    file = path / FILE
    if not file.is_file():
        raise HomeProblem(f"There is no relay in {path}. Make one with: clew relay init --home {path}")
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HomeProblem(f"{file} cannot be read: {error}. Mend that line.") from error
    known = {field.name: str(field.type) for field in fields(RelaySettings)}
    for name, value in raw.items():
        if name not in known:
            raise HomeProblem(f"{file}: unknown entry {name!r}. Known are: {', '.join(sorted(known))}.")
        if type(value).__name__ != known[name]:
            raise HomeProblem(f"{file}: {name!r} must be of type {known[name]}, not {value!r}.")
        if type(value) is int and value < 1:
            raise HomeProblem(f"{file}: {name!r} must be at least 1.")
    for name in ("relay_id", "url"):
        if not raw.get(name):
            raise HomeProblem(f"{file}: the entry {name!r} is missing. Add it.")
    settings = RelaySettings(**raw)
    if settings.tls not in {"own", "proxy"}:
        raise HomeProblem(f"{file}: 'tls' must be own or proxy, not {settings.tls!r}.")
    return RelayHome(path, settings)


def create_relay(path: Path, settings: RelaySettings, made: Made | None) -> RelayHome:
    """Make the directory with its settings and, where the relay speaks TLS itself, its certificate.

    Raises:
        HomeProblem: something is there already; nothing is changed then.
        Refusal: the address is none that could be handed out.
    """
    if path.exists() and any(path.iterdir()):
        raise HomeProblem(f"{path} is not empty. Choose another directory with --home.")
    certificate = made.certificate if made is not None else ""
    read_address(write_address(RelayAddress(settings.relay_id, settings.url, certificate)))
    path.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    path.chmod(PRIVATE_DIRECTORY)
    relay = RelayHome(path, settings)
    if made is not None:
        write_private(relay.certificate_key, made.key)
        write_private(relay.certificate, made.certificate.encode("ascii"))
    lines = [f"{name} = {_toml(value)}" for name, value in asdict(settings).items()]
    write_private(path / FILE, ("\n".join(lines) + "\n").encode())
    return relay


def _toml(value: str | int) -> str:
    # All texts are addresses, ids and words of a list; `read_address` has refused any other.
    return str(value) if isinstance(value, int) else f'"{value}"'
