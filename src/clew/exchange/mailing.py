"""A bundle as the one attachment of a mail. The mail says nothing but that there is one, and for whom, by number.

Only what this module writes into a mail is looked for in one that came: mail programs and servers add headers, parts
and footers, which are passed over. Of the bundle nothing is believed for having come by mail; `bundles` judges it.
"""

from __future__ import annotations

import base64
import binascii
import email
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.policy import SMTP, compat32
from typing import Any, Final

from clew.exchange.bundles import MAX_BUNDLE, read_bundle
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import MIB

TYPE: Final = "application/vnd.clew.bundle"
FILE_NAME: Final = "letters.clew"
SUBJECT: Final = "A sealed bundle for {recipient}"
TEXT: Final = (
    "A sealed bundle for {recipient} is attached. Save this mail as a file and carry it in with:\n\n"
    "  clew letter carry in FILE\n\n"
    "Nothing in it can be read without the recipient's key.\n"
)

MAX_MAIL: Final = MAX_BUNDLE * 3 // 2 + MIB
"""Bytes: the largest bundle in base64, in lines, and as much again as mail servers write before it."""

MAX_HEADERS: Final = 256 * 1024
"""Bytes before the first empty line of a mail; mail servers stop at less."""

MOST_PARTS: Final = 32
DEEPEST: Final = 4
"""Parts in a mail and levels of them: a footer and a wrapping that a list or a scanner adds, and no more."""

MOST_BOUNDARIES: Final = 200
"""Lines that begin like a boundary. The parser compares each line with every boundary that is open."""

MOST_LINES: Final = 3_000_000
"""Lines in a mail: the largest bundle takes less than half of them."""

MOST_LINE: Final = 1000
"""Bytes of a line between boundaries (RFC 5322, 2.1.1: 998 and the line end)."""

_ONCE: Final = ("content-type", "content-transfer-encoding")
"""Headers that two readers could read differently if they stood twice."""


def make_mail(bundle: bytes, *, to: str = "", sender: str = "") -> bytes:
    """A mail with a bundle, ready for a mail program or `sendmail -t`; the same arguments give the same bytes.

    It has neither a date nor an id: whoever sends it adds them.

    Args:
        to, sender: mail addresses, "" = left out for the mail program to fill in.

    Raises:
        Refusal: `read_bundle` refuses the bundle, or `not-a-mail` for an address that would be more than one header.
    """
    recipient = read_bundle(bundle).recipient
    mail = EmailMessage(policy=SMTP)
    try:
        for name, address in (("From", sender), ("To", to)):
            if address:
                mail[name] = _address(address)
        mail["Subject"] = SUBJECT.format(recipient=recipient)
        mail.set_content(TEXT.format(recipient=recipient), cte="7bit")
        maintype, _slash, subtype = TYPE.partition("/")
        mail.add_attachment(bundle, maintype=maintype, subtype=subtype, filename=FILE_NAME)
    except (ValueError, LookupError) as error:
        raise Refusal("not-a-mail") from error
    # Chosen, not drawn: base64 has no hyphen, so that this can stand in no part.
    mail.set_boundary("=-clew-bundle-=")
    return mail.as_bytes()


def bundle_of(raw: bytes) -> bytes | None:
    """The bundle that a mail carries, unread; None where it carries none of ours.

    Raises:
        Refusal: `too-large`; `not-a-mail` where there are two, or it is packed, nested or written so that two readers
            could find two different ones.
    """
    if len(raw) > MAX_MAIL:
        raise Refusal("too-large")
    if TYPE.encode("ascii") not in raw.lower():
        return None
    if raw.count(b"\n--") > MOST_BOUNDARIES or raw.count(b"\n") > MOST_LINES:
        raise Refusal("not-a-mail", "too many parts")
    head = raw[: MAX_HEADERS + 4]
    if b"\n\n" not in head and b"\r\n\r\n" not in head:
        raise Refusal("not-a-mail", "headers")
    found = [part for part in _leaves(_parsed(raw)) if part.get_content_type() == TYPE]
    if len(found) > 1:
        raise Refusal("not-a-mail", "more than one bundle")
    return _content(found[0]) if found else None


def _address(text: str) -> str:
    """One address in ASCII, as it stands between the brackets."""
    local, at, domain = text.partition("@")
    allowed = text.isascii() and text.isprintable() and not set(text) & set(' ,;:<>()[]\\"')
    if not (local and at and domain and allowed and "@" not in domain):
        raise Refusal("not-a-mail", "address")
    return text


def _parsed(raw: bytes) -> Message[str, str]:
    # Read with the old policy: the new one parses every header to its end, and some make it fail.
    try:
        return email.message_from_bytes(raw, policy=compat32)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Refusal("not-a-mail") from error


def _leaves(mail: Message[str, str]) -> Iterator[Message[str, str]]:
    """The parts that hold something, those of attached mails left out: a bundle in one was sent to somebody else."""
    waiting: list[tuple[Any, int]] = [(mail, 1)]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > MOST_PARTS or depth > DEEPEST:
            raise Refusal("not-a-mail", "too many parts")
        if any(len(part.get_all(name, [])) > 1 for name in _ONCE):
            raise Refusal("not-a-mail", "a header twice")
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            waiting += [(one, depth + 1) for one in part.get_payload()]
        elif part.get_content_maintype() not in {"message", "multipart"}:
            yield part


def _content(part: Message[str, str]) -> bytes:
    """What is attached: base64 in lines, and nothing that a reader could pass over."""
    payload = part.get_payload()
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() != "base64" or not isinstance(payload, str):
        raise Refusal("not-a-mail", "not base64")
    lines = payload.split("\n")
    if any(len(line) > MOST_LINE for line in lines):
        raise Refusal("not-a-mail", "a line too long")
    try:
        return base64.b64decode("".join(line.rstrip("\r") for line in lines).encode("ascii"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal("not-a-mail", "not base64") from error
