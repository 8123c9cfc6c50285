"""Pages of the dossier: the list, an entity, why a fact is believed, and the acts on them."""

from clew.node.dossier.views.acting import category, correct, erase, retract, undo
from clew.node.dossier.views.comparing import merge, pick, split
from clew.node.dossier.views.recording import record_facts
from clew.node.dossier.views.showing import entities, entity, statement

__all__ = [
    "category",
    "correct",
    "entities",
    "entity",
    "erase",
    "merge",
    "pick",
    "record_facts",
    "retract",
    "split",
    "statement",
    "undo",
]
