"""What is done with accounts: officers, roles, compartments, one-time links, step-up and signing."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.acting import ACTIONS as ACTIONS
from clew.node.accounts.acting import NODE as NODE
from clew.node.accounts.acting import Actor as Actor
from clew.node.accounts.acting import NodeActor as NodeActor
from clew.node.accounts.acting import Refused as Refused
from clew.node.accounts.acting import UnauditedAction as UnauditedAction
from clew.node.accounts.acting import action as action
from clew.node.accounts.acting import not_yours as not_yours
from clew.node.accounts.acting import reading as reading
from clew.node.accounts.acting import reading_acts as reading_acts
from clew.node.accounts.acting import require as require
from clew.node.accounts.acting import require_compartment as require_compartment
from clew.node.accounts.acting import roles_read_once as roles_read_once
from clew.node.accounts.models import Compartment, CompartmentMember, RoleAssignment, SignInLink
from clew.node.accounts.models import Officer as Officer
from clew.node.accounts.passkeys import begin_assertion as begin_assertion
from clew.node.accounts.passkeys import finish_assertion as finish_assertion
from clew.node.accounts.passkeys import read_step_up as read_step_up
from clew.node.accounts.signing import OfficerSignature as OfficerSignature
from clew.node.accounts.signing import sign_as_officer as sign_as_officer
from clew.node.accounts.step_up import StepUp as StepUp
from clew.node.accounts.step_up import verify_step_up as verify_step_up
from clew.node.audit.actions import record
from clew.node.types import BadInput
from clew.vocabulary import codelist

LINK_MINUTES = 10


@action("accounts.create_officer", permission="officer.manage")
def create_officer(
    *,
    actor: Actor,
    username: str,
    full_name: str,
    roles: Sequence[str],
    language: str = "",
    password: str | None = None,
) -> Officer:
    """Add an officer with her roles. Without a password she signs in first through a one-time link.

    Raises:
        BadInput: the name is taken or empty, or a role is unknown.
    """
    username = username.strip()
    if not username or Officer.objects.filter(username__iexact=username).exists():
        raise BadInput("username", _("This user name is empty or taken."), _("Choose another one."))
    if not full_name.strip():
        raise BadInput("full_name", _("The full name is missing."), _("Enter the name colleagues know."))
    officer = Officer(username=username, full_name=full_name.strip(), language=language)
    officer.set_password(password) if password else officer.set_unusable_password()
    officer.save()
    _replace_roles(actor, officer, roles)
    record(actor=actor, act="accounts.create_officer", object_kind="officer", object_id=officer.pk)
    return officer


@action("accounts.create_integration", permission="integration.manage")
def create_integration(*, actor: Actor, full_name: str, roles: Sequence[str]) -> Officer:
    """Add an account by which another system acts. Nobody signs in with it, and without a token it may do nothing.

    Raises:
        BadInput: the name is empty, or a role is unknown.
    """
    if not full_name.strip():
        raise BadInput("full_name", _("The name is missing."), _("Enter the name of the system."))
    account = Officer(
        username=f"integration-{secrets.token_hex(8)}", full_name=full_name.strip()[:200], is_integration=True
    )
    account.set_unusable_password()
    account.save()
    _replace_roles(actor, account, roles)
    record(actor=actor, act="accounts.create_integration", object_kind="officer", object_id=account.pk)
    return account


@action("accounts.set_roles", permission="officer.manage")
def set_roles(*, actor: Actor, officer: Officer, roles: Sequence[str]) -> None:
    """Replace an officer's roles.

    Raises:
        BadInput: a role is unknown, or someone would give herself a role.
    """
    _not_oneself(actor, officer, _("You cannot change your own roles."), field="roles")
    _replace_roles(actor, officer, roles)
    record(
        actor=actor,
        act="accounts.set_roles",
        object_kind="officer",
        object_id=officer.pk,
        details={"roles": "+".join(sorted(roles))[:128]},
    )


@action("accounts.deactivate_officer", permission="officer.manage")
def deactivate_officer(*, actor: Actor, officer: Officer) -> None:
    """Bar an officer from signing in; what she did stays.

    Raises:
        BadInput: someone would bar herself.
    """
    if isinstance(actor, Officer) and actor.pk == officer.pk:
        raise BadInput("officer", _("You cannot bar yourself."), _("Ask another administrator."))
    officer.is_active = False
    officer.save(update_fields=["is_active"])
    record(actor=actor, act="accounts.deactivate_officer", object_kind="officer", object_id=officer.pk)


@action("accounts.reactivate_officer", permission="officer.manage")
def reactivate_officer(*, actor: Actor, officer: Officer) -> None:
    """Let an officer sign in again, with the roles she had."""
    officer.is_active = True
    officer.save(update_fields=["is_active"])
    record(actor=actor, act="accounts.reactivate_officer", object_kind="officer", object_id=officer.pk)


@action("accounts.create_compartment", permission="compartment.manage")
def create_compartment(*, actor: Actor, name: str, kind: str = "unit") -> Compartment:
    """Make a compartment; it has no members yet."""
    if not name.strip():
        raise BadInput("name", _("The name is missing."), _("Enter a name the team will recognise."))
    compartment = Compartment.objects.create(name=name.strip(), kind=kind)
    record(actor=actor, act="accounts.create_compartment", object_kind="compartment", object_id=compartment.pk)
    return compartment


@action("accounts.create_case_team", permission="case.open")
def create_case_team(*, actor: Actor, name: str) -> Compartment:
    """Make the compartment of a new case, with the one who opens it as its first member."""
    compartment = Compartment.objects.create(name=name, kind="case")
    if isinstance(actor, Officer):
        CompartmentMember.objects.create(compartment=compartment, officer=actor, added_by=actor)
    record(actor=actor, act="accounts.create_case_team", object_kind="compartment", object_id=compartment.pk)
    return compartment


@action("accounts.add_member", permission="compartment.manage")
def add_member(*, actor: Actor, compartment: Compartment, officer: Officer) -> None:
    """Let an officer know what is in a compartment."""
    _join(actor, compartment, officer)


@action("accounts.add_to_case_team", permission="case.team")
def add_to_case_team(*, actor: Actor, compartment: Compartment, officer: Officer) -> None:
    """A member of a case's team takes a colleague in."""
    require_compartment(actor, compartment.pk)
    _join(actor, compartment, officer)


