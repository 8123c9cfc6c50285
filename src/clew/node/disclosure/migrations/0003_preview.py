import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clew.disclosure.ruleset import shipped_rules


def hide_neutral_policies(apps, editor):
    """What decided neutrally is told by no register: its name alone would tell the reason."""
    neutral = {each.id for each in shipped_rules().policies.values() if each.neutral}
    outcomes = apps.get_model("disclosure", "StatementOutcome").objects.using(editor.connection.alias)
    changed = []
    for each in outcomes.iterator():
        if neutral & set(each.policies):
            each.policies = list(dict.fromkeys("neutral" if one in neutral else one for one in each.policies))
            changed.append(each)
    outcomes.bulk_update(changed, ["policies"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("disclosure", "0002_findings_and_marks"),
    ]
    operations = [
        migrations.AddField("release", "recognition", models.JSONField(default=dict)),
        migrations.AddField("decision", "sealed_after", models.BinaryField(default=b"")),
        migrations.CreateModel(
            "ApprovalAsk",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=40)),
                ("asked", models.DateTimeField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="asks", to="disclosure.decision"
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["officer", "decision"], name="approval_asked_of")]},
        ),
        migrations.RunPython(hide_neutral_policies, migrations.RunPython.noop),
    ]
