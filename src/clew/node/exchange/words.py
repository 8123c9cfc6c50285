"""What codes mean, in the reader's language. The library's sentences are English; these are the same, to translate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clew.vocabulary import codelist, language

STATES: Mapping[str, Promise | str] = {
    "sent": gettext_lazy("Sent; whether it arrived is unknown"),
    "stored": gettext_lazy("Stored by the partner's node"),
    "opened": gettext_lazy("Opened; waits for a human"),
    "accepted": gettext_lazy("Taken by an officer"),
    "partly-answered": gettext_lazy("Partly answered"),
    "answered": gettext_lazy("Answered"),
    "refused": gettext_lazy("Refused"),
    "postponed": gettext_lazy("Postponed"),
    "undeliverable": gettext_lazy("Could not be delivered"),
    "in-progress": gettext_lazy("In progress"),
    "clarification": gettext_lazy("Its meaning was asked about; the clock stands"),
    "result-known": gettext_lazy("The result is known"),
    "closed": gettext_lazy("Closed by a final result"),
    "withdrawn": gettext_lazy("Withdrawn by its sender"),
    "expired": gettext_lazy("An answer is of no use any more"),
    "recalled": gettext_lazy("Recalled by its sender"),
}
TONES: Mapping[str, str] = {
    "answered": "good",
    "accepted": "info",
    "refused": "danger",
    "undeliverable": "danger",
    "postponed": "attention",
    "partly-answered": "attention",
    "in-progress": "info",
    "clarification": "attention",
    "result-known": "good",
    "closed": "good",
    "expired": "danger",
    "recalled": "danger",
}
STAGES: Mapping[str, Promise | str] = {
    "stored": gettext_lazy("Stored"),
    "opened": gettext_lazy("Opened"),
    "accepted": gettext_lazy("Taken"),
}
DECLINED: Mapping[str, Promise | str] = {
    "not-competent": gettext_lazy("We are not competent for this"),
    "unclear": gettext_lazy("The letter is not clear enough to act on"),
    "wrong-case": gettext_lazy("It does not belong to the case it names"),
    "other": gettext_lazy("Another reason, named below"),
}
PROBLEMS: Mapping[str, Promise | str] = {
    "not-json": gettext_lazy("This is not readable as strict JSON."),
    "duplicate-key": gettext_lazy(
        "A name occurs twice in the same object, so that two readers could read two different letters."
    ),
    "not-a-number": gettext_lazy("It contains a number that is not a whole number; amounts are written as text."),
    "bad-text": gettext_lazy("It contains characters that are no valid text."),
    "too-deep": gettext_lazy("It is nested too deeply."),
    "too-many": gettext_lazy("It contains too many values."),
    "too-large": gettext_lazy("It is larger than this node takes."),
    "not-canonical": gettext_lazy("The bytes are not in the one form in which they may be signed."),
    "unknown-field": gettext_lazy("It contains a field that is not known."),
    "missing-field": gettext_lazy("A required field is missing."),
    "bad-field": gettext_lazy("A field has a value that is not allowed."),
    "unknown-version": gettext_lazy("It is written in a version that this node does not know."),
    "unknown-type": gettext_lazy("This type of letter is not known."),
    "unknown-suite": gettext_lazy("It is sealed with a suite of algorithms that this node does not allow."),
    "wrong-algorithm": gettext_lazy("The signature or seal names an algorithm that is not allowed."),
    "wrong-key": gettext_lazy("It was signed or sealed with another key than the one pinned for this partner."),
    "compressed": gettext_lazy("The sealed content is compressed, which is not allowed."),
    "bad-signature": gettext_lazy("The signature is missing or does not match the content."),
    "not-openable": gettext_lazy("The sealed content cannot be opened with this node's key."),
    "bad-padding": gettext_lazy("The sealed content does not fill its size class."),
    "wrong-sender": gettext_lazy("The sender named inside is not the sender named outside."),
    "wrong-recipient": gettext_lazy("It is addressed to another party."),
    "expired": gettext_lazy("It arrived after its expiry."),
    "expires-too-late": gettext_lazy("Its expiry lies further in the future than is allowed."),
    "from-the-future": gettext_lazy("It is dated in the future."),
    "unknown-sender": gettext_lazy("The sender is not in this node's directory."),
    "sender-not-usable": gettext_lazy(
        "The sender's keys may not be used at present: unconfirmed, suspended or expired."
    ),
    "not-accepted": gettext_lazy(
        "It was not taken: this node does not know the sender, or its signature does not count here now."
    ),
    "too-many-attempts": gettext_lazy("Too many attempts came from senders that this node does not know."),
    "unknown-recipient": gettext_lazy(
        "This node carries it no further: it does not know the party it is addressed to."
    ),
    "recipient-not-usable": gettext_lazy(
        "This node carries it no further: it may not write to its recipient at present."
    ),
    "loop": gettext_lazy("It is addressed to the party that sent it."),
    "transit-full": gettext_lazy("This node already carries as much for this sender as it can."),
    "replay": gettext_lazy("Another envelope with the same number came from this sender before."),
    "fork": gettext_lazy("Another letter with the same number in the order between both parties came before."),
    "history": gettext_lazy("It does not follow the letter that came before it between both parties."),
    "no-officer": gettext_lazy("It carries content but no officer signed its release."),
    "officer-signature": gettext_lazy("The officer's signature does not match this content and its release decision."),
    "not-as-decided": gettext_lazy("What would be sent is not what was decided and signed."),
    "not-for-this-letter": gettext_lazy("The receipt speaks of another letter."),
    "not-valid-now": gettext_lazy("The card is not valid at this time."),
    "foreign-thread": gettext_lazy("It names a correspondence that this node has with another party."),
    "not-a-bundle": gettext_lazy("This is no bundle of letters, or it was changed or cut off on its way."),
    "not-as-listed": gettext_lazy("The bundle holds other letters than its signed index lists."),
    "withdrawn": gettext_lazy("The request that it answers was withdrawn by its sender."),
    "stale": gettext_lazy("Its time is not now: it lay somewhere, or one of both clocks is wrong."),
    "not-a-mail": gettext_lazy("This is no mail with exactly one sealed bundle in it."),
    "recalled": gettext_lazy("It was taken back by its sender, or answers a letter that was."),
    "declined": gettext_lazy("An officer declined to take the letter."),
    "not-announced": gettext_lazy("It belongs to nothing that was announced."),
    "not-as-announced": gettext_lazy("It is not what was announced."),
    "missing-part": gettext_lazy("A part has not arrived yet."),
    "copy-gone": gettext_lazy("The sealed copy of a file is not here any more."),
    "cut-off": gettext_lazy("It ends before its end."),
}
"""The sentences of `clew.exchange.refusals.SENTENCES`."""

HANDING_OVER: Mapping[str, Promise | str] = {
    "": gettext_lazy("Not tried yet"),
    "no-connection": gettext_lazy("The partner's node cannot be reached."),
    "timeout": gettext_lazy("The partner's node did not answer in time."),
    "cut-off": gettext_lazy("The connection broke before an answer came."),
    "bad-answer": gettext_lazy("The answer was none that a node gives."),
    "not-confirmed": gettext_lazy("The partner's node answered without a signed receipt."),
    "outdated": gettext_lazy("Something has changed: the rules would not let this letter leave now."),
    "own-fault": gettext_lazy("A fault of this node kept it from sending. Its log says more; tell your administrator."),
    "no-address": gettext_lazy("The partner's card names no address."),
    "not-secure": gettext_lazy("The partner's address is not secured by TLS."),
    "no-tls": gettext_lazy("The partner's node does not speak TLS as its card says. Nothing was sent."),
    "wrong-certificate": gettext_lazy(
        "The node that answered does not show the certificate on the partner's confirmed card. Nothing was sent. "
        "Ask the partner whether it has a new card; if not, somebody may stand between you."
    ),
    "bad-certificate": gettext_lazy("The certificate on the partner's card cannot be read. Ask for a new card."),
    "certificate-expired": gettext_lazy(
        "The certificate of the partner's node has expired. Nothing was sent. Ask the partner for its new card."
    ),
    "too-many-requests": gettext_lazy("The partner's node takes no more at present; it says when to try again."),
    "at-relay": gettext_lazy("It lies at the partner's relay. Whether it has arrived is unknown yet."),
    "relay-full": gettext_lazy("The partner's mailbox at its relay is full; it is tried again."),
    "relay-no-mailbox": gettext_lazy(
        "The partner has no mailbox at the relay that its card names. Ask for a new card."
    ),
    "relay-not-registered": gettext_lazy(
        "The relay does not know this node, or not by its present keys. Ask whoever runs the relay to add your card."
    ),
    "relay-clock": gettext_lazy("The relay's clock and this node's differ by more than ten minutes."),
    "unconfirmed": gettext_lazy("Nobody has confirmed the partner's card yet."),
    "suspended": gettext_lazy("The partner is suspended."),
    "left": gettext_lazy("The partner has left the network."),
    "revoked": gettext_lazy("The partner's card was revoked."),
    "no-card": gettext_lazy("There is no confirmed card of the partner."),
    "restored": gettext_lazy(
        "This node was brought back from a backup. Nothing leaves to the partner until it has said what it has."
    ),
}

CONTRADICTIONS: Mapping[str, Promise | str] = {
    "smaller": gettext_lazy("The log is shorter than it was: its newest entries are gone."),
    "other-root": gettext_lazy("The log is as long as it was, and says something else: entries were changed."),
    "does-not-extend": gettext_lazy(
        "The log does not go on from what it was: entries were changed, or it was set back and went on differently."
    ),
    "not-shown": gettext_lazy(
        "The partner does not show that its log goes on from what it was, although it was told from where to show it."
    ),
}
"""What it means that a log does not extend what a partner keeps (`clew.exchange.checkpoints.Verdict`)."""

CAUSES: Mapping[str, Promise | str] = {
    "restored": gettext_lazy("The node was restored from a backup, and it is known what was lost"),
    "explained": gettext_lazy("Something else, which both data-protection officers have looked into"),
}
"""Why a log may contradict itself although nobody meant to hide anything."""


WRITING_AGAIN: Mapping[str, Promise | str] = {
    "compared": gettext_lazy("Both offices have compared by telephone which letters arrived"),
    "nothing-sent": gettext_lazy("Nothing was sent to this partner after the backup was made"),
    "may-be-twice": gettext_lazy("The partner does not answer; letters that arrive twice do less harm than none"),
}
"""Why letters leave again to a partner that has not said all that it has."""

RECALL_ACTIONS: Mapping[str, Promise | str] = {
    "erase": gettext_lazy("Erase it"),
    "restrict": gettext_lazy("Keep it and use it no more"),
    "return": gettext_lazy("Give it back"),
}
"""What the sender of a letter asks of whoever holds it (`clew.exchange.threads.ACTIONS`)."""

ASKED_OF_HOLDERS: Mapping[str, Promise | str] = {
    **RECALL_ACTIONS,
    "correct": gettext_lazy("Use what replaces it, and the old value no more"),
}
"""What a recall or a correction asks of whoever holds a letter."""

RECALL_REASONS: Mapping[str, Promise | str] = {
    "wrong": gettext_lazy("It is wrong"),
    "unlawfully-sent": gettext_lazy("It must not have been sent"),
    "basis-ended": gettext_lazy("What it rested on has ended"),
    "no-longer-needed": gettext_lazy("It is no longer needed"),
}
"""Why; none says that a person withdrew her consent or is protected, for that would tell it to every holder."""

RECALL_OUTCOMES: Mapping[str, Promise | str] = {
    "done": gettext_lazy("Done"),
    "held-by-court-order": gettext_lazy("Held because a court ordered so; it is not used"),
    "not-held": gettext_lazy("Nothing of it is held"),
}
"""What a holder says became of what was taken back."""

WAIT: Final = gettext_lazy(
    "It goes by itself once the partner's node answers. If it is urgent, call the partner's duty contact."
)
ASK_CARD: Final = gettext_lazy("Call the partner and ask whether it has a new card; a liaison officer confirms it.")
DIRECTORY: Final = gettext_lazy("A liaison officer decides about the partner in the directory; then it goes by itself.")
AGAIN: Final = gettext_lazy("These bytes will not be taken. Draft the letter again, so that it is decided anew.")
READ_REASON: Final = gettext_lazy("Read the reason. A letter that meets it is a new one, and is decided anew.")
NOTHING_TO_DO: Final = gettext_lazy("Nothing: its sender wants no answer any more.")
TAKEN_BACK: Final = gettext_lazy("Nothing is left to do: it does not leave any more.")
ADMINISTRATOR: Final = gettext_lazy("Tell your administrator: the log of this node says more.")
RESTORED_FIRST: Final = gettext_lazy(
    "It goes by itself once the partner has answered. If it does not, a data-protection or liaison officer decides."
)
CONSENTS: Final[Mapping[str, Promise]] = {
    "": gettext_lazy("Asked for; nobody has allowed it"),
    "granted": gettext_lazy("Allowed"),
    "denied": gettext_lazy("Not allowed"),
    "withdrawn": gettext_lazy("Not asked for any more"),
}
"""How it stands with another use of a letter that was asked for."""

OFFERS: Final[Mapping[str, Promise]] = {
    "": gettext_lazy("Offered; nobody has accepted the conditions"),
    "accepted": gettext_lazy("The conditions are accepted"),
    "declined": gettext_lazy("The conditions are declined"),
    "withdrawn": gettext_lazy("The offer was taken back"),
}
"""How it stands with an offer."""

REFERRALS: Final[Mapping[str, Promise]] = {
    "": gettext_lazy("Asked; the service has not answered"),
    "accepted": gettext_lazy("She can come"),
    "refused": gettext_lazy("She cannot be helped there"),
    "arrived": gettext_lazy("She came"),
    "ended": gettext_lazy("It has ended; what is held of it is void"),
}
"""How it stands with a referral of a person."""

ADVICE: Mapping[str, Promise] = {
    **dict.fromkeys(("no-tls", "wrong-certificate", "bad-certificate", "certificate-expired", "no-address"), ASK_CARD),
    **dict.fromkeys(("unconfirmed", "suspended", "left", "revoked", "no-card", "not-secure"), DIRECTORY),
    **dict.fromkeys(PROBLEMS, AGAIN),
    "declined": READ_REASON,
    "withdrawn": NOTHING_TO_DO,
    **dict.fromkeys(("own-fault", "relay-not-registered", "relay-clock"), ADMINISTRATOR),
    "relay-no-mailbox": ASK_CARD,
    "outdated": AGAIN,
    "recalled": TAKEN_BACK,
    "restored": RESTORED_FIRST,
}
"""What to do about a letter that did not arrive, by the code of its problem; for all other codes, wait."""


def advice(code: str) -> str:
    """What can be done about a letter with this problem."""
    return str(ADVICE.get(code, WAIT))


def letter_type(code: str) -> str:
    """What a type of letter is called."""
    return codelist("letter_types").label(code, language(get_language() or "en"))


def state_in_words(state: str) -> str:
    """A correspondence's state."""
    return str(STATES.get(state, state))


def problem_in_words(code: str) -> str:
    """Why something was not taken or handed over; a code without a sentence of its own is named."""
    text = PROBLEMS.get(code) or HANDING_OVER.get(code)
    return str(text) if text is not None else _("The partner's node answered with %(code)s.") % {"code": code}


def declined_in_words(reason: str) -> str:
    """An officer's refusal as it travels, `code: sentence`."""
    code, _colon, sentence = reason.partition(": ")
    if code not in DECLINED:
        return reason
    return _("%(reason)s. “%(sentence)s”") % {"reason": DECLINED[code], "sentence": sentence}
