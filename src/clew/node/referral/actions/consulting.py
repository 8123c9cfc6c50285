"""Reading a path and a referral: who read it, and when, is an entry of the log (R32)."""

from __future__ import annotations

from clew.node.accounts.actions import Officer, reading
from clew.node.dossier.actions import read_entity
from clew.node.referral.queries import path_page, referral_page
from clew.node.referral.queries.incoming import IncomingPage, incoming_page
from clew.node.referral.queries.own_page import OwnPage, own_page
from clew.node.referral.queries.path_page import PathPage
from clew.node.referral.queries.referrals import ReferralPage


@reading("referral.read_path", permission="pathway.see", object_kind="path", of=("path_id",))
def read_path(*, actor: Officer, path_id: int) -> PathPage | None:
    """A path with all that was recorded on it, for her team; None for everyone else."""
    return path_page.path_page(officer=actor, path_id=path_id)


@reading("referral.read_own_page", permission="pathway.work", object_kind="path", of=("path_id",))
def read_own_page(*, actor: Officer, path_id: int) -> OwnPage | None:
    """What a person is shown of herself by her team; None for every other team."""
    path = path_page.path_of(officer=actor, pk=path_id)
    if path is None:
        return None
    return own_page(officer=actor, path_id=path_id, dossier=read_entity(actor=actor, entity_id=path.person_id))


@reading("referral.read_referral", permission="referral.answer", object_kind="referral", of=("referral_id",))
def read_referral(*, actor: Officer, referral_id: int) -> ReferralPage | None:
    """What a service was told, for the team that answers for it or that asked; None for everyone else."""
    return referral_page(officer=actor, referral_id=referral_id)


@reading("referral.read_incoming", permission="referral.answer", object_kind="incoming_referral", of=("incoming_id",))
def read_incoming(*, actor: Officer, incoming_id: int) -> IncomingPage | None:
    """What a partner told of a person whom a team here is asked to help, for that team; None for everyone else."""
    return incoming_page(officer=actor, incoming_id=incoming_id)
