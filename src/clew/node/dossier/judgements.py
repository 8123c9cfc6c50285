"""Which judgement a split takes back, and which entities it leads to."""

from __future__ import annotations

from collections.abc import Iterable

from clew.node.dossier.models import Judgement


def judgement_to_undo(entity_id: int) -> Judgement | None:
    """The entity's own judgement, or the latest that was made into it; None where none stands."""
    standing = Judgement.objects.filter(undone__isnull=True).select_related("by")
    return standing.filter(other=entity_id).first() or standing.filter(kept=entity_id).order_by("-id").first()


def led_to(root: int, members: Iterable[int]) -> set[int]:
    """The entities whose judgements lead to `root`, itself included."""
    pointers = dict(
        Judgement.objects.filter(undone__isnull=True, other_id__in=list(members)).values_list("other_id", "kept_id")
    )
    found = {root}
    while added := {other for other, kept in pointers.items() if kept in found} - found:
        found |= added
    return found
