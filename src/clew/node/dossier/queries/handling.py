"""Under which handling codes the facts stand, for pages that are printed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from clew.dossier.handling import strictest
from clew.dossier.types import Statement
from clew.node.dossier import models
from clew.node.dossier.bulk import chunks
from clew.node.dossier.rows import members_of, roots_of


def handling_of(entity_ids: Collection[int], *, compartment_id: int) -> dict[int, str]:
    """The strictest code of what a compartment says of each entity; what it says nothing of is absent."""
    roots = roots_of(entity_ids)
    members = members_of(roots.values()) if roots else {}
    by_root: dict[int, str] = {}
    for chunk in chunks(sorted(members), 2_000):
        said = models.Statement.objects.filter(
            entity_id__in=chunk, source__compartment_id=compartment_id, source__undone__isnull=True, end__isnull=True
        )
        codes = said.order_by().values_list("entity_id", "handling", "source__handling").distinct()
        for entity, own, of_source in codes:
            root = members[entity]
            by_root[root] = strictest(by_root.get(root), strictest(own, of_source))
    return {entity: by_root[root] for entity, root in roots.items() if root in by_root}


def strictest_source(compartment_id: int) -> str:
    """The strictest code of the sources of a compartment; "" where it has none."""
    sources = models.Source.objects.filter(compartment_id=compartment_id, undone__isnull=True)
    return strictest_of(sources.order_by().values_list("handling", flat=True).distinct())


def strictest_of(codes: Iterable[str]) -> str:
    """The strictest of several codes; "" of none."""
    found = ""
    for code in codes:
        found = strictest(found or None, code)
    return found


def handling_of_statement(statement: Statement) -> str:
    """The code that holds for a statement: its own, or its source's where that is stricter."""
    return strictest(statement.handling, statement.source.handling)
