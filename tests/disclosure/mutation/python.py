"""Mutants of the engine's Python modules, made in their syntax trees, and how they are tried.

A mutated module and everything that imports it are executed anew under their own names, beside the real ones; facts,
records and rule set stay the real ones, since they are no part of the engine's logic.
"""

from __future__ import annotations

import ast
import copy
import importlib
import inspect
import itertools
import json
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cedarpy
import pytest

import clew.disclosure
from clew.disclosure.ruleset import RuleSet, shipped_rules
from tests.disclosure.mutation.judges import Judge

HOME = Path(clew.disclosure.__file__).parent
CONTEXT = ("context.strictness", "context.transfer", "context.statement", "context.person")
MUTATED = ("approvals", "consents", *CONTEXT, "engine", "decision", "package")
RELOADED = ("approvals", "consents", *CONTEXT, "context", "engine", "decision", "package", "replay")
"""In the order in which they import each other."""
SUITES = tuple(f"tests.disclosure.test_{each}" for each in ("engine", "package", "failing_closed", "laws", "formats"))
OF_RULES = {
    "test_a_rule_that_is_not_whole_is_not_loaded",
    "test_codes_of_a_rule_that_is_not_loaded_are_refused",
    "test_the_version_changes_with_any_word_of_any_rule",
    "test_without_any_permit_nothing_leaves",
    "test_a_decision_of_other_rules_says_so",
}
"""Tests that read rule sets anew; what they say of the engine, rule cases say too."""
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """`source` is the whole module as changed."""

    operator: str
    module: str
    line: int
    where: str
    source: str


def mutants(of: set[str] | None = None) -> list[Mutant]:
    """Every mutant of every module, or of these, without doubles."""
    found = []
    for module in (each for each in MUTATED if of is None or each in of):
        text = _text(module)
        tree, lines = ast.parse(text), text.splitlines()
        seen = {ast.unparse(tree)}
        marks = {id(each) for node in ast.walk(tree) for mark in _decorators(node) for each in ast.walk(mark)}
        for n, node in enumerate(ast.walk(tree)):
            if id(node) in marks:
                continue
            for operator, change in _changes(node):
                mutated = copy.deepcopy(tree)
                changed = next(itertools.islice(ast.walk(mutated), n, None))
                change(changed)
                source = ast.unparse(ast.fix_missing_locations(mutated))
                if source not in seen:
                    seen.add(source)
                    line = getattr(node, "lineno", 0)
                    where = f"{_shown(node)} => {_shown(changed)}"
                    if isinstance(node, ast.Constant):
                        where = f"{where} in {lines[line - 1].strip()}"
                    found.append(Mutant(operator, module, line, where, source))
    return found


