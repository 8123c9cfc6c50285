"""A bundle in a mail comes out as it went in, whatever mail servers add; what could be read in two ways is refused."""

from __future__ import annotations

import base64
import email
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.exchange.mailing import (
    DEEPEST,
    MAX_HEADERS,
    MAX_MAIL,
    MOST_PARTS,
    TYPE,
    bundle_of,
    make_mail,
)
from clew.exchange.refusals import Refusal
from tests.exchange.test_bundles import BEIJING, SENT, VIENNA, bundle, taken

BUNDLE = bundle()
MAIL = make_mail(BUNDLE, to="letters@beijing.example", sender="letters@vienna.example")
ATTACHED = base64.encodebytes(BUNDLE).replace(b"\n", b"\r\n")


def part(content: bytes = ATTACHED, kind: str = TYPE, more: str = "") -> bytes:
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{more}\r\n".encode() + content


def mail(*parts: bytes, kind: str = "multipart/mixed", boundary: str = "b") -> bytes:
    head = f'Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: {kind}; boundary="{boundary}"\r\n\r\n'.encode()
    line = f"--{boundary}".encode()
    return head + b"".join(line + b"\r\n" + one + b"\r\n" for one in parts) + line + b"--\r\n"


def code_of(raw: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        bundle_of(raw)
    return refused.value.code


def test_a_bundle_comes_out_of_a_mail_as_it_went_in() -> None:
    found = bundle_of(MAIL)
    assert found == BUNDLE
    assert list(taken(found).envelopes) == [one.raw for one in SENT]
    assert make_mail(BUNDLE, to="letters@beijing.example", sender="letters@vienna.example") == MAIL


def test_a_mail_says_nothing_but_that_there_is_a_bundle_and_for_whom_by_number() -> None:
    read = email.message_from_bytes(MAIL, policy=SMTP)
    assert {name.lower() for name in read} == {"from", "to", "subject", "mime-version", "content-type"}
    assert read["Subject"] == f"A sealed bundle for {BEIJING.uid}"
    text = MAIL.split(b"application/vnd.clew.bundle")[0]
    for word in (b"Beijing", b"Vienna (", b"fictional", VIENNA.uid.encode(), b"Goldener", b"request"):
        assert word not in text
    assert b"From:" not in make_mail(BUNDLE)
    assert all(len(line) <= 998 for line in MAIL.split(b"\r\n"))


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "Anna <a@b.example>",
        "a",
        "@",
        "ä@b.example",
    ],
)
def test_an_address_that_would_be_more_than_one_is_refused(address: str) -> None:
    for arguments in ({"to": address}, {"sender": address}):
        with pytest.raises(Refusal):
            make_mail(BUNDLE, **arguments)


def test_what_is_no_bundle_is_not_put_into_a_mail() -> None:
    with pytest.raises(Refusal):
        make_mail(b"PK no bundle")


@pytest.mark.parametrize(
    "raw",
    [
        b"Received: from somewhere\r\nDKIM-Signature: x\r\n" + MAIL,
        MAIL.replace(b"\r\n", b"\n"),
        mail(b"Content-Type: text/plain\r\n\r\nhello", part(), b"Content-Type: text/plain\r\n\r\n-- \r\nA footer"),
        mail(b"Content-Type: text/plain\r\n\r\nEXTERNAL", mail(b"\r\nhello", part(), boundary="inner")),
        mail(part(b"\n".join(base64.b64encode(BUNDLE[at : at + 600]) for at in range(0, len(BUNDLE), 600)))),
        part().replace(b"base64", b"BASE64", 1),
    ],
    ids=["headers added", "line ends changed", "a footer", "wrapped once", "other line lengths", "nothing else"],
)
def test_what_mail_servers_do_changes_nothing(raw: bytes) -> None:
    assert bundle_of(raw) == BUNDLE


@pytest.mark.parametrize(
    "raw",
    [
        mail(b"Content-Type: text/plain\r\n\r\nhello"),
        mail(part(kind="application/zip")),
        mail(b"Content-Type: message/rfc822\r\n\r\n" + MAIL),
        b"Subject: application/vnd.clew.bundle\r\n\r\nhello",
        b"",
    ],
    ids=["no attachment", "another type", "in an attached mail", "a word in a subject", "empty"],
)
def test_a_mail_without_a_bundle_of_its_own_carries_none(raw: bytes) -> None:
    assert bundle_of(raw) is None


