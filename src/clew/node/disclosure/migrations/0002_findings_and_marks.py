import django.db.models.deletion
from django.db import migrations, models


def name_the_owner(apps, editor):
    """Until now an authorisation was always that of the source's owner."""
    for each in (
        apps.get_model("disclosure", "Authorisation").objects.using(editor.connection.alias).select_related("source")
    ):
        each.by = each.source.owner
        each.save(update_fields=["by"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("dossier", "0003_source_chain"),
        ("disclosure", "0001_initial"),
    ]
    operations = [
        migrations.AddField("authorisation", "by", models.CharField(default="", max_length=64), preserve_default=False),
        migrations.AddField("authorisation", "purpose", models.CharField(blank=True, max_length=40)),
        migrations.AddField("authorisation", "evidence", models.BooleanField(default=False)),
        migrations.AddField("release", "findings", models.JSONField(default=dict)),
        migrations.AddField("decision", "not_before", models.DateTimeField(null=True)),
        migrations.AlterField(
            "assurance",
            "kind",
            models.CharField(
                choices=[
                    ("assurance", "Assurance"),
                    ("pledge", "Pledge"),
                    ("confidentiality", "Confidentiality"),
                    ("assessment", "Assessment"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            "Mark",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("detail", models.CharField(blank=True, max_length=60)),
                ("reason", models.TextField()),
                ("review", models.DateField(null=True)),
                ("recorded", models.DateTimeField()),
                ("lifted", models.DateTimeField(null=True)),
                ("lifted_reason", models.TextField(blank=True)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.officer"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.officer"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.source"
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.statement"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["source", "statement"], name="mark_of_source")]},
        ),
        migrations.RunPython(name_the_owner, migrations.RunPython.noop),
    ]
