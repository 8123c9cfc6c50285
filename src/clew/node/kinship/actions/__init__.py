"""What people do with families, found children, laboratories, profiles, searches and hits."""

from clew.node.kinship.actions.destroying import (
    consents_ended,
    destroy_lost,
    destroy_profile,
    destroy_unconsented,
    prove,
)
from clew.node.kinship.actions.families import (
    FamilyDraft,
    close_child,
    close_family,
    register_family,
    register_found_child,
)
from clew.node.kinship.actions.importing import Imported, ImportFault, import_profiles
from clew.node.kinship.actions.laboratories import end_laboratory, register_laboratory
from clew.node.kinship.actions.profiles import ProfileDraft, record_profile
from clew.node.kinship.actions.reviewing import (
    HitRead,
    answer_telling,
    ask_laboratory,
    decide_protection,
    hear_child,
    propose_telling,
    read_hit,
    record_answer,
    record_reunion,
)
from clew.node.kinship.actions.searching import (
    cancel_search,
    close_session,
    open_session,
    prepare_search,
    start_search,
)
from clew.node.kinship.actions.searching_widely import (
    cancel_wide_search,
    prepare_child_search,
    prepare_unit_search,
    start_wide_search,
)
from clew.node.kinship.actions.working import run_searches

__all__ = [
    "FamilyDraft",
    "HitRead",
    "ImportFault",
    "Imported",
    "ProfileDraft",
    "answer_telling",
    "ask_laboratory",
    "cancel_search",
    "cancel_wide_search",
    "close_child",
    "close_family",
    "close_session",
    "consents_ended",
    "decide_protection",
    "destroy_lost",
    "destroy_profile",
    "destroy_unconsented",
    "end_laboratory",
    "hear_child",
    "import_profiles",
    "open_session",
    "prepare_child_search",
    "prepare_search",
    "prepare_unit_search",
    "propose_telling",
    "prove",
    "read_hit",
    "record_answer",
    "record_profile",
    "record_reunion",
    "register_family",
    "register_found_child",
    "register_laboratory",
    "run_searches",
    "start_search",
    "start_wide_search",
]
