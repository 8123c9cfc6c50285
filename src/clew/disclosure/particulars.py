"""What letters of one type have that no other has: the questions about a request, and the answers to them.

They are an officer's own words and codes, and stand in the body as she wrote them. Whether her words name somebody who
may not be named is asked of them as of all her words (`words`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

CLARIFY: Final = "clarify"
CLARIFIED: Final = "clarified"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a request: about its item of that number, or None about all of it."""

    text: str
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """The answer to the question of that number."""

    question: int
    text: str


@dataclass(frozen=True, slots=True)
class Particulars:
    """`reason`: a code, why a request's meaning is asked. What a type of letter does not have is empty."""

    reason: str = ""
    asked: tuple[Asked, ...] = ()
    said: tuple[Said, ...] = ()

    @property
    def words(self) -> dict[str, str]:
        """The officer's own words, each by the name of its field."""
        asked = {f"asked.{n}": each.text for n, each in enumerate(self.asked, 1)}
        return asked | {f"said.{each.question}": each.text for each in self.said}

    def body(self) -> dict[str, Any]:
        """The fields of the letter's body; what is empty is left out."""
        found: dict[str, Any] = {}
        if self.reason:
            found["reason"] = self.reason
        if self.asked:
            found["questions"] = [_asked(n, each) for n, each in enumerate(self.asked, 1)]
        if self.said:
            found["answers"] = [{"question": each.question, "text": each.text} for each in self.said]
        return found


NOTHING: Final = Particulars()


def _asked(n: int, each: Asked) -> dict[str, Any]:
    about = {} if each.item is None else {"item": each.item}
    return {"n": n, "text": each.text, **about}
