import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import CreateModel

import clew.node.folded
from clew.node.tables import CreateModels


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("cases", "0001_initial"),
        ("cases", "0002_folded_text"),
        ("cases", "0003_what_a_task_asks"),
    ]

    dependencies = [
        ("accounts", "0001_store"),
        ("dossier", "0001_store"),
    ]

    operations = [
        CreateModels(
            [
                CreateModel(
                    name="ReferenceCounter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("prefix", models.CharField(max_length=20, unique=True)),
                        ("last", models.PositiveIntegerField(default=0)),
                    ],
                ),
                CreateModel(
                    name="Case",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reference", models.CharField(max_length=40, unique=True)),
                        ("title", models.CharField(max_length=200)),
                        ("kind", models.CharField(max_length=40)),
                        ("status", models.CharField(max_length=20)),
                        ("offence_codes", models.JSONField(default=list)),
                        ("summary", models.TextField(blank=True)),
                        ("opened", models.DateTimeField()),
                        ("closed", models.DateTimeField(null=True)),
                        ("changed", models.DateTimeField()),
                        ("folded", clew.node.folded.FoldedField(of=("reference", "title"))),
                        (
                            "compartment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="accounts.compartment",
                            ),
                        ),
                        (
                            "opened_by",
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
                            models.Index(fields=["-changed", "-id"], name="case_list_order"),
                            models.Index(fields=["status", "-changed", "-id"], name="case_list_by_status"),
                        ],
                    },
                ),
                CreateModel(
                    name="CaseEntity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("linked", models.DateTimeField()),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="entity_links",
                                to="cases.case",
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.entity"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "entity"), name="entity_once_per_case")
                        ],
                    },
                ),
                CreateModel(
                    name="CaseReference",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("party", models.CharField(max_length=64)),
                        ("reference", models.CharField(max_length=80)),
                        ("linked", models.DateTimeField()),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="references", to="cases.case"
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="Deadline",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=300)),
                        ("due", models.DateTimeField()),
                        ("set_by", models.CharField(max_length=200)),
                        ("letter", models.CharField(blank=True, max_length=64)),
                        ("started", models.DateTimeField()),
                        ("met", models.DateTimeField(null=True)),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="deadlines", to="cases.case"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("met", None)), fields=["due", "id"], name="deadline_open_by_due"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Document",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=300)),
                        ("file_name", models.CharField(max_length=255)),
                        ("media_type", models.CharField(max_length=100)),
                        ("size", models.BigIntegerField()),
                        ("sha256", models.CharField(db_index=True, max_length=64)),
                        ("stored_as", models.CharField(max_length=64, unique=True)),
                        ("wrapped_key", models.BinaryField()),
                        ("added", models.DateTimeField()),
                        (
                            "added_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="documents", to="cases.case"
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="Event",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("kind", models.CharField(max_length=40)),
                        ("parameters", models.JSONField(default=dict)),
                        ("url", models.CharField(blank=True, max_length=300)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="events", to="cases.case"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["case", "-at"], name="case_timeline")],
                    },
                ),
                CreateModel(
                    name="Task",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        ("title", models.CharField(max_length=300)),
                        ("asked", models.JSONField(default=dict)),
                        ("role", models.CharField(blank=True, max_length=40)),
                        ("url", models.CharField(blank=True, max_length=300)),
                        ("due", models.DateTimeField(null=True)),
                        ("created", models.DateTimeField()),
                        ("done", models.DateTimeField(null=True)),
                        (
                            "assigned",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tasks",
                                to="cases.case",
                            ),
                        ),
                        (
                            "done_by",
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
                            models.Index(
                                condition=models.Q(("done", None)), fields=["due", "id"], name="task_open_by_due"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
