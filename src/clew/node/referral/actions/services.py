"""The directory of services: who helps with what, for whom, in which languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node import at_rest
from clew.node.accounts.actions import Actor, Officer, action, reading, require_compartment
from clew.node.accounts.queries import compartment_ids, is_case_team
from clew.node.audit.actions import record
from clew.node.partners.queries import party
from clew.node.referral.access import human
from clew.node.referral.arrangement import address_bound_to
from clew.node.referral.checking import choice_problems, codes, several_problems, text_problems
from clew.node.referral.models import Referral, Service, new_uid
from clew.node.types import BadInput, BadInputs

AUTHORITIES: Final = frozenset({"police", "prosecutor", "ncb"})
"""What such an office may learn is a release, never a referral (guards 1 and 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDraft:
    """A service before it is entered.

    Attributes:
        party: uid of its organisation, to which a consent is given. team_id: the team here that answers, or None.
        kinds: codes of `service_kinds`. groups: of `service_groups`. languages: of `languages`.
        place_class: code of `place_classes`, or "". places: free ones, None where nobody counts.
        address: of a protected place; sealed, and never handed on.
    """

    name: str
    party: str
    kinds: Sequence[str]
    country: str
    groups: Sequence[str] = field(default_factory=tuple)
    languages: Sequence[str] = field(default_factory=tuple)
    team_id: int | None = None
    place_class: str = ""
    places: int | None = None
    hours: str = ""
    admission: str = ""
    address: str = ""

    def problems(self) -> list[BadInput]:
        """Every fault."""
        found = text_problems({"name": self.name}, longest=120)
        optional = {"hours": self.hours, "address": self.address}
        found += text_problems(optional, longest=200, optional=optional)
        found += text_problems({"admission": self.admission}, optional={"admission"})
        found += several_problems("kinds", self.kinds, "service_kinds")
        found += several_problems("groups", self.groups, "service_groups") if self.groups else []
        found += several_problems("languages", self.languages, "languages") if self.languages else []
        found += choice_problems(
            {
                "country": (self.country, vocabulary.country_codes()),
                "place_class": (self.place_class, codes("place_classes", none=True)),
            }
        )
        return found + _party_problems(self.party) + _team_problems(self.team_id)


@action("referral.register_service", permission="service.manage")
def register_service(*, actor: Actor, draft: ServiceDraft) -> Service:
    """Enter a service. Nobody is entered who would learn through it what a release has to decide.

    Raises:
        Refused: it is to be answered by a team that is not the actor's.
        BadInputs: every fault at once.
    """
    officer = human(actor)
    if draft.team_id is not None:
        require_compartment(actor, draft.team_id)
    problems = draft.problems()
    if problems:
        raise BadInputs(problems)
    uid = new_uid()
    sealed = at_rest.seal(draft.address.strip().encode(), address_bound_to(uid)) if draft.address.strip() else b""
    made = Service.objects.create(
        uid=uid, name=draft.name.strip(), party=draft.party, team_id=draft.team_id, kinds=sorted(set(draft.kinds)),
        groups=sorted(set(draft.groups)), languages=sorted(set(draft.languages)), country=draft.country,
        place_class=draft.place_class, places=draft.places, hours=draft.hours.strip(),
        admission=draft.admission.strip(), sealed_address=sealed, registered_by=officer, registered=timezone.now(),
    )  # fmt: skip
    _log(officer, "referral.register_service", made, party=made.party, protected=bool(sealed))
    return made


@action("referral.set_places", permission="service.manage")
def set_places(*, actor: Actor, service_id: int, places: int | None) -> Service:
    """Say how many places a service has free; None where nobody counts."""
    officer, found = human(actor), _standing(service_id)
    if places is not None and not 0 <= places <= 10_000:
        raise BadInput("places", _("This is no number of places."), _("Enter how many places are free now."))
    found.places = places
    found.save(update_fields=["places"])
    _log(officer, "referral.set_places", found, places=-1 if places is None else places)
    return found


@action("referral.end_service", permission="service.manage")
def end_service(*, actor: Actor, service_id: int) -> Service:
    """Take a service out of the directory; referrals to it stay as they are."""
    officer, found = human(actor), _standing(service_id)
    found.ended = timezone.now()
    found.save(update_fields=["ended"])
    _log(officer, "referral.end_service", found)
    return found


@reading("referral.read_address", permission="service.address", object_kind="service", of=("service_id",))
def read_address(*, actor: Officer, service_id: int) -> str | None:
    """Where a protected place is: each look is an entry of the log (guard 5).

    For the team that answers for it and for one whose referral it took; None for everyone else, and where no address
    is kept.
    """
    found = Service.objects.filter(pk=service_id).first()
    if found is None or not bytes(found.sealed_address) or not _may_know_place(actor, found):
        return None
    return at_rest.unseal(bytes(found.sealed_address), address_bound_to(found.uid)).decode()


def _may_know_place(officer: Officer, service: Service) -> bool:
    teams = set(compartment_ids(officer))
    if service.team_id in teams:
        return True
    took_her = service.referrals.filter(state=Referral.State.ACCEPTED, path__compartment_id__in=teams)
    return took_her.exists() or (service.team_id is None and service.registered_by_id == officer.pk)


def _standing(service_id: int) -> Service:
    found = Service.objects.filter(pk=service_id, ended=None).first()
    if found is None:
        raise BadInput("", _("There is no such service."), _("Go back to the directory."))
    return found


def _party_problems(uid: str) -> list[BadInput]:
    found = party(uid)
    if found is None:
        return [BadInput("party", _("The directory does not know this party."), _("Choose one from the list."))]
    if found.is_own:
        return []
    if found.kind in AUTHORITIES or found.post_kind:
        cure = _("What an authority may know of her is decided as a release, with its rules and a second person.")
        return [BadInput("party", _("An authority is no service."), cure)]
    return []


def _team_problems(team_id: int | None) -> list[BadInput]:
    """The directory is read by every team: a case's team is called as the case is, and would tell them of it."""
    if team_id is None or not is_case_team(team_id):
        return []
    cure = _("Choose a standing team. An administrator makes one under Teams and units.")
    return [BadInput("team", _("This is the team of one case, called as the case is."), cure)]


def _log(officer: Officer, act: str, service: Service, **details: Any) -> None:
    record(actor=officer, act=act, object_kind="service", object_id=service.pk, details=details)
