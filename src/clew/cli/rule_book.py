"""`clew disclosure replay` and `clew disclosure rules`: stored decisions derived again, and the rules in force."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from clew.cli.answers import NOT_DONE, AsJson, HomeOption, answer, set_up_node, stop


def replay(
    since: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Decided on this day or later.")
    ] = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Derive every stored decision again with the rules of its version. Exit code 1 if one differs or cannot be."""
    set_up_node(home)
    from clew.node.disclosure.queries import replay_decisions

    report = replay_decisions(since.date() if since else None)
    lines = [f"{report.same} of {report.decisions} decisions come out the same."]
    for each in report.results:
        why = "; ".join(each.differences) or f"lacks {', '.join(each.lacks)}"
        word = "differs" if each.state == "different" else "cannot be derived by this version of Clew"
        lines.append(f"Decision {each.decision} {word}: {why}")
    answer(report.as_json(), as_json=as_json, text="\n".join(lines))
    if not report.ok:
        raise typer.Exit(NOT_DONE)


def rules(home: HomeOption = None, as_json: AsJson = False) -> None:
    """List the rules in force: mark, version, effects, sentences, source, inputs, tests. Exit code 1 if they cannot be
    used."""
    set_up_node(home)
    from clew.disclosure.ruleset import BrokenRules
    from clew.node.rulebook.queries import active_rules, shipped_differs, unsigned_rules

    try:
        active, unsigned = active_rules(), unsigned_rules()
    except BrokenRules as fault:
        stop(f"The rules of this node cannot be used, so nothing leaves: {fault}")
    listed = [_rule(each, awaits=each.id in unsigned) for _id, each in sorted(active.rules.items())]
    found = {"version": active.version, "shipped_differs": shipped_differs(), "rules": listed}
    answer(found, as_json=as_json, text=_as_text(found))


def _rule(rule: Any, *, awaits: bool) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": rule.title,
        "mark": rule.mark,
        "version": rule.version,
        "source": rule.source,
        "awaits_sign_off": awaits,
        "inputs": list(rule.inputs),
        "tests": _tests(rule.id),
        "policies": [
            {"id": each.id, "effect": str(each.effect), "role": each.role, "sentence": each.sentence,
             "cure": each.cure, "inputs": sorted(each.inputs)}
            for each in rule.policies
        ],
    }  # fmt: skip


def _tests(rule_id: str) -> dict[str, Any]:
    from clew.disclosure.tested import tested

    found = tested(rule_id)
    return {"cases": found.cases, "scenarios": list(found.scenarios)}


def _as_text(found: dict[str, Any]) -> str:
    lines = [f"{len(found['rules'])} rules, version {found['version'][:12]}."]
    if found["shipped_differs"]:
        lines.append("Clew came with other rules than these; they stay until two persons adopt others.")
    for rule in found["rules"]:
        waits = ", awaits sign-off" if rule["awaits_sign_off"] else ""
        lines += ["", f"{rule['id']} {rule['title']} ({rule['mark']}, version {rule['version']}{waits})"]
        lines += [f"  {rule['source']}"]
        lines += [f"  {each['id']} {each['effect']}: {each['sentence']}" for each in rule["policies"]]
        lines += [f"  Looks at: {', '.join(rule['inputs']) or 'nothing but the letter itself'}"]
        tests = rule["tests"]
        lines += [f"  Tested by {tests['cases']} cases and {len(tests['scenarios'])} scenarios"]
    return "\n".join(lines)
