"""Reading a path and a referral: who read it, and when, is an entry of the log (R32)."""

from __future__ import annotations

from clew.node.accounts.actions import Officer, reading
from clew.node.referral.queries import path_page, referral_page
from clew.node.referral.queries.path_page import PathPage
from clew.node.referral.queries.referrals import ReferralPage


@reading("referral.read_path", permission="pathway.see", object_kind="path", of=("path_id",))
def read_path(*, actor: Officer, path_id: int) -> PathPage | None:
    """A path with all that was recorded on it, for her team; None for everyone else."""
    return path_page.path_page(officer=actor, path_id=path_id)


@reading("referral.read_referral", permission="referral.answer", object_kind="referral", of=("referral_id",))
def read_referral(*, actor: Officer, referral_id: int) -> ReferralPage | None:
    """What a service was told, for the team that answers for it or that asked; None for everyone else."""
    return referral_page(officer=actor, referral_id=referral_id)
