"""FollowTheMoney's model extended with Clew's schemata.

FollowTheMoney (MIT licence) keeps one model per process, which its entities, mappings and statements look up by
themselves. Clew's schemata are added to that one, so that FollowTheMoney's own tools read Clew's entities.
"""

from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from clew.vocabulary.words import DATA, load_data

if TYPE_CHECKING:
    from followthemoney.model import Model
    from followthemoney.property import Property
    from followthemoney.schema import Schema

_extending = Lock()


class UnknownSchema(LookupError):
    """The model has no such schema."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no schema {name!r}. Use a FollowTheMoney or Clew schema, for instance Person.")
        self.name = name


class UnknownProperty(LookupError):
    """The schema has no such property."""

    def __init__(self, schema_name: str, prop: str) -> None:
        super().__init__(f"The schema {schema_name!r} has no property {prop!r}.")
        self.schema_name = schema_name
        self.prop = prop


@dataclass(frozen=True, slots=True)
class PropertyInfo:
    """What a form, an import or a list needs to know of a property. `codelist` is set for coded properties."""

    name: str
    qname: str
    type: str
    range: str | None
    format: str | None
    max_length: int
    matchable: bool
    featured: bool
    required: bool
    codelist: str | None


@cache
def own_schemata() -> tuple[str, ...]:
    """The names of the schemata that Clew adds."""
    return tuple(sorted(path.stem for path in (DATA / "schemata").glob("*.yaml")))


@cache
def get_model() -> "Model":
    """The process's FollowTheMoney model, Clew's schemata included. The first call takes about a second."""
    # Imported here because FollowTheMoney costs some 80 MB and a second, which the inbound process never needs.
    from followthemoney import model
    from followthemoney.schema import Schema

    with _extending:
        missing = [name for name in own_schemata() if name not in model.schemata]
        for name in missing:
            model.schemata[name] = Schema(model, name, load_data(f"schemata/{name}.yaml")[name])
        if missing:
            model.generate()
    return model


def schema(name: str) -> "Schema":
    """The schema of that name; raises `UnknownSchema`."""
    found = get_model().get(name)
    if found is None:
        raise UnknownSchema(name)
    return found


@cache
def labelled_schemata() -> frozenset[str]:
    """The names of the schemata that Clew has words for in five languages, in a sheet of `labels/`."""
    return frozenset(path.stem for path in (DATA / "labels").glob("*.yaml"))


def entity_schemata() -> tuple[str, ...]:
    """The schemata an officer can choose: named in five languages, and neither abstract, hidden nor deprecated.

    Entities of other schemata, which an import or a letter brings, are kept and shown all the same.
    """
    chosen = (s for s in get_model() if not (s.abstract or s.hidden or s.deprecated))
    return tuple(sorted(s.name for s in chosen if s.name in labelled_schemata()))


@cache
def properties(schema_name: str) -> tuple[PropertyInfo, ...]:
    """The properties that can be written, required and featured ones first; raises `UnknownSchema`."""
    described = schema(schema_name)
    writable = (p for p in described.properties.values() if not (p.stub or p.hidden or p.deprecated))
    featured = {name: place for place, name in enumerate(described.featured)}
    infos = [_info(described, prop) for prop in writable]
    infos.sort(key=lambda info: (not info.required, featured.get(info.name, len(featured)), info.name))
    return tuple(infos)


@cache
def property_info(schema_name: str, prop: str) -> PropertyInfo:
    """One property, hidden and deprecated ones included; raises `UnknownSchema` or `UnknownProperty`."""
    described = schema(schema_name)
    found = described.get(prop)
    if found is None or found.stub:
        raise UnknownProperty(schema_name, prop)
    return _info(described, found)


def _info(described: "Schema", prop: "Property") -> PropertyInfo:
    return PropertyInfo(
        name=prop.name,
        qname=prop.qname,
        type=prop.type.name,
        range=prop.range.name if prop.range else None,
        format=prop.format,
        max_length=prop.max_length,
        matchable=prop.matchable,
        featured=prop.name in described.featured,
        required=prop.name in described.required,
        codelist=load_data("coded_properties.yaml").get(prop.qname),
    )


@cache
def lineage(schema_name: str) -> tuple[tuple[str, ...], ...]:
    """The schema, then its parents, then theirs: what is said nearest wins. Names within a level are sorted."""
    level = {schema(schema_name)}
    levels: list[tuple[str, ...]] = []
    while level:
        levels.append(tuple(sorted(s.name for s in level)))
        level = {parent for s in level for parent in s.extends}
    return tuple(levels)


def caption_properties(schema_name: str) -> tuple[str, ...]:
    """The properties whose first value names an entity in lists, in order of preference."""
    return tuple(schema(schema_name).caption)


def is_a(schema_name: str, ancestor: str) -> bool:
    """Whether every entity of the schema is also one of the ancestor: a RecruitmentAgency is a Company."""
    return schema(schema_name).is_a(schema(ancestor))


def is_edge(schema_name: str) -> bool:
    """Whether entities of the schema are links between two others, as Ownership is."""
    return schema(schema_name).edge


def edge_ends(schema_name: str) -> tuple[str, str] | None:
    """The properties that hold the two ends of a link, source first; None for what is no link."""
    described = schema(schema_name)
    if described.edge_source is None or described.edge_target is None:
        return None
    return described.edge_source, described.edge_target
