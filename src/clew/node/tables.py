"""Making the tables of a store: all of them at once where it is empty, those of an app in one step of a migration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

if TYPE_CHECKING:
    from django.db.migrations.state import StateApps

Step = tuple[str, str]
"""An app's label and the name of one of its migrations."""


class CreateModels(Operation):
    """Creates models that belong together, as `CreateModel` does one by one.

    After each of its operations Django draws every model anew that is linked to a changed one, and in Clew nearly all
    are linked: a new node spent ten seconds of twelve on that. The models of one step are drawn once here.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = tuple(models)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the models to the state and let go of the drawn ones."""
        if "apps" in vars(state):
            del state.apps
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create the tables as they are once all models are there, so that they may refer to each other."""
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the tables, the last one first."""
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """What the step does, for `migrate`'s own lines."""
        return "Create " + ", ".join(model.name for model in self.models)


def bring_up_to_date() -> None:
    """Bring the node's store to what this program needs: made at once where it is empty, else by what is still missing.

    Raises:
        django.db.OperationalError: the store cannot be used.
    """
    from django.core.management import call_command
    from django.db import connection

    if not connection.introspection.table_names():
        make_at_once(connection)
    call_command("migrate", interactive=False, verbosity=0)


def make_at_once(store: BaseDatabaseWrapper) -> None:
    """Make every table of an empty store from the models as they are now, in one transaction.

    One migration after the other gives the same store, but for the order of columns (a test compares them); it draws
    most models anew each time, which was three quarters of the time that a new node took.
    """
    executor = MigrationExecutor(store)
    with store.schema_editor(atomic=True) as editor:
        executor.recorder.ensure_schema()
        for app in apps.get_app_configs():
            if app.label in executor.loader.migrated_apps:
                for model in filter(lambda model: model._meta.can_migrate(store), app.get_models()):  # noqa: SLF001
                    editor.create_model(model)
        for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes()):
            _run_what_no_model_says(migration, editor)
            # What stands for earlier migrations is recorded by them, as Django does; the check adds its own name.
            for step in migration.replaces or [(migration.app_label, migration.name)]:
                executor.recorder.record_applied(*step)
        executor.check_replacements()


def _run_what_no_model_says(migration: Migration, editor: BaseDatabaseSchemaEditor) -> None:
    """Triggers and search indexes; what fills rows finds none."""
    for operation in migration.operations:
        if isinstance(operation, RunSQL):
            message = f"{migration} runs SQL, which a store made at once would lack: let a function run it."
            raise TypeError(message)
        if isinstance(operation, RunPython):
            operation.code(cast("StateApps", apps), editor)


def migrate_to(store: BaseDatabaseWrapper, seen: Sequence[Step]) -> None:
    """Bring a store to where it has seen these migrations, with all that they build on, and no others."""
    executor = MigrationExecutor(store)
    graph = executor.loader.graph
    wanted = graph.nodes.keys() & set(seen)
    if wanted == graph.nodes.keys() and not executor.loader.applied_migrations:
        make_at_once(store)
        return
    # Only the last of each line: to Django a migration that others follow is a place to go back to.
    executor.migrate([step for step in wanted if not {node.key for node in graph.node_map[step].children} & wanted])


def seen_migrations(store: BaseDatabaseWrapper) -> list[Step]:
    """What a store has seen."""
    return sorted(MigrationRecorder(store).applied_migrations())


def unknown_migrations(seen: Iterable[Step]) -> list[str]:
    """Those that this program does not know: a later one made them."""
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    known = {*disk, *(step for migration in disk.values() for step in migration.replaces)}
    return [f"{app} {name}" for app, name in sorted(set(seen) - known)]
