"""`clew match entities`: which entities of two FollowTheMoney files may be one; from files alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.cli.answers import WRONG_USE, AsJson, answer, stop

if TYPE_CHECKING:
    from clew.matching.entities import Entity, Likeness

MOST_PAIRS = 2_000_000
PROPOSED = "These are proposals. Nothing is merged without a human."


def entities(
    a: Annotated[Path, typer.Argument(metavar="A", help="Entities, one FollowTheMoney JSON object a line.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Entities to compare them with.")],
    floor: Annotated[float | None, typer.Option(help="The least probability of a pair that is shown.")] = None,
    prior: Annotated[float | None, typer.Option(help="That a pair is one entity before anything is compared.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say which entities of A may be which of B: weight, probability, proposal and reasons. It never merges.

    Example: clew match entities ours.ftm.json theirs.ftm.json --json
    """
    from clew.matching.entities import count, shipped_table

    table = shipped_table()
    floor = table.different if floor is None else floor
    prior = table.prior if prior is None else prior
    if not 0 <= floor <= 1 or not 0 < prior < 1:
        stop("--floor is a probability from 0 to 1, --prior one between 0 and 1.", WRONG_USE)
    ours, theirs = read_entities(a), read_entities(b)
    pairs = _pairs(ours, theirs)
    if len(pairs) > MOST_PAIRS:
        stop(
            f"{len(pairs):,} pairs are too many to compare one by one (at most {MOST_PAIRS:,}). "
            "Split the files, or use `clew match bulk` for a file of persons."
        )
    found = _found(pairs, count([*ours, *theirs]), floor, prior)
    left_out = sum(1 for each in [*ours, *theirs] if not _family(each))
    told = {
        "prior": prior,
        "floor": floor,
        "compared": len(pairs),
        "entities_not_compared": left_out,
        "pairs": [_answered(*each) for each in found],
    }
    lines = [line for each in found for line in _in_lines(*each)]
    lines.append(f"{len(found)} of {len(pairs)} pairs reach a probability of {floor:g}, starting from {prior:g}.")
    lines += [f"{left_out} entities are of kinds that are not compared."] * bool(left_out)
    answer(told, as_json=as_json, text="\n".join([*lines, PROPOSED]))


def _family(entity: Entity) -> str | None:
    from clew.matching.entities import family_of

    return family_of(entity.schema)


def _pairs(ours: list[Entity], theirs: list[Entity]) -> list[tuple[Entity, Entity]]:
    """Each of ours with each of theirs of its kind."""
    by_family: dict[str | None, list[Entity]] = {}
    for each in theirs:
        by_family.setdefault(_family(each), []).append(each)
    return [(one, other) for one in ours if _family(one) for other in by_family.get(_family(one), ())]


def _found(
    pairs: list[tuple[Entity, Entity]], frequencies: Any, floor: float, prior: float
) -> list[tuple[Entity, Entity, Likeness]]:
    """The pairs that reach the floor, the likeliest first."""
    from clew.matching.entities import compare

    found = []
    for one, other in pairs:
        likeness = compare(one, other, frequencies=frequencies, prior=prior)
        if likeness is not None and likeness.probability >= floor:
            found.append((one, other, likeness))
    return sorted(found, key=lambda each: (-each[2].weight, each[0].id, each[1].id))


def _answered(one: Entity, other: Entity, found: Likeness) -> dict[str, Any]:
    return {
        "a": one.id,
        "b": other.id,
        "kind": found.family,
        "weight": round(found.weight, 2),
        "probability": round(found.probability, 6),
        "proposal": found.proposal,
        "reasons": list(found.reasons),
        "changes": list(found.changes),
        "comparisons": [
            {"comparison": each.comparison, "level": each.level or None, "weight": round(each.weight, 2)}
            for each in found.evidence
        ],
    }


def _in_lines(one: Entity, other: Entity, found: Likeness) -> Iterator[str]:
    chance = f"{found.probability:.4f}" if found.probability < 0.9999 else "above 0.9999"
    yield f"{one.id} and {other.id}: {found.proposal} (weight {found.weight:+.1f}, probability {chance})"
    yield from (f"  {reason}" for reason in found.reasons)
    yield from (f"  would change it: {change}" for change in found.changes)


def read_entities(path: Path) -> list[Entity]:
    """The file's entities. Ends with a sentence that names file, row, field and cure where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError:
        stop(f"{path} cannot be read. Name a file of FollowTheMoney entities, one JSON object a line.")
    except UnicodeDecodeError as fault:
        stop(f"{path} is not UTF-8 (byte {fault.start}). Save it in UTF-8.")
    found: dict[str, Entity] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        entity = _entity(f"{path}, row {number}", line)
        if entity.id in found:
            stop(f"{path}, row {number}, field id: {entity.id} stands in an earlier row. Write each entity once.")
        found[entity.id] = entity
    if not found:
        stop(f"{path} has no entity. Write one JSON object a line, with id, schema and properties.")
    return list(found.values())


def _entity(place: str, line: str) -> Entity:
    from clew.matching.entities import Entity

    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        stop(f"{place}: no JSON. Write one object a line, with id, schema and properties.")
    if not isinstance(told, dict):
        stop(f"{place}: no JSON object. Write one object a line, with id, schema and properties.")
    for field in ("id", "schema"):
        if not isinstance(told.get(field), str) or not told[field].strip():
            stop(f"{place}, field {field}: missing or no text. Write it as a text.")
    properties = told.get("properties", {})
    if not isinstance(properties, dict):
        stop(f"{place}, field properties: no object. Write each property with the list of its values.")
    _demand_known(place, told["schema"], properties)
    return Entity(told["id"], told["schema"], {name: _values(place, name, each) for name, each in properties.items()})


def _demand_known(place: str, schema: str, properties: dict[str, Any]) -> None:
    from clew.vocabulary import UnknownProperty, UnknownSchema, property_info
    from clew.vocabulary import schema as schema_of

    try:
        schema_of(schema)
    except UnknownSchema as fault:
        stop(f"{place}, field schema: {fault}")
    for name in properties:
        try:
            property_info(schema, name)
        except UnknownProperty as fault:
            stop(f"{place}, field properties.{name}: {fault} Correct its name or leave it out.")


def _values(place: str, name: str, told: Any) -> tuple[str, ...]:
    if not isinstance(told, list) or not all(isinstance(each, str) for each in told):
        stop(f'{place}, field properties.{name}: no list of texts. Write ["…"], one text a value.')
    return tuple(told)
