from django.db import migrations, models
from django.db.models.functions import TruncDate


def expire(apps, schema_editor):
    """A category said for ever held no longer than the day it was said: whoever needs it says it again, with a date.

    Nothing is lost: what was said stays, with its day and who said it.
    """
    said = apps.get_model("dossier", "PersonCategory").objects.using(schema_editor.connection.alias)
    said.filter(expires__isnull=True).update(expires=TruncDate("entered"))


class Migration(migrations.Migration):
    dependencies = [("dossier", "0003_source_chain")]
    operations = [
        migrations.RunPython(expire, migrations.RunPython.noop),
        migrations.AlterField("personcategory", "expires", models.DateField()),
    ]
