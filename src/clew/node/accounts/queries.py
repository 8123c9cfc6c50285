"""Who may do and see what."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, QuerySet

from clew.node.accounts.acting import Actor, NodeActor, roles_of, within_token
from clew.node.accounts.models import Compartment, CompartmentMember, Officer
from clew.node.accounts.passkeys import begin_assertion
from clew.node.accounts.permissions import (
    known_permissions,
    open_to_integrations,
    permissions_of_roles,
    roles_holding,
    sentence_of,
)
from clew.node.accounts.signing import public_key_of


def permissions_of(actor: Actor) -> frozenset[str]:
    """Every permission the actor holds; an inactive officer holds none."""
    if isinstance(actor, NodeActor):
        return known_permissions()
    held = permissions_of_roles(roles_of(actor)) if actor.is_active else frozenset()
    return held & within_token(actor) if actor.is_integration else held


def officer_roles(officer: Officer) -> frozenset[str]:
    """The codes of the officer's roles."""
    return roles_of(officer)


def visible_compartments(officer: Actor) -> QuerySet[Compartment]:
    """The compartments whose content the officer may see, to be joined; none for an officer who may see no case."""
    if isinstance(officer, NodeActor):
        return Compartment.objects.all()
    if "case.see" not in permissions_of(officer):
        return Compartment.objects.none()
    return Compartment.objects.filter(members__officer=officer)


def seen_by(officer: Actor, compartment: str = "compartment_id") -> Exists:
    """A condition for rows of other tables: whether the officer may see the compartment that a field names by number.

    It is asked row by row, so that it costs the same for an officer in twenty thousand teams as for one in two.
    """
    if isinstance(officer, NodeActor):
        return Exists(Compartment.objects.filter(pk=OuterRef(compartment)))
    if "case.see" not in permissions_of(officer):
        return Exists(Compartment.objects.none())
    # Of the membership alone, which one index answers.
    return Exists(CompartmentMember.objects.filter(compartment_id=OuterRef(compartment), officer=officer))


def compartment_ids(officer: Actor) -> list[int]:
    """The numbers of the compartments whose content the officer may see."""
    return list(visible_compartments(officer).values_list("pk", flat=True))


def compartments_of(officer: Officer) -> QuerySet[Compartment]:
    """The compartments whose content the officer may see, by name."""
    return visible_compartments(officer).order_by("name")


def standing_teams_of(officer: Officer) -> QuerySet[Compartment]:
    """Those of them that belong to no case, by name: a case's team is called as the case is."""
    return compartments_of(officer).exclude(kind="case")


def is_case_team(compartment_id: int) -> bool:
    """Whether a compartment is the team of one case."""
    return Compartment.objects.filter(pk=compartment_id, kind="case").exists()


def officers_with_role(role: str) -> QuerySet[Officer]:
    """Active officers who hold a role; no integration, for they are asked for what a human answers for."""
    return Officer.objects.filter(is_active=True, is_integration=False, role_assignments__role=role).order_by(
        "full_name"
    )


def members_of(compartment_id: int) -> QuerySet[Officer]:
    """Active officers of a compartment; no integration, as in `officers_with_role`."""
    return Officer.objects.filter(
        is_active=True, is_integration=False, memberships__compartment_id=compartment_id
    ).order_by("full_name")


def officer_public_key(officer: Officer) -> bytes | None:
    """The raw Ed25519 public key that signs for the officer now, if she has signed before."""
    return public_key_of(officer)


@dataclass(frozen=True, slots=True)
class StepUpChoice:
    """How an officer can prove her presence for one digest; shown by the fragment `accounts/step_up.html`.

    `passkey_options` is the JSON for her passkey, "" if she has none; `has_code` whether she can enter a code.
    """

    passkey_options: str
    has_code: bool


def step_up_choice(officer: Officer, digest: bytes) -> StepUpChoice:
    """What `accounts/step_up.html` needs, as `step_up` in its context, to have a digest signed."""
    options = begin_assertion(officer, digest)
    codes = Authenticator.objects.filter(user_id=officer.pk).exclude(type=Authenticator.Type.WEBAUTHN)
    return StepUpChoice(json.dumps(options) if options else "", codes.exists())


def officer_list() -> QuerySet[Officer]:
    """Every officer by name, with her roles; those barred last. Integrations have a page of their own."""
    return (
        Officer.objects.filter(is_integration=False)
        .prefetch_related("role_assignments")
        .order_by("-is_active", "full_name")
    )


def names_of(officer_ids: Iterable[int | None]) -> dict[int, str]:
    """The names of officers by id."""
    wanted = {pk for pk in officer_ids if pk is not None}
    return {officer.pk: str(officer) for officer in Officer.objects.filter(pk__in=wanted)}


def compartment_list() -> QuerySet[Compartment]:
    """Every compartment by name, with the number of its members; not what is in it."""
    return Compartment.objects.annotate(member_count=Count("members")).order_by("name")


def second_factors(officer: Officer) -> list[Authenticator]:
    """An officer's authenticators, passkeys and recovery codes, oldest first."""
    return list(Authenticator.objects.filter(user_id=officer.pk).order_by("created_at"))


def people() -> QuerySet[Officer]:
    """Active officers who are persons, by name."""
    return Officer.objects.filter(is_active=True, is_integration=False).order_by("full_name")


def integration_permissions(officer: Officer) -> frozenset[str]:
    """What a token of this integration can permit: the permissions of its roles that are open to integrations."""
    return permissions_of_roles(roles_of(officer)) & open_to_integrations()


def integration_account(pk: int, scopes: frozenset[str]) -> Officer | None:
    """The account of an integration that came with a token of these scopes; None where it is barred."""
    found = Officer.objects.filter(pk=pk, is_integration=True, is_active=True).first()
    if found is not None:
        found.scopes = scopes
    return found


def roles_that_may(permission: str) -> frozenset[str]:
    """The codes of the roles that hold a permission; none for one that nobody holds."""
    return roles_holding(permission)


def permission_words(permissions: Iterable[str]) -> dict[str, str]:
    """What permissions are for, in the reader's language, by their codes."""
    return {each: sentence_of(each) for each in permissions}
