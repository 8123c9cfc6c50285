"""The store itself refuses to change or remove what the log holds; triggers, because code can be forgotten."""

from django.db import migrations

TABLES = ("audit_auditentry", "audit_checkpoint")
SAYS = "the audit log is append-only"


def guard(apps, schema_editor):
    """Put the triggers up."""
    sqlite = schema_editor.connection.vendor == "sqlite"
    for table in TABLES:
        for statement in _sqlite(table) if sqlite else _postgresql(table):
            schema_editor.execute(statement)


def unguard(apps, schema_editor):
    """Take the triggers down."""
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            for act in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{act}")
        else:
            schema_editor.execute(f"DROP FUNCTION {table}_append_only() CASCADE")


def _sqlite(table):
    for act in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        )


def _postgresql(table):
    function = f"{table}_append_only"
    yield (
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{SAYS}'; END $$"
    )
    yield (
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    )
    yield (
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_store")]
    operations = [migrations.RunPython(guard, unguard)]
