"""What a search of the directory looks through: folded text, also of the rows that are there already."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from clew.node.folded import FoldedField, fold_rows

OF = ("name",)


def fold_what_is_there(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    fold_rows(apps.get_model("partners", "Party").objects.using(editor.connection.alias), of=OF)


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_joint_agreements_and_renewal")]
    operations = [
        migrations.AddField(model_name="party", name="folded", field=FoldedField(of=OF)),
        migrations.RunPython(fold_what_is_there, migrations.RunPython.noop),
    ]
