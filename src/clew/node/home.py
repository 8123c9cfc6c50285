"""The directory of one node (`CLEW_HOME`): its settings file, its secrets, its store."""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import asdict, dataclass, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

DEFAULT_HOME = Path("~/.clew")
PRIVATE_DIRECTORY = 0o700
PRIVATE_FILE = 0o600
CHOICES = {"tls": ("own", "proxy"), "log_format": ("plain", "json")}
LEAST_TOKEN = 32
"""Characters of a token for `/metrics`: it is asked for by machines, and nobody types it."""


class HomeProblem(Exception):
    """The node's directory is missing, incomplete or already in use; the message says what to do."""


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """What `node.toml` holds.

    Attributes:
        node_id: random 128-bit id in hex, made once; names the node in letters.
        name: the organisation's name as partners read it.
        country: ISO 3166-1 alpha-2.
        kind: code of the list `party_kinds`.
        host: host name of the staff pages; every other Host header is refused.
        port: TCP port of the staff pages.
        inbound_port: TCP port that partners reach; 0 = none: letters are fetched from a mailbox at a relay.
        inbound_url: the address of inbound as partners write it; "" = https://host:inbound_port (http on loopback).
        bind: address both servers listen on.
        inbound_bind: address inbound listens on, where partners reach it directly; "" = `bind`.
        tls: own = inbound answers over TLS with the certificate in `keys/`, which the card carries; proxy = it speaks
            plain HTTP, and something before it ends TLS.
        carries: whether inbound takes sealed envelopes of one partner for another and passes them on.
        language: language of people who chose none.
        database: "" for SQLite in this directory, else a postgresql:// URL.
        secure: False only where no TLS stands before the staff pages (loopback).
        banner: a line shown on every page, for instance that all data are fictional.
        reply_slot: seconds; an answer leaves a whole number of these (of shorter ones if urgent) after its request.
        remedy_extension_days: for how long the answer to who asks what was shared is put off once.
        retention_days: for how long something may be kept from a review on, where that is less than the settings say.
        log_format: plain = lines for people on the error stream; json = one JSON object per line, with the same fields.
        metrics_token: who sends it as a bearer token reads `/metrics` on the port of the pages; "" = nobody does.
        webhook_networks: private or loopback networks (CIDR, with commas between) in which a system of the organisation
            may be notified; "" = none, public addresses only.
        pull_pause: seconds between two looks into the mailbox at a relay, spread by half to either side.
        metrics_partners: whether figures about letters name the partner's id, which says who writes to whom.
    """

    node_id: str
    name: str
    country: str
    kind: str
    host: str = "localhost"
    port: int = 8400
    inbound_port: int = 8401
    inbound_url: str = ""
    bind: str = "127.0.0.1"
    inbound_bind: str = ""
    tls: str = "proxy"
    carries: bool = False
    language: str = "en"
    database: str = ""
    secure: bool = True
    banner: str = ""
    reply_slot: int = 21_600
    remedy_extension_days: int = 60
    retention_days: int = 1825
    log_format: str = "plain"
    pull_pause: int = 20
    metrics_token: str = ""
    webhook_networks: str = ""
    metrics_partners: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """A node's directory and what its settings file says."""

    path: Path
    settings: NodeSettings

    @property
    def keys(self) -> Path:
        return keys_path(self.path)

    @property
    def documents(self) -> Path:
        return self.path / "documents"

    @property
    def store(self) -> Path:
        return self.path / "store.sqlite3"

    @property
    def secret(self) -> str:
        """Django's secret key, hex."""
        return (self.path / "secret").read_text(encoding="ascii").strip()

    @property
    def inbound_bind(self) -> str:
        """The address inbound listens on."""
        return self.settings.inbound_bind or self.settings.bind

    @property
    def inbound_url(self) -> str:
        """The address of inbound as partners write it, without a trailing slash; "" where there is none."""
        s = self.settings
        scheme = "https" if s.secure or s.tls == "own" else "http"
        own = f"{scheme}://{s.host}:{s.inbound_port}" if s.inbound_port else ""
        return (s.inbound_url or own).rstrip("/")


