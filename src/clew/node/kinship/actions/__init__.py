"""What people do with families, found children, laboratories and profiles."""

from clew.node.kinship.actions.destroying import (
    consents_ended,
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
from clew.node.kinship.actions.laboratories import end_laboratory, register_laboratory
from clew.node.kinship.actions.profiles import ProfileDraft, record_profile

__all__ = [
    "FamilyDraft",
    "ProfileDraft",
    "close_child",
    "close_family",
    "consents_ended",
    "destroy_profile",
    "destroy_unconsented",
    "end_laboratory",
    "prove",
    "record_profile",
    "register_family",
    "register_found_child",
    "register_laboratory",
]
