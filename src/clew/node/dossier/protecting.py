"""Puts persons under protection or takes them out of it, with every value that concerns them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from clew.node.dossier.keyring import make_keys
from clew.node.dossier.models import PersonKey
from clew.node.dossier.resealing import reseal
from clew.node.dossier.rows import refresh


def protect(persons: Mapping[int, bool]) -> int:
    """Make each person protected or not, as said.

    Returns:
        The number of statements that were sealed or unsealed.
    """
    now = dict(PersonKey.objects.filter(person_id__in=persons).values_list("person_id", "in_use"))
    changed = {person: wanted for person, wanted in persons.items() if now.get(person, False) != wanted}
    if not changed:
        refresh(persons)
        return 0

    def change() -> None:
        on = [person for person, wanted in changed.items() if wanted]
        off = [person for person, wanted in changed.items() if not wanted]
        make_keys([person for person in on if person not in now], timezone.now())
        PersonKey.objects.filter(person_id__in=on).update(in_use=True)
        # A destroyed key stays in use: its values stay unreadable.
        PersonKey.objects.filter(person_id__in=off, destroyed__isnull=True).update(in_use=False)

    count = reseal(changed, change)
    refresh(persons)
    return count
