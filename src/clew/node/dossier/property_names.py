"""Numbers of property names, made when first used."""

from __future__ import annotations

from collections.abc import Iterable

from clew.node.dossier.models import Property


def numbers_of(names: Iterable[str]) -> dict[str, int]:
    """The number of each property name, making those that are new."""
    wanted = set(names)
    found = dict(Property.objects.filter(name__in=wanted).values_list("name", "id"))
    missing = sorted(wanted - found.keys())
    if missing:
        Property.objects.bulk_create([Property(name=name) for name in missing], ignore_conflicts=True)
        found |= dict(Property.objects.filter(name__in=missing).values_list("name", "id"))
    return found
