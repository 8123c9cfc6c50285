"""Code lists: every closed set of codes with its source, and label and hover help in five languages."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from clew.vocabulary.words import DATA, Words, load_data


class UnknownCodeList(LookupError):
    """There is no code list of that name."""

    def __init__(self, list_id: str) -> None:
        super().__init__(f"There is no code list {list_id!r}. Known lists: {', '.join(codelist_ids())}.")
        self.list_id = list_id


class UnknownCode(LookupError):
    """The list exists and has no such code."""

    def __init__(self, list_id: str, code: str, known: tuple[str, ...]) -> None:
        super().__init__(f"The code list {list_id!r} has no code {code!r}. Its codes: {', '.join(known)}.")
        self.list_id = list_id
        self.code = code


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `extra` holds what the list says beyond words, such as `law`, `hours` or `strictness`."""

    code: str
    words: Words
    help_words: Words
    extra: dict[str, Any]


class CodeList:
    """One list. `mark` is `verified` (read in the source named), `unverified`, or `own` (Clew's own list)."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.id: str = data["id"]
        self.source: str = data["source"]
        self.version: str = data["version"]
        self.mark: str = data["mark"]
        self.licence: str = data.get("licence", "Apache-2.0")
        self._title = Words(data["title"])
        shared_help = data.get("help")
        self.entries = tuple(_code(entry, shared_help) for entry in data["codes"])
        self._by_code = {entry.code: entry for entry in self.entries}

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes in the list's order."""
        return tuple(self._by_code)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def get(self, code: str) -> Code:
        """The entry of a code; raises `UnknownCode`, which names list and code."""
        entry = self._by_code.get(code)
        if entry is None:
            raise UnknownCode(self.id, code, self.codes)
        return entry

    def title(self, lang: str) -> str:
        """What the list is about, as a field label."""
        return self._title(lang)

    def label(self, code: str, lang: str) -> str:
        """The word for a code; raises `UnknownCode`."""
        return self.get(code).words(lang)

    def help(self, code: str, lang: str) -> str:
        """What the code means, in a sentence for hover help; raises `UnknownCode`."""
        return self.get(code).help_words(lang)

    def choices(self, lang: str) -> list[tuple[str, str]]:
        """(code, label) pairs for a form field, in the list's order."""
        return [(entry.code, entry.words(lang)) for entry in self.entries]


def _code(entry: dict[str, Any], shared_help: dict[str, str] | None) -> Code:
    extra = {key: value for key, value in entry.items() if key not in {"code", "label", "help"}}
    return Code(entry["code"], Words(entry["label"]), Words(entry.get("help") or shared_help or {}), extra)


@cache
def codelist_ids() -> tuple[str, ...]:
    """The names of all code lists."""
    return tuple(sorted(path.stem for path in (DATA / "codelists").glob("*.yaml")))


@cache
def codelist(list_id: str) -> CodeList:
    """The code list of that name; raises `UnknownCodeList`."""
    if list_id not in codelist_ids():
        raise UnknownCodeList(list_id)
    return CodeList(load_data(f"codelists/{list_id}.yaml"))