def _text(module: str) -> str:
    path = HOME.joinpath(*module.split("."))
    return (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8")


def _decorators(node: ast.AST) -> list[ast.expr]:
    """`frozen` and `slots` of a record decide nothing; they are not mutated."""
    return getattr(node, "decorator_list", [])


def _shown(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


Change = Callable[[Any], None]


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    yield from _changes_of_conditions(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "swap True, False", lambda each: setattr(each, "value", not each.value)
    if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Return | ast.Continue | ast.Raise):
        yield "drop a branch's return", lambda each: setattr(each, "body", [*each.body[:-1], ast.Pass()])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"max", "min", "any", "all"}:
        other = {"max": "min", "min": "max", "any": "all", "all": "any"}[node.func.id]
        yield "swap max, min; any, all", lambda each: setattr(each.func, "id", other)


def _changes_of_conditions(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Compare):
        for n, operator in enumerate(node.ops):
            if type(operator) in COMPARISONS:
                yield "swap a comparison", lambda each, n=n: _swap(each, n)
    if isinstance(node, ast.BoolOp):
        yield "swap and, or", _swap_and_or
        for n in range(len(node.values)):
            yield "drop a conjunct", lambda each, n=n: _drop(each, n)
    if isinstance(node, ast.If | ast.IfExp):
        yield "negate a condition", lambda each: setattr(each, "test", ast.UnaryOp(ast.Not(), each.test))
    if isinstance(node, ast.comprehension):
        for n in range(len(node.ifs)):
            yield "drop a conjunct", lambda each, n=n: each.ifs.pop(n)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "negate a condition", lambda each: setattr(each, "operand", ast.UnaryOp(ast.Not(), each.operand))


def _swap(node: ast.Compare, n: int) -> None:
    node.ops[n] = COMPARISONS[type(node.ops[n])]()


def _swap_and_or(node: ast.BoolOp) -> None:
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _drop(node: ast.BoolOp, n: int) -> None:
    del node.values[n]


class Trial:
    """Tries mutants. Cedar's answers are kept between them: equal questions to equal rules have equal answers."""

    def __init__(self, stories: list[Judge]) -> None:
        self.stories = stories
        self.answers: dict[tuple[str, int], Any] = {}
        self.kept: list[Any] = []
        self.asked = cedarpy.is_authorized
        if killer := self.killer(None):
            raise AssertionError(f"{killer} fails without any mutant.")

    def killer(self, mutant: Mutant | None) -> str:
        """The story or test that tells the mutant from the engine, or an empty text where none does."""
        with self._remembering(), _world(mutant):
            module = mutant.module if mutant else ""
            replay = sys.modules["clew.disclosure.replay"]
            # No story builds a letter.
            for n, story in enumerate(self.stories if module != "package" else ()):
                if _told(story, replay):
                    # Whoever told one mutant often tells the next: she is asked first.
                    self.stories.insert(0, self.stories.pop(n))
                    return story.name
            return next(_failing_tests(module), "")

    @contextmanager
    def _remembering(self) -> Iterator[None]:
        def answer(request: Any, policies: Any, entities: Any, schema: Any) -> Any:
            key = (str(request), id(policies))
            if key not in self.answers:
                self.answers[key] = self.asked(request, policies, entities, schema)
                self.kept.append(policies)
            return self.answers[key]

        cedarpy.is_authorized = answer  # type: ignore[assignment]
        try:
            yield
        finally:
            cedarpy.is_authorized = self.asked


def _told(story: Judge, replay: types.ModuleType) -> bool:
    """Whether the story ends otherwise; an exception that comes out is another end too."""
    try:
        return story.fails(replay.decide_plain(story.inputs, shipped_rules()))
    except Exception:  # noqa: BLE001 - whatever a mutant does but give the outcome, it is noticed
        return True


@cache
def _code(module: str) -> Any:
    return compile(_text(module), f"{module}.py", "exec")


@contextmanager
def _world(mutant: Mutant | None) -> Iterator[None]:
    """`clew.disclosure` with the mutant in place of its module, for as long as the block runs."""
    names = [f"clew.disclosure.{each}" for each in RELOADED]
    before = {name: importlib.import_module(name) for name in names}
    try:
        for module, name in zip(RELOADED, names, strict=True):
            fresh = types.ModuleType(name)
            fresh.__file__ = before[name].__file__
            sys.modules[name] = fresh
            code = (
                compile(mutant.source, f"{module}.py", "exec") if mutant and mutant.module == module else _code(module)
            )
            exec(code, fresh.__dict__)
        yield
    finally:
        sys.modules.update(before)


def _failing_tests(first: str) -> Iterator[str]:
    """Tests of the suites that fail in this world, by name, those of the module named `first` before the others. Those
    that draw their inputs are left out: a mutant is judged alike in every run."""
    for suite in sorted(SUITES, key=lambda each: each != f"tests.disclosure.test_{first}"):
        name = f"{suite}_in_a_world"
        module = types.ModuleType(name)
        sys.modules[name] = module
        try:
            module.__file__ = importlib.import_module(suite).__file__
            exec(_suite(suite), module.__dict__)
            module.__dict__["RuleSet"] = _rule_set
            for test, function in list(vars(module).items()):
                if not test.startswith("test_") or test in OF_RULES or hasattr(function, "is_hypothesis_test"):
                    continue
                for arguments in _arguments(function):
                    if _is_whole(function, arguments) and not _passes(function, arguments):
                        yield test
                        break
        finally:
            del sys.modules[name]


_rule_sets: dict[str, RuleSet] = {}


def _rule_set(files: dict[str, str]) -> RuleSet:
    """Reading a rule set takes longer than all it decides; equal files are read once."""
    key = json.dumps(files, sort_keys=True)
    if key not in _rule_sets:
        _rule_sets[key] = RuleSet(files)
    return _rule_sets[key]


@cache
def _suite(suite: str) -> Any:
    source = importlib.import_module(suite).__file__ or ""
    return compile(Path(source).read_text(encoding="utf-8"), source, "exec")


def _arguments(function: Any) -> Iterator[dict[str, Any]]:
    marks = [each for each in getattr(function, "pytestmark", ()) if each.name == "parametrize"]
    for several in itertools.product(*(_one_mark(*mark.args) for mark in marks)):
        yield {name: value for one in several for name, value in one.items()}


def _one_mark(named: str | Sequence[str], given: Sequence[Any]) -> list[dict[str, Any]]:
    names = named.split(", ") if isinstance(named, str) else list(named)
    return [dict(zip(names, values if len(names) > 1 else (values,), strict=True)) for values in given]


def _is_whole(function: Any, arguments: dict[str, Any]) -> bool:
    """Whether it asks for nothing that only pytest has."""
    return set(inspect.signature(function).parameters) <= {*arguments, "monkeypatch"}


def _passes(function: Any, arguments: dict[str, Any]) -> bool:
    patch = pytest.MonkeyPatch()
    wanted = {"monkeypatch": patch} if "monkeypatch" in inspect.signature(function).parameters else {}
    try:
        function(**arguments, **wanted)
    except (Exception, pytest.fail.Exception):  # noqa: BLE001 - a test that fails, however it does
        return False
    finally:
        patch.undo()
    return True
