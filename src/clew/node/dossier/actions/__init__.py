"""What people do with dossiers: read, record, correct, retract, judge identity, say a category, erase, undo."""

from clew.node.dossier.actions.amending import KEPT, correct_statement, note_replacement, retract_statement, undo_source
from clew.node.dossier.actions.consulting import compare_entities, read_entity, read_statement
from clew.node.dossier.actions.identity import merge_entities, split_entity
from clew.node.dossier.actions.persons import erase_again, erase_person, protect_expired, set_person_category
from clew.node.dossier.actions.recording import append_to_source, record_source, start_source
from clew.node.dossier.actions.retaining import Destroyed, destroy_source, prolong_source
from clew.node.dossier.actions.upkeep import rebuild_rows
from clew.node.dossier.resealing import blank_what_is_overwritten

__all__ = [
    "KEPT",
    "Destroyed",
    "append_to_source",
    "blank_what_is_overwritten",
    "compare_entities",
    "correct_statement",
    "destroy_source",
    "erase_again",
    "erase_person",
    "merge_entities",
    "note_replacement",
    "prolong_source",
    "protect_expired",
    "read_entity",
    "read_statement",
    "rebuild_rows",
    "record_source",
    "retract_statement",
    "set_person_category",
    "split_entity",
    "start_source",
    "undo_source",
]