@action("accounts.remove_member", permission="compartment.manage")
def remove_member(*, actor: Actor, compartment: Compartment, officer: Officer) -> None:
    """Take an officer out of a compartment."""
    _leave(actor, compartment, officer)


@action("accounts.remove_from_case_team", permission="case.team")
def remove_from_case_team(*, actor: Actor, compartment: Compartment, officer: Officer) -> None:
    """A member of a case's team takes a colleague out; the last one stays, or nobody could open the case.

    Raises:
        BadInput: she is the last member.
    """
    require_compartment(actor, compartment.pk)
    if compartment.members.count() <= 1:
        raise BadInput("officer", _("This is the last member of the team."), _("Add a colleague first."))
    _leave(actor, compartment, officer)


@action("accounts.set_language", permission="own.account")
def set_language(*, actor: Actor, language: str) -> None:
    """Keep the language an officer chose; "" leaves it to her browser.

    Raises:
        BadInput: the node does not speak it.
    """
    if language and language not in dict(settings.LANGUAGES):
        raise BadInput("language", _("This node does not speak that language."), _("Choose from the list."))
    if isinstance(actor, Officer):
        actor.language = language
        actor.save(update_fields=["language"])
    record(actor=actor, act="accounts.set_language", object_kind="officer", object_id=actor.pk or 0)


@action("accounts.issue_sign_in_link", permission="officer.manage")
def issue_sign_in_link(*, actor: Actor, officer: Officer, minutes: int = LINK_MINUTES) -> str:
    """Make a one-time sign-in link's token for enrolment or recovery; only its digest is kept.

    One that an administrator made replaces the password, not a second factor: else she could pass for any colleague.

    Raises:
        BadInput: for an integration.
    """
    if officer.is_integration:
        raise BadInput("officer", _("Nobody signs in as an integration."), _("It acts with a token."))
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        officer=officer,
        made_by=actor if isinstance(actor, Officer) else None,
        token_digest=_digest(token),
        expires=timezone.now() + dt.timedelta(minutes=minutes),
    )
    record(actor=actor, act="accounts.issue_sign_in_link", object_kind="officer", object_id=officer.pk)
    return token


@action("accounts.reset_second_factor", permission="node.act")
def reset_second_factor(*, actor: Actor, officer: Officer) -> None:
    """Forget the second factors of an officer who has lost them; she sets up new ones when she next signs in."""
    Authenticator.objects.filter(user_id=officer.pk).delete()
    record(actor=actor, act="accounts.reset_second_factor", object_kind="officer", object_id=officer.pk)


@action("accounts.use_sign_in_link", permission="node.act")
def use_sign_in_link(*, actor: Actor, token: str) -> SignInLink:
    """Use a one-time link's token up; the answer says whose it is and who made it.

    One that an administrator made takes the password away: the officer chooses a new one next.

    Raises:
        BadInput: unknown, used, expired, or of an officer who may no longer sign in; the sentence is the same for all.
    """
    link = SignInLink.objects.select_for_update().filter(token_digest=_digest(token)).first()
    if link is None or link.used or link.expires < timezone.now() or not link.officer.is_active:
        raise BadInput(
            "token",
            _("This link was used already, has expired, or never existed."),
            _("Ask the administrator of this node for a new one."),
        )
    link.used = timezone.now()
    link.save(update_fields=["used"])
    if link.made_by_id is not None:
        link.officer.set_unusable_password()
        link.officer.save(update_fields=["password"])
    record(actor=actor, act="accounts.use_sign_in_link", object_kind="officer", object_id=link.officer_id)
    return link


def _not_oneself(actor: Actor, officer: Officer, problem: str, *, field: str = "") -> None:
    if isinstance(actor, Officer) and actor.pk == officer.pk:
        raise BadInput(field, problem, _("Ask another administrator."))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _replace_roles(actor: Actor, officer: Officer, roles: Sequence[str]) -> None:
    unknown = [role for role in roles if role not in codelist("roles")]
    if unknown:
        raise BadInput("roles", _("There is no role %(role)s.") % {"role": unknown[0]}, _("Choose from the list."))
    officer.role_assignments.exclude(role__in=roles).delete()
    giver = actor if isinstance(actor, Officer) else None
    for role in roles:
        RoleAssignment.objects.get_or_create(officer=officer, role=role, defaults={"given_by": giver})


def _join(actor: Actor, compartment: Compartment, officer: Officer) -> None:
    giver = actor if isinstance(actor, Officer) else None
    CompartmentMember.objects.get_or_create(compartment=compartment, officer=officer, defaults={"added_by": giver})
    _record_member(actor, "accounts.add_member", compartment, officer)


def _leave(actor: Actor, compartment: Compartment, officer: Officer) -> None:
    compartment.members.filter(officer=officer).delete()
    _record_member(actor, "accounts.remove_member", compartment, officer)


def _record_member(actor: Actor, act: str, compartment: Compartment, officer: Officer) -> None:
    record(actor=actor, act=act, object_kind="compartment", object_id=compartment.pk, details={"officer": officer.pk})
