"""`clew disclosure`: why a decision came out as it did, for a stored one or for a request in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clew.cli.answers import NOT_DONE, AsJson, HomeOption, answer, set_up_node, stop
from clew.cli.rule_book import replay, rules

if TYPE_CHECKING:
    from clew.disclosure.requests import Answered
    from clew.disclosure.ruleset import RuleSet

app = typer.Typer(help="Decisions about what may leave.", no_args_is_help=True, rich_markup_mode=None)
app.command("replay")(replay)
app.command("rules")(rules)


@app.command("explain")
def explain(
    case: Annotated[str, typer.Argument(help="A decision's number, or a file with a decision request (JSON).")],
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Say which rules make a decision, and what would change it. Exit code 1 where a stored one comes out otherwise,
    or where a file's request has faults: nothing is permitted then."""
    if case.isdigit():
        _explain_stored(int(case), home, as_json=as_json)
    else:
        _explain_file(Path(case), as_json=as_json)


@app.command("template")
def template() -> None:
    """Print a decision request in which nothing has been said yet."""
    from clew.disclosure.requests import template as empty

    typer.echo(json.dumps(empty(), indent=2))


@app.command("schema")
def schema(
    of_answer: Annotated[bool, typer.Option("--answer", help="That of the answer instead.")] = False,
) -> None:
    """Print the JSON Schema of a decision request, or of the answer to one."""
    from clew.disclosure.answer_schema import answer_schema
    from clew.disclosure.requests import schema as request_schema

    typer.echo(json.dumps(answer_schema() if of_answer else request_schema(), indent=2))


def _explain_stored(decision: int, home: Path | None, *, as_json: bool) -> None:
    set_up_node(home)
    from django.core.exceptions import ObjectDoesNotExist

    from clew.node.disclosure.queries import explain as derive_again

    try:
        report = derive_again(decision)
    except ObjectDoesNotExist:
        stop(f"There is no decision {decision} here.")
    answer(report.as_json(), as_json=as_json, text=report.as_text())
    if not report.same:
        raise typer.Exit(NOT_DONE)


def _explain_file(path: Path, *, as_json: bool) -> None:
    from clew.disclosure.requests import answer_plain, answer_request
    from clew.disclosure.ruleset import shipped_rules

    try:
        request = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        stop(f"{path} cannot be read. Name a file, or a decision's number.")
    except (UnicodeDecodeError, ValueError) as fault:
        stop(f"{path} is not JSON ({fault}). Start from: clew disclosure template")
    answered = answer_request(request, shipped_rules())
    answer(answer_plain(answered, shipped_rules()), as_json=as_json, text=_in_lines(answered, shipped_rules()))
    if answered.problems:
        raise typer.Exit(NOT_DONE)


def _in_lines(answered: Answered, rules: RuleSet) -> str:
    outcome = answered.outcome
    lines = [f"{each.field}: {each.problem} {each.cure}" for each in answered.problems]
    for ruling in (outcome.letter, *outcome.statements):
        name = "Letter" if ruling.statement is None else f"Statement {ruling.statement}"
        lines.append(f"{name}: {ruling.verdict}")
        for reason in ruling.reasons:
            lines.append(f"  {reason.policy} {reason.effect}: {reason.sentence}{_marked(reason.policy, rules)}")
            lines += [f"    What would change it: {reason.cure}"] if reason.cure else []
    lines += [f"Approval missing: {each.role} ({', '.join(each.policies)})" for each in outcome.missing]
    lines += [f"Travels: {each.policy}: {each.text}{_marked(each.policy, rules)}" for each in outcome.conditions]
    lines += [f"Task: {each.task}: {each.sentence}{_marked(each.policy, rules)}" for each in outcome.tasks]
    return "\n".join(lines)


def _marked(policy: str, rules: RuleSet) -> str:
    return " (unverified)" if rules.unverified(policy) else ""
