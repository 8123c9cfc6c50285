"""Pairs that may be one, judgements, notices, and what entities are found by."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clew.node.tables import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_integrations"),
        ("dossier", "0002_search_index"),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name="IndexState",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("queued_to", models.BigIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="Waiting",
                    fields=[
                        (
                            "entity",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="dossier.entity",
                            ),
                        ),
                        ("turn", models.PositiveIntegerField(default=1)),
                        ("failed", models.BooleanField(default=False)),
                    ],
                ),
                migrations.CreateModel(
                    name="Verdict",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "said",
                            models.CharField(
                                choices=[("same", "Same"), ("different", "Different"), ("unsure", "Unsure")],
                                max_length=10,
                            ),
                        ),
                        ("reason", models.TextField()),
                        ("at", models.DateTimeField()),
                        ("fingerprints", models.JSONField(default=list)),
                        ("merge", models.BigIntegerField(null=True)),
                        ("merged", models.BigIntegerField(null=True)),
                        ("guarded", models.BooleanField()),
                        ("undone", models.DateTimeField(null=True)),
                        ("undone_reason", models.TextField(blank=True)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "one",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.entity"
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.entity"
                            ),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("one__lt", models.F("other"))), name="verdict_lesser_first"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Finding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("family", models.CharField(max_length=20)),
                        ("proposal", models.CharField(max_length=10)),
                        ("weight", models.FloatField()),
                        ("evidence", models.JSONField()),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("guarded", models.BooleanField()),
                        ("found", models.DateTimeField()),
                        (
                            "one",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="dossier.entity"
                            ),
                        ),
                        (
                            "one_team",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.compartment",
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="dossier.entity"
                            ),
                        ),
                        (
                            "other_team",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.compartment",
                            ),
                        ),
                        (
                            "settled",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="findings",
                                to="matching.verdict",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("settled__isnull", True)),
                                fields=["-weight", "id"],
                                name="finding_open_order",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("one", "other", "one_team", "other_team"), name="finding_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("one__lt", models.F("other"))), name="finding_lesser_first"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Key",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("digest", models.BinaryField(max_length=16)),
                        ("first", models.BigIntegerField()),
                        ("guarded", models.BooleanField()),
                        ("tells", models.BooleanField(default=False)),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="dossier.entity"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.compartment",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["digest", "team"], name="matching_key_digest")],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("raised", models.DateTimeField()),
                        ("closed", models.DateTimeField(null=True)),
                        (
                            "closed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="dossier.entity"
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.compartment"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("team", "entity", "kind"), name="notice_once")],
                    },
                ),
            ],
        ),
    ]
