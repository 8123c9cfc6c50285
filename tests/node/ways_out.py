"""Every place of the node's source where something could leave it: a response, a file, a socket, a process, a mail.

Names are followed through imports, and a mention counts as much as a call (`partial(HttpResponse)` is a way out);
annotations do not count. The list of those that may be is `ways_out.yaml`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).with_suffix(".yaml")

BY_NAME = re.compile(
    r"""
      django\.http\.\w*Response\w* | django\.http\.response\.\w+ | django\.shortcuts\.(render|redirect)
    | django\.template\.response\.\w+ | django\.views\..+ | django\.core\.(mail|files)(\..+)?
    | (httpx|requests|urllib3?|urllib\.request|http\.client|http\.server|ftplib|smtplib|telnetlib|imaplib)\.\w+.*
    | (socket|socketserver|asyncio|subprocess|multiprocessing|pty|ctypes|mmap|syslog|webbrowser|tempfile)\.\w+
    | os\.(open|fdopen|write|pipe|fork\w*|exec\w+|spawn\w+|posix_spawn\w*|system|popen|sendfile|mkfifo|link|symlink)
    | shutil\.(copy\w*|move|make_archive|unpack_archive) | io\.(open|FileIO) | (sqlite3|psycopg)\.connect
    | tarfile\.(open|TarFile) | zipfile\.ZipFile | (gzip|bz2|lzma)\.(open|GzipFile|BZ2File|LZMAFile)
    | logging\.(FileHandler|handlers\..+) | cheroot\..+ | wsgiref\..+
    | sys\.(stdout|__stdout__)(\..+)? | importlib\.import_module
    | print | exec | eval | compile | __import__ | start_response
    """,
    re.VERBOSE,
)
"""What a name must be in full to be a way out, by itself or by what it makes."""

HARMLESS = re.compile(
    r"""
      urllib\.(parse|error)\..+ | django\.views\.decorators\..+
    | django\.core\.files\.(uploadedfile\..+ | uploadhandler\.Stop\w+)
    | httpx\.(URL | codes(\..+)? | \w+(Error|Exception) | Timeout) | socket\.[A-Z_]+
    """,
    re.VERBOSE,
)
"""Names below those packages that let nothing out."""

METHODS = frozenset({"write_text", "write_bytes", "symlink_to", "hardlink_to", "extract", "extractall"})
"""Methods that write a file, whatever they are called on."""

NOT_READING = re.compile(r"[wax+]")


@dataclass(frozen=True, slots=True)
class WayOut:
    """One place: `function` is dotted inside its module, "" at the module's level; `way` is what is used there."""

    file: str
    line: int
    function: str
    way: str


class _Finder(ast.NodeVisitor):
    def __init__(self, file: str) -> None:
        self.file = file
        self.names: dict[str, str] = {}
        self.within: list[str] = []
        self.found: list[WayOut] = []

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.names[alias.asname or alias.name.partition(".")[0]] = alias.name if alias.asname else ""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for each in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(each)
        self._inside(node.name, node.body)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._inside(node.name, node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for each in (*node.decorator_list, *node.bases, *(one.value for one in node.keywords)):
            self.visit(each)
        self._inside(node.name, node.body)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        # `Callable[..., HttpResponse]` is an annotation with a name of its own.
        if self._full_name(node.value).rpartition(".")[2] not in {"Callable", "Iterator", "Iterable", "Sequence"}:
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        way = self._by_method(node)
        if way:
            self._note(node, way)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._by_name(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if not self._by_name(node):
            self.generic_visit(node)

    def _by_name(self, node: ast.Name | ast.Attribute) -> bool:
        name = self._full_name(node)
        if not BY_NAME.fullmatch(name) or HARMLESS.fullmatch(name):
            return False
        self._note(node, name)
        return True

    def _by_method(self, node: ast.Call) -> str:
        if isinstance(node.func, ast.Name) and node.func.id == "open":
            return "open" if _writes(node, 1) else ""
        if not isinstance(node.func, ast.Attribute) or BY_NAME.fullmatch(self._full_name(node.func)):
            return ""
        method = node.func.attr
        if method == "open":
            return ".open" if _writes(node, 0) else ""
        # A row is saved without arguments or with named ones; what takes a target writes a file.
        return f".{method}" if method in METHODS or (method == "save" and node.args) else ""

    def _full_name(self, node: ast.expr) -> str:
        text = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""
        first, _, rest = text.partition(".")
        return ".".join(filter(None, (self.names.get(first) or first, rest)))

    def _inside(self, name: str, body: list[ast.stmt]) -> None:
        self.within.append(name)
        for statement in body:
            self.visit(statement)
        self.within.pop()

    def _note(self, node: ast.expr, way: str) -> None:
        self.found.append(WayOut(self.file, node.lineno, ".".join(self.within), way))


def _writes(call: ast.Call, position: int) -> bool:
    """Whether an `open` may write: its mode says so, or cannot be read from the source."""
    modes = [call.args[position]] if len(call.args) > position else []
    modes += [each.value for each in call.keywords if each.arg == "mode"]
    return any(
        not isinstance(mode, ast.Constant) or bool(NOT_READING.search(str(mode.value)))
        for mode in modes
        # `archive.open(member)`: a member's name is no mode.
        if position or isinstance(mode, ast.Constant)
    )


def ways_out(source: str, file: str = "views.py") -> list[WayOut]:
    """Every way out in one module."""
    finder = _Finder(file)
    tree = ast.parse(source, filename=file)
    # Imports first, wherever they stand: a function may import what it uses.
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            finder.visit(node)
    finder.visit(tree)
    return finder.found


def all_ways_out(node: Path) -> Iterator[WayOut]:
    """Every way out below the directory of `clew.node`."""
    for path in sorted(node.rglob("*.py")):
        file = path.relative_to(node)
        if "migrations" not in file.parts:
            yield from ways_out(path.read_text(encoding="utf-8"), str(file))


@cache
def table() -> dict[str, Any]:
    """What `ways_out.yaml` holds: `classes` (name: what such a way lets out) and `ways`. Nobody changes it."""
    found: dict[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return found


def listed() -> dict[tuple[str, str, str], dict[str, str]]:
    """The entries by file, function and way; "*" as function stands for the whole file."""
    return {(one["file"], one["function"], one["way"]): one for one in table()["ways"]}
