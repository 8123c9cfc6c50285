"""Erased is erased in backups too: the keys lie in a file of their own, which every backup replaces."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
import pyrage
import pytest

from clew.cli.backup import KEYS
from clew.node.backup_keys import check_key_file, read_key_file, write_key_file
from clew.node.backup_problem import BackupProblem
from clew.node.backup_restoring import UNFINISHED
from tests.cli.conftest import PASSPHRASE
from tests.cli.nodes import Answer, clew, environment, make_node
from tests.resident import run_words

pytestmark = pytest.mark.slow

SECRET = "Zaharinka Tajnova"
ORDINARY = "Predrag Obicni"

WORK = """
import json, pathlib, sys
from clew.cli.answers import set_up_node
set_up_node(pathlib.Path(sys.argv[1]))
from clew.node.accounts.actions import NODE, add_member, create_compartment, create_officer
from clew.node.accounts.models import Officer
from clew.node.dossier import actions
from clew.node.dossier.queries.viewing import dossier
from clew.node.dossier.models import Entity, PersonKey, Statement
"""
ENTER = f"""{WORK}
from tests.node.dossier.conftest import MAN, WOMAN, draft, says
officer = create_officer(actor=NODE, username="vera", full_name="Vera (fictional)", roles=["investigator"])
guard = create_officer(actor=NODE, username="dora", full_name="Dora (fictional)", roles=["data_protection_officer"])
unit = create_compartment(actor=NODE, name="Unit (fictional)", kind="case_team")
for each in (officer, guard):
    add_member(actor=NODE, compartment=unit, officer=each)
facts = draft([WOMAN, MAN], [says("woman", "name", {SECRET!r}), says("man", "name", {ORDINARY!r})])
actions.record_source(actor=officer, compartment_id=unit.pk, draft=facts)
print(json.dumps(True))
"""
ERASE = f"""{WORK}
guard = Officer.objects.get(username="dora")
for person in Entity.objects.filter(schema="Person"):
    actions.erase_person(actor=guard, entity_id=person.pk, reason="asked for (fictional)")
print(json.dumps(True))
"""
READ = f"""{WORK}
officer = Officer.objects.get(username="vera")
found = {{}}
for person in Entity.objects.filter(schema="Person").order_by("pk"):
    shown = dossier(officer=officer, entity_id=person.pk)
    found[person.pk] = repr(shown)
keys = list(PersonKey.objects.order_by("pk").values_list("destroyed_reason", flat=True))
print(json.dumps({{"shown": found, "reasons": keys}}))
"""


def run(home: Path, words: str) -> Any:
    """What a program in the node's own process says as JSON."""
    said = run_words(["-c", words, str(home)], environment())
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


def back_up(home: Path, file: Path, passphrase: Path, *more: object) -> Answer:
    answer = clew("backup", file, "--passphrase-file", passphrase, "--json", *more, home=home)
    assert answer.code == 0, answer.err
    return answer


def restore(home: Path, file: Path, passphrase: Path, *more: object) -> Answer:
    return clew("restore", file, "--passphrase-file", passphrase, "--json", *more, home=home)


def opened(file: Path) -> bytes:
    """All bytes of a node that a backup holds, as whoever has its passphrase sees them."""
    with tarfile.open(file) as outer:
        parts = {name: _member(outer, name) for name in ("key.age", "node.tar.age")}
    secret = pyrage.passphrase.decrypt(parts["key.age"], PASSPHRASE).decode()
    return pyrage.decrypt(parts["node.tar.age"], [pyrage.x25519.Identity.from_str(secret)])


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    stream = tar.extractfile(name)
    assert stream is not None
    return stream.read()


def said_of_them(home: Path) -> tuple[str, list[str]]:
    """All that an officer's pages say of the two persons, and why their keys were destroyed."""
    found = run(home, READ)
    return " ".join(found["shown"].values()), found["reasons"]