def home_path() -> Path:
    """The directory named by `CLEW_HOME`, else `~/.clew`."""
    return Path(os.environ.get("CLEW_HOME") or DEFAULT_HOME).expanduser()


def keys_path(path: Path) -> Path:
    """Where the keys of the node in this directory lie."""
    return path / "keys"


def load_home(path: Path | None = None) -> Home:
    """Read a node's directory.

    Raises:
        HomeProblem: there is no node there, or `node.toml` has unknown, missing or mistyped entries.
    """
    path = path or home_path()
    file = path / "node.toml"
    if not file.is_file():
        raise HomeProblem(f"There is no node in {path}. Make one with: clew init --home {path}")
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise HomeProblem(f"{file} cannot be read: {error}. Mend that line.") from error
    known = {field.name: field for field in fields(NodeSettings)}
    unknown = sorted(set(raw) - set(known))
    if unknown:
        raise HomeProblem(f"{file}: unknown entry {unknown[0]!r}. Known are: {', '.join(sorted(known))}.")
    missing = [name for name in ("node_id", "name", "country", "kind") if not raw.get(name)]
    if missing:
        raise HomeProblem(f"{file}: the entry {missing[0]!r} is missing. Add it.")
    for name, value in raw.items():
        if type(value).__name__ != known[name].type:
            raise HomeProblem(f"{file}: {name!r} must be of type {known[name].type}, not {value!r}.")
    settings = NodeSettings(**raw)
    for name, choices in CHOICES.items():
        if (chosen := getattr(settings, name)) not in choices:
            raise HomeProblem(f"{file}: {name!r} must be {' or '.join(choices)}, not {chosen!r}.")
    if settings.metrics_token and not _is_token(settings.metrics_token):
        raise HomeProblem(
            f"{file}: 'metrics_token' needs at least {LEAST_TOKEN} letters and digits. "
            "Make one with: openssl rand -hex 32"
        )
    try:
        networks_of(settings.webhook_networks)
    except ValueError as error:
        raise HomeProblem(
            f"{file}: 'webhook_networks': {error}. Write for instance: 10.1.2.0/24, 127.0.0.1/32"
        ) from error
    return Home(path, settings)


def networks_of(text: str) -> list[IPv4Network | IPv6Network]:
    """The networks of a list with commas between; raises ValueError for what is none."""
    return [ip_network(each.strip()) for each in text.split(",") if each.strip()]


def _is_token(text: str) -> bool:
    return len(text) >= LEAST_TOKEN and text.isascii() and text.isalnum()


def write_settings(path: Path, settings: NodeSettings) -> None:
    """Write `node.toml` (replacing it in one step, so that a crash leaves the old or the new file)."""
    lines = [f"{name} = {_toml(value)}" for name, value in asdict(settings).items()]
    write_private(path / "node.toml", ("\n".join(lines) + "\n").encode())


def create_home(path: Path, settings: NodeSettings) -> Home:
    """Make the directory with its secret and settings; keys are made by `clew.node.keys.create_keys`.

    Raises:
        HomeProblem: a node is already there; nothing is changed then.
    """
    if (path / "node.toml").exists():
        raise HomeProblem(f"There is already a node in {path}. Choose another directory with --home.")
    for directory in (path, path / "keys", path / "documents", path / "static"):
        directory.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        directory.chmod(PRIVATE_DIRECTORY)
    write_private(path / "secret", secrets.token_hex(32).encode())
    write_settings(path, settings)
    return load_home(path)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " else f"\\u{ord(c):04x}" for c in text) + '"'


def write_private(file: Path, content: bytes) -> None:
    """Write a file that only the node's user reads, in one step; it is durable when this returns."""
    part = file.with_name(file.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)
