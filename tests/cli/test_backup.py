"""A backup of a running node, and its way back: proved by the audit log, refused when anything is wrong."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
import pyrage
import pytest

from clew.cli.backup import KEYS
from clew.node.backup import FORMAT
from clew.node.backup_keys import read_key_file
from tests.cli.conftest import PASSPHRASE
from tests.cli.nodes import Answer, clew, make_node, served

pytestmark = pytest.mark.slow
ADD = ("officer", "add", "anna", "--full-name", "Anna Beispiel (fictional)", "--role", "investigator", "--json")


def back_up(home: Path, file: Path, passphrase: Path) -> Answer:
    return clew("backup", file, "--passphrase-file", passphrase, "--json", home=home)


def restore(home: Path, file: Path, passphrase: Path, *more: object) -> Answer:
    return clew("restore", file, "--passphrase-file", passphrase, "--json", *more, home=home)


@pytest.fixture(scope="session")
def planted(made: tuple[Path, Answer], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a node that has one document, a backup of it, and its keys."""
    directory = tmp_path_factory.mktemp("planted")
    shutil.copytree(made[0], directory / "home")
    (directory / "passphrase").write_text(f"{PASSPHRASE}\n")
    (directory / "home" / "documents" / "abc").write_bytes(b"sealed")
    answer = back_up(directory / "home", directory / "node.backup", directory / "passphrase")
    assert answer.code == 0, answer.err
    return directory


@pytest.fixture
def backed_up(planted: Path, home: Path, tmp_path: Path) -> Path:
    """The backup; beside it, and in place of the empty one, the node as it was right after it."""
    settings = (home / "node.toml").read_bytes()
    shutil.copytree(planted, tmp_path, dirs_exist_ok=True)
    (home / "node.toml").write_bytes(settings)
    return tmp_path / "node.backup"


def test_a_running_node_is_backed_up_and_comes_back_with_a_log_that_verifies(
    home: Path, tmp_path: Path, passphrase: Path
) -> None:
    assert clew(*ADD, home=home).code == 0
    (home / "documents" / "abc").write_bytes(b"sealed")
    file, new = tmp_path / "node.backup", tmp_path / "new"
    with served(home):
        made = back_up(home, file, passphrase)
    assert made.code == 0, made.err
    assert (made.json["documents"], made.json["bytes"], made.json["transfers"]) == (1, file.stat().st_size, 0)
    assert file.stat().st_mode & 0o077 == 0
    back = restore(new, file, passphrase)
    assert back.code == 0, back.err
    assert back.json == {"ok": True, "home": str(new), "audit_size": made.json["audit_size"]}
    assert clew("doctor", "--json", home=new).json["ok"]
    assert clew("officer", "link", "anna", "--json", home=new).code == 0
    assert (new / "documents" / "abc").read_bytes() == b"sealed"
    assert clew("partner", "card", "--json", home=new).json == clew("partner", "card", "--json", home=home).json
    for path in new.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_backup_and_its_way_back_stand_in_the_log(
    backed_up: Path, home: Path, tmp_path: Path, passphrase: Path
) -> None:
    before, after = _entries(home)[-2:]
    assert (before["act"], after["act"]) == ("node.begin_backup", "node.finish_backup")
    assert {name: before["details"][name] for name in ("recipient", "purpose")} == {
        "recipient": "own", "purpose": "own_use",
    }  # fmt: skip
    assert after["details"]["sha256"] == hashlib.sha256(backed_up.read_bytes()).hexdigest()
    assert restore(tmp_path / "new", backed_up, passphrase).code == 0
    copied, restored, *settled = _entries(tmp_path / "new")[-4:]
    assert (copied["act"], restored["act"]) == ("node.begin_backup", "node.restore_backup")
    assert [each["act"] for each in settled] == ["dossier.erase_again", "kinship.destroy_lost"]
    assert restored["details"]["audit_size"] == restored["index"]


def _entries(home: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(home / "store.sqlite3")) as store:
        leaves = store.execute('SELECT "index", leaf FROM audit_auditentry ORDER BY "index"').fetchall()
    return [{"index": index, **json.loads(leaf)} for index, leaf in leaves]


