import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import CreateModel

from clew.node.tables import CreateModels


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("rulebook", "0001_initial"),
        ("rulebook", "0002_proof_of_confirming"),
        ("rulebook", "0003_simulations_of_older_decisions"),
    ]

    dependencies = [
        ("accounts", "0001_store"),
    ]

    operations = [
        CreateModels(
            [
                CreateModel(
                    name="RuleSignOff",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("rule", models.CharField(db_index=True, max_length=20)),
                        ("file_digest", models.CharField(max_length=64)),
                        ("jurisdiction", models.CharField(max_length=200)),
                        ("sources", models.TextField()),
                        ("checked", models.DateField()),
                        ("expires", models.DateField()),
                        ("at", models.DateTimeField()),
                        ("method", models.CharField(max_length=20)),
                        ("key_id", models.CharField(max_length=100)),
                        ("public_key", models.BinaryField()),
                        ("signature", models.BinaryField()),
                        ("withdrawn", models.DateTimeField(null=True)),
                        ("withdrawal_reason", models.TextField(blank=True)),
                        (
                            "officer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="RuleSetAdoption",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.CharField(db_index=True, max_length=64)),
                        ("files", models.JSONField()),
                        (
                            "source",
                            models.CharField(
                                choices=[("shipped", "Shipped"), ("uploaded", "Uploaded"), ("edited", "Edited")],
                                max_length=10,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Proposed"),
                                    ("rejected", "Rejected"),
                                    ("in_force", "In Force"),
                                    ("superseded", "Superseded"),
                                ],
                                default="proposed",
                                max_length=12,
                            ),
                        ),
                        ("reason", models.TextField(blank=True)),
                        ("proposed", models.DateTimeField()),
                        ("adopted", models.DateTimeField(null=True)),
                        ("method", models.CharField(blank=True, max_length=20)),
                        ("key_id", models.CharField(blank=True, max_length=100)),
                        ("public_key", models.BinaryField(default=b"")),
                        ("signature", models.BinaryField(default=b"")),
                        ("rejected", models.DateTimeField(null=True)),
                        ("rejection_reason", models.TextField(blank=True)),
                        ("superseded", models.DateTimeField(null=True)),
                        (
                            "adopted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "rejected_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["state", "-proposed"], name="rule_set_state")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "in_force")),
                                fields=("state",),
                                name="one_rule_set_in_force",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Setting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=40)),
                        ("country", models.CharField(blank=True, max_length=2)),
                        ("instrument", models.CharField(blank=True, max_length=60)),
                        ("value", models.JSONField()),
                        ("reason", models.TextField()),
                        ("source", models.TextField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("proposed", "Proposed"), ("rejected", "Rejected"), ("taken", "Taken")],
                                default="proposed",
                                max_length=10,
                            ),
                        ),
                        ("proposed", models.DateTimeField()),
                        ("taken", models.DateTimeField(null=True)),
                        ("rejected", models.DateTimeField(null=True)),
                        ("rejection_reason", models.TextField(blank=True)),
                        ("from_day", models.DateField()),
                        ("until_day", models.DateField(null=True)),
                        ("end_day", models.DateField(null=True)),
                        ("end_reason", models.TextField(blank=True)),
                        ("proofs", models.JSONField(default=dict)),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "end_proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "rejected_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["key", "country"], name="setting_key"),
                            models.Index(fields=["state"], name="setting_state"),
                        ],
                    },
                ),
                CreateModel(
                    name="Simulation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("made", models.DateTimeField()),
                        ("sandbox", models.JSONField()),
                        ("files", models.JSONField()),
                        ("version", models.CharField(max_length=64)),
                        ("selection", models.JSONField(default=dict)),
                        ("chosen", models.JSONField(default=list)),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("counts", models.JSONField(default=dict)),
                        ("changes", models.JSONField(default=list)),
                        ("not_replayable", models.JSONField(default=list)),
                        ("read_older", models.JSONField(default=list)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Queued"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("cancelled", "Cancelled"),
                                    ("failed", "Failed"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        ("finished", models.DateTimeField(null=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["state"], name="simulation_state")],
                    },
                ),
            ]
        ),
    ]
