"""What an action is: permission first, one transaction, and never without an audit entry."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import ParamSpec, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from clew.node.accounts.models import Officer
from clew.node.accounts.permissions import open_to_integrations, roles_holding, sentence_of
from clew.node.audit.actions import record_many, recorded_entries, unrecorded_readings

_roles_read: ContextVar[dict[int, frozenset[str]] | None] = ContextVar("roles_read", default=None)

P = ParamSpec("P")
R = TypeVar("R")


class NodeActor:
    """The node itself: inbound, worker, or the command line on its own host."""

    pk: None = None

    def __str__(self) -> str:
        return "node"


NODE = NodeActor()
Actor = Officer | NodeActor


class Refused(PermissionDenied):
    """An act that its actor may not do.

    Attributes:
        sentence: what was refused and why.
        who_can_help: whom to turn to.
    """

    def __init__(self, sentence: str, who_can_help: str) -> None:
        super().__init__(f"{sentence} {who_can_help}")
        self.sentence = sentence
        self.who_can_help = who_can_help


class UnauditedAction(RuntimeError):
    """An action changed something without an audit entry; its transaction is rolled back."""


@dataclass(frozen=True, slots=True)
class RegisteredAction:
    """An action by name, with the permission it needs. `reads`: it shows something and changes nothing."""

    name: str
    permission: str
    function: Callable[..., object]
    signature: inspect.Signature
    reads: bool = False


ACTIONS: dict[str, RegisteredAction] = {}


def action(name: str, *, permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action.

    Args:
        name: `app.function`, as the audit log names it.
        permission: the code the actor's roles must hold.

    The wrapped function raises `Refused` before its body runs, and `UnauditedAction` if the body recorded nothing.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def act(*args: P.args, **kwargs: P.kwargs) -> R:
            require(cast("Actor", kwargs.get("actor")), permission)
            with transaction.atomic():
                before = recorded_entries()
                result = function(*args, **kwargs)
                if recorded_entries() == before:
                    raise UnauditedAction(f"{name} recorded no audit entry.")
            return result

        _register(RegisteredAction(name, permission, act, inspect.signature(function)))
        return act

    return wrap


def reading(
    name: str, *, permission: str, object_kind: str, of: tuple[str, ...]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function that shows something an act of which the log tells who read what, and when, and no value (R32).

    What is read and its entry share one transaction: where the log cannot be written, nothing is shown. One entry
    stands for an officer's readings of an object for an hour (`ONE_READING`). A function that finds nothing for its
    actor returns None, and nothing was read.

    Args:
        object_kind: what is read, as the log calls it. of: the arguments that name the objects.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def act(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = cast("Actor", kwargs.get("actor"))
            require(actor, permission)
            asked = [cast("int | str", kwargs.get(each, "")) for each in of]
            new = unrecorded_readings(actor=actor, act=name, object_kind=object_kind, object_ids=asked)
            if not new:
                # Without a transaction: one would wait for whoever is writing.
                return function(*args, **kwargs)
            with transaction.atomic():
                found = function(*args, **kwargs)
                if found is not None:
                    record_many(actor=actor, act=name, object_kind=object_kind, objects=[(each, {}) for each in new])
            return found

        _register(RegisteredAction(name, permission, act, inspect.signature(function), reads=True))
        return act

    return wrap


def reading_acts() -> frozenset[str]:
    """The acts that only show something: after them everything is as it was."""
    return frozenset(name for name, found in ACTIONS.items() if found.reads)


def _register(found: RegisteredAction) -> None:
    if found.name in ACTIONS:
        raise ValueError(f"There are two actions called {found.name}.")
    ACTIONS[found.name] = found


def require(actor: Actor, permission: str) -> None:
    """Refuse unless the actor holds the permission. Anything that is no active officer and not the node is refused."""
    if isinstance(actor, NodeActor):
        return
    if isinstance(actor, Officer) and _may(actor, permission):
        return
    raise Refused(
        _("You may not do this: %(what)s") % {"what": sentence_of(permission)},
        _("A colleague with the right role, or the administrator who gives out roles, can help."),
    )


def _may(officer: Officer, permission: str) -> bool:
    if not officer.is_active or not roles_of(officer) & roles_holding(permission):
        return False
    return not officer.is_integration or permission in within_token(officer)


def within_token(integration: Officer) -> frozenset[str]:
    """What an integration's token lets it do at most, whatever its roles hold: never what a human answers for."""
    return integration.scopes & open_to_integrations()


def require_compartment(actor: Actor, compartment_id: int) -> None:
    """Refuse unless the actor is a member of the compartment."""
    if isinstance(actor, NodeActor):
        return
    if isinstance(actor, Officer) and actor.memberships.filter(compartment_id=compartment_id).exists():
        return
    raise not_yours()


def not_yours() -> Refused:
    """The refusal of what does not exist and of what is another team's: the same words, so that nobody learns which."""
    return Refused(
        _("This is not among what your teams work on."), _("A member of the team that works on it can add you.")
    )


@contextlib.contextmanager
def roles_read_once() -> Iterator[None]:
    """Within it an officer's roles are read once: what only reads is asked dozens of times whether she may.

    For requests that change nothing, and for the part of an act that only reads; whoever enters it reads them anew.
    """
    token = _roles_read.set({})
    try:
        yield
    finally:
        _roles_read.reset(token)


def roles_of(officer: Officer) -> frozenset[str]:
    """The codes of the officer's roles."""
    read = _roles_read.get()
    if read is not None and officer.pk in read:
        return read[officer.pk]
    found = frozenset(officer.role_assignments.values_list("role", flat=True))
    if read is not None:
        read[officer.pk] = found
    return found