def test_a_backup_holds_nothing_readable_and_leaves_nothing_beside_it(backed_up: Path, home: Path) -> None:
    content = backed_up.read_bytes()
    for secret in ((home / "secret").read_bytes(), b"Office (fictional)", b"PRIVATE KEY", b"SQLite format"):
        assert secret not in content
    assert not list(home.glob(".backup-*"))
    assert not backed_up.with_name(backed_up.name + ".part").exists()


def test_a_backup_overwrites_nothing_and_wants_a_real_passphrase(
    backed_up: Path, home: Path, tmp_path: Path, passphrase: Path
) -> None:
    before = backed_up.read_bytes()
    again = back_up(home, backed_up, passphrase)
    assert (again.code, again.out) == (1, "")
    assert backed_up.read_bytes() == before
    (tmp_path / "short").write_text("short")
    assert "at least 12" in back_up(home, tmp_path / "b", tmp_path / "short").err
    assert "There is no file" in back_up(home, tmp_path / "b", tmp_path / "none").err
    assert "There is no directory" in back_up(home, tmp_path / "none" / "b", passphrase).err
    assert not (tmp_path / "b").exists()


def refused(answer: Answer, home: Path) -> str:
    """That a restore was refused in a sentence and left nothing; returns the sentence."""
    assert (answer.code, answer.out) == (1, "")
    assert "Traceback" not in answer.err
    assert not home.exists()
    assert not list(home.parent.glob(".restore-*"))
    return answer.err


def test_a_wrong_passphrase_opens_nothing(backed_up: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("another passphrase of words")
    assert "Check the passphrase" in refused(restore(tmp_path / "new", backed_up, tmp_path / "wrong"), tmp_path / "new")


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.999])
def test_a_file_that_was_cut_short_is_refused(backed_up: Path, tmp_path: Path, passphrase: Path, part: float) -> None:
    content = backed_up.read_bytes()
    cut = tmp_path / "cut"
    # The tar's own padding at the end says nothing; the cut goes into what it holds.
    cut.write_bytes(content.rstrip(b"\0")[: int(len(content.rstrip(b"\0")) * part)])
    assert "cannot be opened" in refused(restore(tmp_path / "new", cut, passphrase), tmp_path / "new")


def test_a_file_that_was_changed_is_refused(backed_up: Path, tmp_path: Path, passphrase: Path) -> None:
    content = bytearray(backed_up.read_bytes())
    content[len(content) // 2] ^= 1
    backed_up.write_bytes(content)
    assert "cannot be opened" in refused(restore(tmp_path / "new", backed_up, passphrase), tmp_path / "new")


def test_a_directory_in_use_is_left_as_it_is(backed_up: Path, home: Path, passphrase: Path) -> None:
    before = (home / "node.toml").read_bytes()
    answer = restore(home, backed_up, passphrase)
    assert answer.code == 1
    assert "is not empty" in answer.err
    assert (home / "node.toml").read_bytes() == before


@cache
def sealed_identity() -> tuple[pyrage.x25519.Identity, bytes]:
    """An identity, and it under the right passphrase: stretching that takes a second."""
    identity = pyrage.x25519.Identity.generate()
    return identity, pyrage.passphrase.encrypt(str(identity).encode(), PASSPHRASE)


def crafted(
    file: Path, members: dict[str, bytes] | list[tarfile.TarInfo], outer: dict[str, bytes] | None = None
) -> None:
    """A backup under the right passphrase that holds whatever its maker liked."""
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w") as tar:
        for member in members if isinstance(members, list) else map(tarfile.TarInfo, members):
            content = members[member.name] if isinstance(members, dict) else b""
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    identity, sealed = sealed_identity()
    parts = {
        "key.age": sealed,
        "node.tar.age": pyrage.encrypt(inner.getvalue(), [identity.to_public()]),
    }
    with tarfile.open(file, "w") as tar:
        for name, content in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))


