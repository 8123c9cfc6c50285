from django.db import migrations, models


def keep_what_was_chosen(apps, schema_editor):
    """A table that is there already has the code its officer chose; where none was written down, it goes to nobody (H2)."""
    tables = apps.get_model("transfer", "StatisticalDataset").objects.using(schema_editor.connection.alias)
    for each in tables.select_related("batch"):
        chosen = each.batch.options
        each.handling, each.handling_text = chosen.get("handling") or "H2", chosen.get("handling_text") or ""
        each.save(update_fields=["handling", "handling_text"])


class Migration(migrations.Migration):
    dependencies = [("transfer", "0001_initial")]
    operations = [
        migrations.AddField("statisticaldataset", "handling", models.CharField(default="H2", max_length=4)),
        migrations.AddField("statisticaldataset", "handling_text", models.TextField(blank=True, default="")),
        migrations.RunPython(keep_what_was_chosen, migrations.RunPython.noop),
        migrations.AlterField("statisticaldataset", "handling", models.CharField(max_length=4)),
        migrations.AlterField("statisticaldataset", "handling_text", models.TextField(blank=True)),
    ]
