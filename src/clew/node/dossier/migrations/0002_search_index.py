"""The search index over the rows' folded text, by the store's own means; triggers keep it equal to the rows."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# The text is already folded (clew.dossier.folding), so the tokenizer must only split at spaces. The index holds no
# copy of the text: it reads the row. detail=full is needed for phrases, and phrases for Chinese.
SQLITE = (
    """CREATE VIRTUAL TABLE dossier_search USING fts5(
           text, content='dossier_entityrow', content_rowid='id', columnsize=0,
           tokenize="unicode61 remove_diacritics 0")""",
    """CREATE TRIGGER dossier_search_added AFTER INSERT ON dossier_entityrow BEGIN
           INSERT INTO dossier_search(rowid, text) VALUES (new.id, new.text); END""",
    """CREATE TRIGGER dossier_search_removed AFTER DELETE ON dossier_entityrow BEGIN
           INSERT INTO dossier_search(dossier_search, rowid, text) VALUES ('delete', old.id, old.text); END""",
    """CREATE TRIGGER dossier_search_changed AFTER UPDATE OF id, text ON dossier_entityrow BEGIN
           INSERT INTO dossier_search(dossier_search, rowid, text) VALUES ('delete', old.id, old.text);
           INSERT INTO dossier_search(rowid, text) VALUES (new.id, new.text); END""",
    # The triggers see later rows only; PostgreSQL's index holds the earlier ones by itself.
    "INSERT INTO dossier_search(dossier_search) VALUES ('rebuild')",
)
SQLITE_BACK = (
    "DROP TRIGGER dossier_search_changed",
    "DROP TRIGGER dossier_search_removed",
    "DROP TRIGGER dossier_search_added",
    "DROP TABLE dossier_search",
)
POSTGRESQL = ("CREATE INDEX dossier_search ON dossier_entityrow USING gin (to_tsvector('simple', text))",)
POSTGRESQL_BACK = ("DROP INDEX dossier_search",)


def make(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, {"sqlite": SQLITE, "postgresql": POSTGRESQL})


def drop(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    _run(editor, {"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK})


def _run(editor: BaseDatabaseSchemaEditor, by_vendor: dict[str, tuple[str, ...]]) -> None:
    for statement in by_vendor[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("dossier", "0001_store")]
    operations = [migrations.RunPython(make, drop)]