def link(name: str, kind: bytes, target: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


@pytest.mark.parametrize(
    "member",
    [
        tarfile.TarInfo("../evil"),
        tarfile.TarInfo("/tmp/clew-evil"),
        tarfile.TarInfo("documents/../../evil"),
        link("documents", tarfile.SYMTYPE, "/tmp"),
        link("secret", tarfile.LNKTYPE, "/etc/passwd"),
        link("pipe", tarfile.FIFOTYPE, ""),
        link("device", tarfile.CHRTYPE, ""),
    ],
    ids=lambda member: member.name,
)
def test_a_path_that_leads_elsewhere_is_refused(member: tarfile.TarInfo, tmp_path: Path, passphrase: Path) -> None:
    file = tmp_path / "crafted"
    crafted(file, [member])
    assert "no plain file of a node" in refused(restore(tmp_path / "new", file, passphrase), tmp_path / "new")
    assert not (tmp_path / "evil").exists()
    assert not Path("/tmp/clew-evil").exists()


@pytest.mark.parametrize(
    "manifest", [None, b"", b"[]", b'{"format": 1, "vendor": "sqlite", "audit_size": 1}', b'{"format": 2}', b"\xff"]
)
def test_a_backup_without_a_good_manifest_is_refused(manifest: bytes | None, tmp_path: Path, passphrase: Path) -> None:
    file = tmp_path / "crafted"
    crafted(file, {"other": b"x"} if manifest is None else {"manifest.json": manifest})
    refused(restore(tmp_path / "new", file, passphrase), tmp_path / "new")


def test_what_lies_beside_the_sealed_part_does_not_come_into_the_node(
    backed_up: Path, tmp_path: Path, passphrase: Path
) -> None:
    with tarfile.open(backed_up, "a") as tar:
        for name in ("node/documents/planted", "planted"):
            entry = tarfile.TarInfo(name)
            entry.size = 4
            tar.addfile(entry, io.BytesIO(b"evil"))
    assert restore(tmp_path / "new", backed_up, passphrase).code == 0
    assert [path for path in tmp_path.rglob("planted") if path.is_file()] == []


def test_a_shorter_log_than_the_backup_promises_is_said(home: Path, tmp_path: Path, passphrase: Path) -> None:
    back_up(home, tmp_path / "real", passphrase)
    name = read_key_file(tmp_path / KEYS, PASSPHRASE).backups[0]
    manifest = {"format": FORMAT, "vendor": "sqlite", "audit_size": 10_000, "documents": 0, "backup": name}
    names = ("node.toml", "secret", "store.sqlite3", *(f"keys/{path.name}" for path in (home / "keys").iterdir()))
    file = tmp_path / "crafted"
    clew("audit", "verify", home=home)
    crafted(
        file, {"manifest.json": json.dumps(manifest).encode(), **{name: (home / name).read_bytes() for name in names}}
    )
    answer = restore(tmp_path / "new", file, passphrase)
    assert (answer.code, answer.out) == (1, "")
    assert "Do not use this node" in answer.err


@pytest.fixture
def databases() -> Iterator[list[str]]:
    """The addresses of two empty databases beside the suite's own."""
    url = os.environ["CLEW_TEST_DATABASE_URL"]
    to = dj_database_url.parse(url)
    names = [f"clew_cli_{os.getpid()}_{number}" for number in (1, 2)]
    with psycopg.connect(host=to["HOST"], user=to["USER"], dbname=to["NAME"], autocommit=True) as session:
        for name in names:
            session.execute(f'CREATE DATABASE "{name}"'.encode())
        yield [url.rpartition("/")[0] + f"/{name}" for name in names]
        for name in names:
            session.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.mark.postgres
def test_a_node_on_postgresql_is_backed_up_and_comes_back_into_an_empty_database(
    databases: list[str], tmp_path: Path, passphrase: Path
) -> None:
    home, new, file = tmp_path / "home", tmp_path / "new", tmp_path / "node.backup"
    assert make_node(home, "--database", databases[0]).code == 0
    assert clew(*ADD, home=home).code == 0
    made = back_up(home, file, passphrase)
    assert made.code == 0, made.err
    # The backup itself is the log's next entry; after it nothing writes into the old node any more.
    size = clew("audit", "verify", "--json", home=home).json["size"]
    assert size == made.json["audit_size"] + 1
    for wrong in ((), ("--database", databases[0]), ("--database", "postgresql://nobody@127.0.0.1:9/none")):
        refused(restore(new, file, passphrase, *wrong), new)
    back = restore(new, file, passphrase, "--database", databases[1])
    assert back.code == 0, back.err
    assert back.json["audit_size"] == made.json["audit_size"]
    assert clew("doctor", "--json", home=new).json["ok"]
    assert clew("officer", "link", "anna", "--json", home=new).code == 0
    assert clew("audit", "verify", "--json", home=home).json["size"] == size
    assert not (new / "tables").exists()
