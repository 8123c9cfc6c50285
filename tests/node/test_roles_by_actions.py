"""Every action against every role, generated from the actions themselves: permission first, before anything else.

Each is called with its actor and an argument that no action takes: it must end in `Refused`, or, where the role permits
it, in the `TypeError` for that argument. Nothing of its body runs in either case.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps

from clew.node.accounts.acting import RegisteredAction
from clew.node.accounts.actions import ACTIONS, NODE, Officer, Refused
from clew.node.accounts.permission_words import WORDS
from clew.node.accounts.permissions import known_permissions, roles_holding
from clew.node.audit.models import AuditEntry
from clew.vocabulary import codelist

ROLES = [code for code, _label in codelist("roles").choices("en")]
NO_ACTION = {
    "clew.node.accounts.actions.action": "the decorator that makes actions",
    "clew.node.accounts.actions.begin_assertion": "prepares a question to a passkey, changes nothing",
    "clew.node.accounts.actions.finish_assertion": "checks a passkey's answer, changes nothing",
    "clew.node.accounts.actions.read_step_up": "reads a proof of presence; the act it is for has the permission",
    "clew.node.accounts.actions.not_yours": "the words of a refusal, changes nothing",
    "clew.node.accounts.actions.reading": "the decorator that makes recorded readings",
    "clew.node.accounts.actions.reading_acts": "names of acts, changes nothing",
    "clew.node.accounts.actions.require": "the permission check itself",
    "clew.node.accounts.actions.require_compartment": "the check of membership itself",
    "clew.node.accounts.actions.roles_read_once": "how often roles are read, changes nothing",
    "clew.node.accounts.actions.sign_as_officer": "called inside the act that is signed, with a proof of presence",
    "clew.node.accounts.actions.verify_step_up": "every officer may prove that she is there; failures are recorded",
    "clew.node.api.actions.secret_bound_to": "a label for sealing, changes nothing",
    "clew.node.api.actions.token_digest": "what whoever takes a token signs, computed; changes nothing",
    "clew.node.api.actions.webhook_digest": "what whoever names an address signs, computed; changes nothing",
    "clew.node.audit.actions.checkpoint": "checks audit.verify itself: accounts stand on audit and not the other way",
    "clew.node.audit.actions.record": "the log itself, written inside an action",
    "clew.node.audit.actions.record_many": "the log itself, written inside an action",
    "clew.node.audit.actions.recorded_entries": "counts, changes nothing",
    "clew.node.audit.actions.unrecorded_readings": "reads the log for the decorator of readings, changes nothing",
    "clew.node.cases.actions.receive_file": "seals what comes in before any case speaks of it; add_document is the act",
    "clew.node.cases.actions.sweep_documents": "the worker removes files that no document names; no act of an officer",
    "clew.node.cases.actions.too_large": "words for a refusal, changes nothing",
    "clew.node.consent.actions.longest_days": "a number from the rules, changes nothing",
    "clew.node.disclosure.actions.approval_digest": "what an approver signs, computed; changes nothing",
    "clew.node.disclosure.actions.mark_digest": "what whoever lifts a mark signs, computed; changes nothing",
    "clew.node.rulebook.actions.setting_digest": "what whoever confirms a setting signs, computed; changes nothing",
    "clew.node.disclosure.actions.run_simulations": "the worker's turn; each simulation was started by an action",
    "clew.node.rulebook.actions.work_on_simulation": "keeps what the worker's turn found; the end is recorded",
    "clew.node.dossier.actions.blank_what_is_overwritten": "how the store forgets, inside an act that destroys",
    "clew.node.kinship.actions.consents_ended": "part of the act that withdraws a consent, which asks its permission",
    "clew.node.kinship.actions.prove": "reads files to note that what was destroyed is gone; no act of an officer",
    "clew.node.kinship.actions.run_searches": "the worker's turn; each search was started by an action",
    "clew.node.matching.actions.compare_waiting": "the worker's turn; what it keeps is kept by keep_comparison",
    "clew.node.matching.actions.facts_changed": "part of the act that changed the facts, which asks its permission",
    "clew.node.matching.actions.rows_rebuilt": "part of the act that makes the rows anew, which asks its permission",
    "clew.node.referral.actions.consents_ended": "part of the act that withdraws a consent, which asks its permission",
    "clew.node.referral.actions.person_erased": "part of the act that erases a person, which asks its permission",
    "clew.node.partners.actions.keep_own_keys": "the worker's turn on the own card; each thing it does is an action",
    "clew.node.oversight.actions.delete_and_prove": "composes delete_overdue and confirm_deletion, which are actions",
    "clew.node.disclosure.actions.sealed_reason_digest": "what is proved before a sealed reason; changes nothing",
    "clew.node.transfer.actions.discard_old_exports": "the worker removes files past their time, and records each",
    "clew.node.transfer.actions.hand_out": "called inside the act that takes the register or the log, which records it",
    "clew.node.transfer.actions.import_now": "composes start_import and run_import, which are actions",
    "clew.node.transfer.actions.keep_bag": "writes what export_documents decided, and records that it was written",
    "clew.node.transfer.actions.run_import": "the worker's work on an import that its officer started by an action",
    "clew.node.transfer.actions.run_pending": "the worker's turn; each import it runs is an action of its officer",
    "clew.node.transfer.actions.write_bag_out": "as keep_bag, to where the officer wants it",
}
"""Public functions of an app's `actions` that are no actions, each with the reason."""


