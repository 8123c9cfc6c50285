"""The lines of a Familias file, read one after the other, each as what it has to be."""

from __future__ import annotations

from clew.kinship.problems import KinshipProblem


class Lines:
    """The lines of a text, in order; every fault names its line."""

    def __init__(self, text: str) -> None:
        self._lines = [line.strip() for line in text.splitlines()]
        self._place = 0

    def next(self) -> str:
        """The next line."""
        if self._place >= len(self._lines):
            raise KinshipProblem("The file", "ends in the middle.", "Save it again with Familias.")
        self._place += 1
        return self._lines[self._place - 1]

    def peek(self) -> str | None:
        """The next line that is not empty, without taking it; None at the end."""
        while self._place < len(self._lines) and not self._lines[self._place]:
            self._place += 1
        return self._lines[self._place] if self._place < len(self._lines) else None

    def text(self) -> str:
        """A line in quotes."""
        line = self.next()
        if len(line) < 2 or line[0] != '"' or line[-1] != '"':
            raise self.refuse(f"is {line!r} instead of a name in quotes.", "Save the file again with Familias.")
        return line[1:-1]

    def flag(self) -> bool:
        """#TRUE# or #FALSE#."""
        line = self.next()
        if line not in ("#TRUE#", "#FALSE#"):
            raise self.refuse(f"is {line!r} instead of #TRUE# or #FALSE#.", "Save the file again with Familias.")
        return line == "#TRUE#"

    def whole(self) -> int:
        """A whole number."""
        return self.whole_of(self.next())

    def whole_of(self, text: str) -> int:
        """A whole number in a text of the line just read."""
        try:
            return int(text)
        except ValueError:
            raise self.refuse(f"is {text!r} instead of a whole number.", "Save the file again with Familias.") from None

    def number(self) -> float:
        """A number; a comma counts as a point."""
        text = self.next()
        try:
            return float(text.replace(",", "."))
        except ValueError:
            raise self.refuse(f"is {text!r} instead of a number.", "Save the file again with Familias.") from None

    def entry(self, *names: str) -> tuple[str, str]:
        """`name= value` with one of these names."""
        line = self.next()
        name, _, value = line.partition("=")
        if name.strip() not in names:
            raise self.refuse(f"is {line!r} instead of {' or '.join(names)}.", "Save the file again with Familias.")
        return name.strip(), value.strip()

    def heading(self, beginning: str) -> str:
        """A line in square brackets that begins with these words, at whatever depth."""
        line = self.next()
        words = line.strip("[]").strip()
        if not line.startswith("[") or not words.startswith(beginning):
            raise self.refuse(f"is {line!r} instead of [{beginning}].", "Save the file again with Familias.")
        return words

    def refuse(self, problem: str, cure: str) -> KinshipProblem:
        """The fault of the line just read."""
        return KinshipProblem(f"Line {self._place}", problem, cure)
