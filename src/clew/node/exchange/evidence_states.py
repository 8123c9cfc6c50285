"""How far files are, as codes and in words; and which codes are an end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

SEALING: Final = "sealing"
SEALED: Final = "sealed"
SENDING: Final = "sending"
ARRIVED: Final = "arrived"
CLOSED: Final = "closed"
RECEIVED: Final = "received"
RECEIVING: Final = "receiving"
CLOSING: Final = "closing"
OPENED: Final = "opened"
TAKEN: Final = "taken"
RECALLED: Final = "recalled"
OUTDATED: Final = "outdated"
DIFFERENT: Final = "different"
DISCARDED: Final = "discarded"
LOST: Final = "lost"

ENDED: Final = frozenset({RECEIVED, TAKEN, RECALLED, OUTDATED, DIFFERENT, DISCARDED, LOST})
"""After these nothing of a transfer travels any more, and neither key nor sealed copy is kept."""

TRAVELLING: Final = frozenset({SENDING, ARRIVED, CLOSED})
"""What left was announced, and the partner has not said yet that it has all of it."""

STATES: Final[Mapping[str, Promise]] = {
    SEALING: gettext_lazy("The files are being sealed"),
    SEALED: gettext_lazy("Sealed; the announcement is to be written, decided and signed"),
    SENDING: gettext_lazy("Announced; the parts are on their way"),
    ARRIVED: gettext_lazy("All parts have arrived; the keys are about to leave"),
    CLOSED: gettext_lazy("The keys have left; the partner has not said yet that the files are whole"),
    RECEIVED: gettext_lazy("The partner has the files, whole and unchanged"),
    RECEIVING: gettext_lazy("The parts are coming"),
    CLOSING: gettext_lazy("The keys are here; the files are being opened and compared"),
    OPENED: gettext_lazy("Whole and unchanged; waits to be taken into the case"),
    TAKEN: gettext_lazy("Taken into the case"),
    RECALLED: gettext_lazy("Taken back by its sender; keys and parts are destroyed"),
    OUTDATED: gettext_lazy("Stopped: the rules would not let it leave now"),
    DIFFERENT: gettext_lazy("Refused: it did not open to what was announced"),
    DISCARDED: gettext_lazy("Given up before it was announced"),
    LOST: gettext_lazy("Stopped: the sealed copy or its document is gone"),
}

CURES: Final[Mapping[str, Promise]] = {
    OUTDATED: gettext_lazy(
        "Take the announcement back, so that nobody waits. Then prepare the files anew, so that it is decided anew."
    ),
    DIFFERENT: gettext_lazy("The sender announces the files anew. Until then nothing of them is kept here."),
    LOST: gettext_lazy("Take the announcement back, and prepare the files anew."),
}
"""What to do about an end that nobody wanted."""

TONES: Final[Mapping[str, str]] = {
    RECEIVED: "good", TAKEN: "good", OPENED: "attention", SEALED: "attention",
    RECALLED: "danger", OUTDATED: "danger", DIFFERENT: "danger", LOST: "danger",
}  # fmt: skip

PROBLEMS: Final[Mapping[str, Promise]] = {
    "not-taken": gettext_lazy("Nobody there has taken the announcement yet. The parts leave once somebody has."),
    "disk-short": gettext_lazy("The partner's node has too little room at present. It is tried again."),
    "by-hand": gettext_lazy("No line reaches the partner's node. Carry the parts out to a stick."),
    "missing-part": gettext_lazy("The sealed copy here is not whole any more."),
}
"""Why parts do not leave at present; other codes are those of letters."""