def nested(levels: int) -> bytes:
    found = part()
    for level in range(levels):
        found = mail(found, boundary=f"b{level}")
    return found


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (mail(part(), part()), "not-a-mail"),
        (mail(part(more="Content-Transfer-Encoding: 8bit\r\n")), "not-a-mail"),
        (mail(part(more="Content-Type: text/plain\r\n")), "not-a-mail"),
        (b"Content-Type: text/plain\r\n" + MAIL, "not-a-mail"),
        (mail(part(ATTACHED.replace(b"A", b"*", 1))), "not-a-mail"),
        (mail(part(b" " + ATTACHED)), "not-a-mail"),
        (mail(part(ATTACHED.replace(b"\r\n", b"") + b"\r\n")), "not-a-mail"),
        (mail(part().replace(b"base64", b"8bit")), "not-a-mail"),
        (mail(part().replace(b"base64", b"quoted-printable")), "not-a-mail"),
        (nested(DEEPEST), "not-a-mail"),
        (nested(150), "not-a-mail"),
        (nested(1500), "not-a-mail"),
        (mail(*[b"\r\nx"] * MOST_PARTS, part()), "not-a-mail"),
        (mail(*[b"\r\nx"] * 5000, part()), "not-a-mail"),
        (b"X: " + b"x" * MAX_HEADERS + b"\r\n" + MAIL, "not-a-mail"),
        (b"Content-Type: message/rfc822\n\n" * 3000 + MAIL, "not-a-mail"),
        (MAIL + b"\n" * 3_000_001, "not-a-mail"),
        (b" " * (MAX_MAIL + 1), "too-large"),
    ],
    ids=[
        "two bundles", "an encoding twice", "a type twice", "a type twice outside", "no base64", "a space before",
        "one endless line", "8bit", "quoted", "too deep", "much too deep", "a bomb of levels", "too many parts",
        "a bomb of parts", "endless headers", "a bomb of mails", "a bomb of lines", "too large",
    ],
)  # fmt: skip
def test_a_mail_that_two_readers_could_read_differently_or_that_swells_is_refused(raw: bytes, code: str) -> None:
    assert code_of(raw) == code


def test_a_bit_that_a_mail_server_changed_in_the_bundle_is_refused_by_the_bundle() -> None:
    at = MAIL.index(b"base64\r\n", MAIL.index(TYPE.encode())) + 200
    changed = MAIL[:at] + (b"B" if MAIL[at : at + 1] != b"B" else b"C") + MAIL[at + 1 :]
    found = bundle_of(changed)
    assert found is not None
    with pytest.raises(Refusal):
        taken(found)


HEADERS = st.sampled_from(
    [b"Content-Type: ", b"Content-Transfer-Encoding: base64", b"MIME-Version: 1.0", b"\r\n", b"\n", b"--b", b"--b--",
     TYPE.encode(), b'multipart/mixed; boundary="b"', b"message/rfc822", b"text/plain; charset=x", b": ", b";", b'"',
     b"boundary*0=", b"=?utf-8?q?x?=", b"QUJD", b"\xff", b"\x00"]
)  # fmt: skip


@given(st.lists(HEADERS | st.binary(max_size=8), max_size=40).map(b"".join))
def test_no_bytes_make_the_reader_of_mails_fail_otherwise_than_by_refusing(raw: bytes) -> None:
    for one in (raw, raw + b"\r\n" + MAIL, MAIL[: len(MAIL) // 2] + raw + MAIL[len(MAIL) // 2 :]):
        try:
            found = bundle_of(one)
        except Refusal:
            continue
        assert found is None or isinstance(found, bytes)


@given(st.integers(0, len(MAIL) - 1), st.binary(max_size=6))
def test_a_mail_that_was_changed_gives_the_bundle_or_none_that_is_taken(at: int, put_in: bytes) -> None:
    try:
        found = bundle_of(MAIL[:at] + put_in + MAIL[at + 1 :])
        if found is not None and found != BUNDLE:
            taken(found)
            pytest.fail("a changed bundle was taken")
    except Refusal:
        return