@pytest.fixture(scope="session")
def planted(made: tuple[Path, Answer], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a node that knows a victim and a suspect, a backup of it, and its keys."""
    directory = tmp_path_factory.mktemp("planted")
    shutil.copytree(made[0], directory / "home")
    (directory / "passphrase").write_text(f"{PASSPHRASE}\n")
    run(directory / "home", ENTER)
    back_up(directory / "home", directory / "oldest", directory / "passphrase")
    return directory


@pytest.fixture
def oldest(planted: Path, home: Path, tmp_path: Path) -> Path:
    """The backup; beside it, and in place of the empty one, the node as it was right after it."""
    settings = (home / "node.toml").read_bytes()
    shutil.copytree(planted, tmp_path, dirs_exist_ok=True)
    (home / "node.toml").write_bytes(settings)
    return tmp_path / "oldest"


def test_whoever_was_erased_stays_erased_when_the_oldest_backup_is_brought_back(
    oldest: Path, home: Path, tmp_path: Path, passphrase: Path
) -> None:
    before, _none = said_of_them(home)
    assert SECRET in before
    assert ORDINARY in before
    run(home, ERASE)
    back_up(home, tmp_path / "newest", passphrase)
    back = restore(tmp_path / "new", oldest, passphrase)
    assert back.code == 0, back.err
    shown, reasons = said_of_them(tmp_path / "new")
    assert SECRET not in shown
    assert ORDINARY not in shown
    assert reasons == ["erased after the backup that was brought back"] * 2
    assert clew("doctor", "--json", home=tmp_path / "new").json["ok"]


def test_who_was_not_erased_comes_back_readable(oldest: Path, tmp_path: Path, passphrase: Path) -> None:
    assert restore(tmp_path / "new", oldest, passphrase).code == 0
    shown, reasons = said_of_them(tmp_path / "new")
    assert SECRET in shown
    assert ORDINARY in shown
    assert reasons == [""] * len(reasons)


def test_a_backup_holds_no_key_of_a_person_and_not_her_name(oldest: Path, home: Path) -> None:
    with closing(sqlite3.connect(home / "store.sqlite3")) as store:
        keys = [bytes(key) for (key,) in store.execute("SELECT wrapped FROM dossier_personkey")]
    inside = opened(oldest)
    assert b"dossier_personkey" in inside
    assert keys
    assert [key for key in keys if key in inside] == []
    assert SECRET.encode() not in inside
    kept = read_key_file(oldest.with_name(KEYS), PASSPHRASE).keys["dossier_personkey.wrapped"]
    assert sorted(kept.values()) == sorted(keys)


def test_an_older_copy_of_the_keys_serves_until_it_expires_and_not_a_moment_longer(
    oldest: Path, home: Path, tmp_path: Path, passphrase: Path
) -> None:
    kept = read_key_file(oldest.with_name(KEYS), PASSPHRASE)
    node, backup = kept.node, kept.backups[-1]
    assert kept.expires - kept.made == dt.timedelta(days=90)
    check_key_file(kept, node=node, backup=backup, now=kept.expires - dt.timedelta(seconds=1))
    with pytest.raises(BackupProblem, match="expired"):
        check_key_file(kept, node=node, backup=backup, now=kept.expires)
    expired = tmp_path / "expired.age"
    write_key_file(expired, PASSPHRASE, replace(kept, expires=kept.made))
    answer = restore(tmp_path / "new", oldest, passphrase, "--keys", expired)
    assert answer.code == 1
    assert "must not come back" in answer.err
    assert not (tmp_path / "new").exists()


def test_keys_that_do_not_belong_to_a_backup_are_refused(
    oldest: Path, home: Path, tmp_path: Path, passphrase: Path
) -> None:
    older = tmp_path / "older.age"
    shutil.copy(tmp_path / KEYS, older)
    back_up(home, tmp_path / "newest", passphrase)
    kept = read_key_file(older, PASSPHRASE)
    write_key_file(tmp_path / "foreign.age", PASSPHRASE, replace(kept, node="f" * 32))
    for keys, word in (
        ("older.age", "made before the backup"),
        ("foreign.age", "another node's"),
        ("none", "There is"),
    ):
        answer = restore(tmp_path / "new", tmp_path / "newest", passphrase, "--keys", tmp_path / keys)
        assert (answer.code, answer.out) == (1, ""), keys
        assert word in answer.err
        assert not (tmp_path / "new").exists()
    assert restore(tmp_path / "new", tmp_path / "newest", passphrase).code == 0


def test_a_node_that_was_brought_back_does_not_take_keys_of_the_way_it_left(
    oldest: Path, home: Path, tmp_path: Path, passphrase: Path
) -> None:
    back_up(home, tmp_path / "left", passphrase)
    assert restore(tmp_path / "new", oldest, passphrase).code == 0
    back_up(tmp_path / "new", tmp_path / "after", passphrase)
    answer = restore(tmp_path / "newer", tmp_path / "left", passphrase)
    assert answer.code == 1
    assert "brought back from another one" in answer.err
    assert restore(tmp_path / "newer", oldest, passphrase).code == 0


def test_the_keys_of_another_node_or_under_another_passphrase_are_not_replaced(
    oldest: Path, home: Path, tmp_path: Path, passphrase: Path
) -> None:
    (tmp_path / "other").write_text("another passphrase of words")
    before = (tmp_path / KEYS).read_bytes()
    answer = clew("backup", tmp_path / "more", "--passphrase-file", tmp_path / "other", home=home)
    assert answer.code == 1
    assert "move the file away" in answer.err
    kept = read_key_file(tmp_path / KEYS, PASSPHRASE)
    assert (tmp_path / KEYS).read_bytes() == before
    (tmp_path / KEYS).unlink()
    write_key_file(tmp_path / KEYS, PASSPHRASE, replace(kept, node="f" * 32))
    answer = clew("backup", tmp_path / "more", "--passphrase-file", passphrase, home=home)
    assert answer.code == 1
    assert "another node" in answer.err
    assert not (tmp_path / "more").exists()


@pytest.mark.parametrize("days", [0, 367])
def test_keys_are_kept_for_a_day_to_a_year(home: Path, tmp_path: Path, passphrase: Path, days: int) -> None:
    answer = clew("backup", tmp_path / "b", "--passphrase-file", passphrase, "--keep-keys", days, home=home)
    assert answer.code == 1
    assert "1 to 366 days" in answer.err
    assert list(tmp_path.glob("*.age")) == []


def test_a_damaged_file_of_keys_is_refused_in_words(oldest: Path, tmp_path: Path, passphrase: Path) -> None:
    content = bytearray((tmp_path / KEYS).read_bytes())
    content[-5] ^= 1
    (tmp_path / KEYS).write_bytes(content)
    answer = restore(tmp_path / "new", oldest, passphrase)
    assert answer.code == 1
    assert "does not open as a file of keys" in answer.err
    assert "Traceback" not in answer.err


def test_a_node_that_was_not_brought_back_whole_does_not_run(home: Path) -> None:
    (home / UNFINISHED).touch()
    answer = clew("serve", home=home)
    assert answer.code == 1
    assert "run clew restore again" in answer.err


@pytest.mark.postgres
def test_on_postgresql_too_the_oldest_backup_brings_nobody_back(tmp_path: Path, passphrase: Path) -> None:
    with databases(2) as (first, second):
        home = tmp_path / "home"
        assert make_node(home, "--database", first).code == 0
        run(home, ENTER)
        back_up(home, tmp_path / "oldest", passphrase)
        with psycopg.connect(first) as session:
            keys = [bytes(key).hex() for (key,) in session.execute("SELECT wrapped FROM dossier_personkey").fetchall()]
        inside = opened(tmp_path / "oldest")
        assert keys
        assert [key for key in keys if key.encode() in inside] == []
        run(home, ERASE)
        back_up(home, tmp_path / "newest", passphrase)
        back = restore(tmp_path / "new", tmp_path / "oldest", passphrase, "--database", second)
        assert back.code == 0, back.err
        shown, reasons = said_of_them(tmp_path / "new")
        assert SECRET not in shown
        assert ORDINARY not in shown
        assert reasons == ["erased after the backup that was brought back"] * 2


@contextmanager
def databases(count: int) -> Iterator[list[str]]:
    """The addresses of empty databases beside the suite's own."""
    url = os.environ["CLEW_TEST_DATABASE_URL"]
    to = dj_database_url.parse(url)
    names = [f"clew_erased_{os.getpid()}_{number}" for number in range(count)]
    with psycopg.connect(host=to["HOST"], user=to["USER"], dbname=to["NAME"], autocommit=True) as session:
        for name in names:
            session.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield [url.rpartition("/")[0] + f"/{name}" for name in names]
        finally:
            for name in names:
                session.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
