"""A bundle goes out as a mail and comes in from a mail, a Maildir or an mbox; no mail server is spoken to."""

from __future__ import annotations

import datetime as dt
import mailbox
from pathlib import Path

import pytest

from clew.cli.mail_files import is_folder, mails_in
from clew.exchange.cards import read_card
from clew.exchange.mailing import bundle_of, make_mail
from tests.cli.nodes import clew, environment, make_node
from tests.cli.test_carrying_letters import ENTER, WORK, WRITE
from tests.exchange.partner import Partner
from tests.exchange.test_mailing import BUNDLE, MAIL
from tests.resident import run_python


def run(home: Path, script: str, *arguments: str, typed: bytes = b"") -> None:
    known = environment(home) | {"DJANGO_SETTINGS_MODULE": "clew.node.settings"}
    run_python(["-c", script, *arguments], known, typed).check_returncode()


@pytest.fixture
def partner() -> Partner:
    return Partner("Beijing", now=dt.datetime.now(dt.UTC).replace(microsecond=0))


@pytest.fixture
def home(tmp_path: Path, partner: Partner) -> Path:
    """A node that knows Beijing, with two letters to it that wait."""
    home, card = tmp_path / "vienna", tmp_path / "beijing.card"
    assert make_node(home).code == 0
    card.write_bytes(partner.card())
    assert clew("partner", "add", card, home=home).code == 0
    run(home, ENTER, typed=card.read_bytes())
    run(home, WRITE, partner.uid)
    run(home, WORK)
    return home


def brought(home: Path, partner: Partner, number: int = 1) -> list[bytes]:
    """Mails with a bundle each, as Beijing would send them."""
    from clew.exchange.bundles import make_bundle

    own = read_card(clew("partner", "card", "--json", home=home).json["card"].encode())
    letters = [partner.send(own.uid, own.keys.seal) for _letter in range(number)]
    bundles = [
        make_bundle(
            sender=partner.uid, recipient=own.uid, envelopes=[one.raw], receipts=[], transport_key=partner.transport_key
        )
        for one in letters
    ]  # fmt: skip
    return [make_mail(one) for one in bundles]


@pytest.mark.slow
def test_letters_go_out_in_a_mail_and_come_in_from_mails_and_folders_once(
    home: Path, tmp_path: Path, partner: Partner
) -> None:
    out = tmp_path / "out.eml"
    told = clew("letter", "carry", "out", partner.uid, out, "--mail", "--to", "b@beijing.example", "--json", home=home)
    assert told.code == 0, told.err
    assert told.json["bytes"] == out.stat().st_size
    assert b"To: b@beijing.example\r\n" in out.read_bytes()
    assert bundle_of(out.read_bytes()) is not None
    first, second, third = brought(home, partner, 3)
    alone, folder = tmp_path / "in.eml", mailbox.Maildir(tmp_path / "Maildir")
    alone.write_bytes(first)
    assert [one["outcome"] for one in clew("letter", "carry", "in", alone, "--json", home=home).json["entries"]] == [
        "stored"
    ]
    for raw in (first, second, b"Subject: hello\r\n\r\nno bundle", MAIL):
        folder.add(raw)
    taken = clew("letter", "carry", "in", tmp_path / "Maildir", "--json", home=home)
    outcomes = sorted(one["outcome"] for mail in taken.json["mails"] for one in mail.get("entries", []))
    assert (taken.code, outcomes, taken.json["without"]) == (1, ["here-already", "stored"], 1)
    assert sum("refused" in mail for mail in taken.json["mails"]) == 1, "one that is for somebody else"
    box = mailbox.mbox(tmp_path / "box")
    box.add(third)
    box.add(second)
    box.close()
    before = (tmp_path / "box").read_bytes()
    for wanted in (["here-already", "stored"], ["here-already", "here-already"]):
        taken = clew("letter", "carry", "in", tmp_path / "box", "--json", home=home)
        assert taken.code == 0, taken.err
        assert sorted(one["outcome"] for mail in taken.json["mails"] for one in mail["entries"]) == wanted
    assert (tmp_path / "box").read_bytes() == before


@pytest.mark.slow
def test_a_mail_that_is_none_of_ours_changes_nothing_and_is_refused_in_words(home: Path, tmp_path: Path) -> None:
    twice = tmp_path / "twice.eml"
    at = MAIL.rindex(b"--=-clew-bundle-=--")
    inside = MAIL[MAIL.rindex(b"--=-clew-bundle-=\r\n") : at]
    twice.write_bytes(MAIL[:at] + inside + MAIL[at:])
    told = clew("letter", "carry", "in", twice, home=home)
    assert told.code == 1
    assert "exactly one sealed bundle" in told.err
    text = tmp_path / "text.eml"
    text.write_bytes(b"Subject: hello\r\n\r\nhello")
    assert "no bundle of letters" in clew("letter", "carry", "in", text, home=home).err
    (tmp_path / "empty").mkdir()
    assert "no Maildir" in clew("letter", "carry", "in", tmp_path / "empty", home=home).err
    for more in (["--to", "a@b.example"], ["--mail", "--to", "a@b.example, c@d.example"]):
        told = clew("letter", "carry", "out", "nobody", tmp_path / "x.eml", *more, home=home)
        assert told.code in {1, 2}
        assert not (tmp_path / "x.eml").exists()


def test_a_folder_is_told_from_a_file_and_a_link_in_it_is_not_followed(tmp_path: Path) -> None:
    folder = mailbox.Maildir(tmp_path / "Maildir")
    folder.add(MAIL)
    secret = tmp_path / "secret"
    secret.write_bytes(BUNDLE)
    (tmp_path / "Maildir" / "new" / "link").symlink_to(secret)
    assert [raw.replace(b"\r\n", b"\n") for _name, raw in mails_in(tmp_path / "Maildir")] == [
        MAIL.replace(b"\r\n", b"\n")
    ]
    assert is_folder(tmp_path / "Maildir")
    assert not is_folder(secret)
    assert not is_folder(tmp_path / "nothing")