def modules_of(name: str) -> Iterator[ModuleType]:
    """The module, and where it is a package all modules in it."""
    module = import_module(name)
    yield module
    for found in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{name}."):
        yield from modules_of(found.name)


def action_modules() -> list[ModuleType]:
    """`actions` of every app of the node; an app without one has nothing to do."""
    found: list[ModuleType] = []
    for config in apps.get_app_configs():
        if config.name.startswith("clew.node.") and config.module and _has_actions(config.name):
            found.extend(modules_of(f"{config.name}.actions"))
    return found


def _has_actions(app: str) -> bool:
    return any(each.name == "actions" for each in pkgutil.iter_modules(import_module(app).__path__))


DOORS = [module for module in action_modules() if module.__name__.endswith(".actions")]
OURS = sorted(name for name, found in ACTIONS.items() if found.function.__module__.startswith("clew."))


@pytest.fixture
def officer_in(officer_factory: Callable[..., Officer]) -> Callable[[str], Officer]:
    return lambda role: officer_factory(roles=[role], second_factor=False)


NOT_TAKEN: dict[str, Any] = {"not_taken": None}


def test_there_are_thirteen_roles_and_many_actions() -> None:
    assert len(ROLES) == 13
    assert len(OURS) > 40


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.django_db
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: str, officer_in: Callable[[str], Officer]) -> None:
    actor = officer_in(role)
    before = AuditEntry.objects.count()
    wrong = [name for name in OURS if _is_permitted(ACTIONS[name], actor) != (role in _holders(name))]
    assert wrong == []
    assert AuditEntry.objects.count() == before


@pytest.mark.django_db
def test_the_node_itself_may_do_everything() -> None:
    for name in OURS:
        with pytest.raises(TypeError) as stranger:
            ACTIONS[name].function(actor=NODE, **NOT_TAKEN)
        assert _was_not_entered(ACTIONS[name], stranger.value)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.django_db
def test_an_action_is_refused_to_everyone_who_is_no_active_officer(
    name: str, officer_factory: Callable[..., Officer]
) -> None:
    barred = officer_factory(roles=ROLES, second_factor=False)
    barred.is_active = False
    for nobody in (None, "officer", barred, officer_factory(roles=[], second_factor=False)):
        with pytest.raises(Refused):
            ACTIONS[name].function(actor=nobody)
    with pytest.raises(Refused):
        ACTIONS[name].function()


@pytest.mark.parametrize("name", OURS)
def test_an_action_takes_its_actor_by_name_and_needs_a_permission_that_is_known(name: str) -> None:
    found = ACTIONS[name]
    assert found.permission in known_permissions()
    actor = found.signature.parameters["actor"]
    assert actor.kind is inspect.Parameter.KEYWORD_ONLY
    assert actor.default is inspect.Parameter.empty


def test_every_permission_has_words_and_only_roles_that_exist() -> None:
    assert set(WORDS) == known_permissions()
    assert {role for permission in known_permissions() for role in roles_holding(permission)} <= set(ROLES)


def test_an_administrator_may_see_no_case_no_dossier_and_no_letter() -> None:
    for permission in ("case.see", "dossier.see", "dossier.identify", "letter.see", "release.see", "document.read"):
        assert "administrator" not in roles_holding(permission)


@pytest.mark.parametrize("module", DOORS, ids=lambda module: module.__name__)
def test_every_public_function_among_the_actions_is_an_action_or_says_why_not(module: ModuleType) -> None:
    registered = {id(found.function) for found in ACTIONS.values()}
    offered = _offered(module)
    missing = [
        f"{module.__name__}.{name}"
        for name, function in offered.items()
        if id(function) not in registered and f"{module.__name__}.{name}" not in NO_ACTION
    ]
    assert missing == []


def test_every_reason_belongs_to_a_function_that_exists() -> None:
    gone = []
    for full_name in NO_ACTION:
        module, _, name = full_name.rpartition(".")
        if not callable(getattr(import_module(module), name, None)):
            gone.append(full_name)
    assert gone == []


def _offered(module: ModuleType) -> dict[str, Callable[..., object]]:
    """The functions that an app's `actions` offers to others: `__all__`, or what it defines and what it passes on."""
    names = set(getattr(module, "__all__", ())) or _defined_or_passed_on(module)
    return {
        name: function
        for name in names
        if not name.startswith("_") and inspect.isfunction(function := getattr(module, name))
    }


def _defined_or_passed_on(module: ModuleType) -> set[str]:
    names = set()
    for statement in ast.parse(inspect.getsource(module)).body:
        if isinstance(statement, ast.FunctionDef):
            names.add(statement.name)
        elif isinstance(statement, ast.ImportFrom):
            names |= {each.name for each in statement.names if each.asname == each.name}
    return names


def _holders(name: str) -> frozenset[str]:
    return roles_holding(ACTIONS[name].permission)


def _is_permitted(found: RegisteredAction, actor: Officer) -> bool:
    with pytest.raises((Refused, TypeError)) as ended:
        found.function(actor=actor, **NOT_TAKEN)
    if isinstance(ended.value, Refused):
        return False
    assert isinstance(ended.value, TypeError)
    assert _was_not_entered(found, ended.value), f"the body of {found.name} ran"
    return True


def _was_not_entered(found: RegisteredAction, error: TypeError) -> bool:
    """Python itself refused the arguments: one is unknown, or (where any is taken) others are missing."""
    name = f"{found.function.__name__}() "
    return str(error).startswith((f"{name}got an unexpected keyword argument", f"{name}missing "))
