import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import CreateModel

from clew.node.tables import CreateModels


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("transfer", "0001_initial"),
        ("transfer", "0002_handling_of_statistics"),
    ]

    dependencies = [
        ("accounts", "0001_store"),
        ("cases", "0001_store"),
        ("dossier", "0001_store"),
    ]

    operations = [
        CreateModels(
            [
                CreateModel(
                    name="ImportBatch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("uploaded", "Uploaded"),
                                    ("checking", "Checking"),
                                    ("checked", "Checked"),
                                    ("queued", "Queued"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                    ("cancelled", "Cancelled"),
                                    ("undone", "Undone"),
                                ],
                                default="uploaded",
                                max_length=10,
                            ),
                        ),
                        ("mapping", models.CharField(blank=True, max_length=60)),
                        ("kind", models.CharField(blank=True, max_length=12)),
                        ("title", models.CharField(max_length=300)),
                        ("file_name", models.CharField(max_length=255)),
                        ("size", models.BigIntegerField()),
                        ("sha256", models.CharField(db_index=True, max_length=64)),
                        ("stored_as", models.CharField(blank=True, max_length=64)),
                        ("wrapped_key", models.BinaryField(null=True)),
                        ("options", models.JSONField(default=dict)),
                        ("encoding", models.CharField(blank=True, max_length=20)),
                        ("good_rows_only", models.BooleanField(default=False)),
                        ("rows", models.PositiveIntegerField(default=0)),
                        ("rejected", models.PositiveIntegerField(default=0)),
                        ("rows_done", models.PositiveIntegerField(default=0)),
                        ("imported", models.PositiveIntegerField(default=0)),
                        ("formulas", models.PositiveIntegerField(default=0)),
                        ("problem_count", models.PositiveIntegerField(default=0)),
                        ("problems", models.BinaryField(null=True)),
                        ("refusal", models.JSONField(null=True)),
                        ("cancel_asked", models.BooleanField(default=False)),
                        ("made", models.DateTimeField()),
                        ("started", models.DateTimeField(null=True)),
                        ("finished", models.DateTimeField(null=True)),
                        ("changed", models.DateTimeField()),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="cases.case",
                            ),
                        ),
                        (
                            "compartment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.compartment",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="dossier.source",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-made", "-id"], name="import_list"),
                            models.Index(fields=["state"], name="import_by_state"),
                        ],
                    },
                ),
                CreateModel(
                    name="ImportedEntity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key_digest", models.BinaryField(max_length=16)),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="transfer.importbatch"
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="dossier.entity"
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="Mapping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.SlugField(max_length=60, unique=True)),
                        ("title", models.CharField(max_length=200)),
                        ("definition", models.TextField()),
                        ("saved", models.DateTimeField()),
                        (
                            "saved_by",
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
                    name="StatisticalDataset",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("mapping", models.CharField(max_length=60)),
                        ("title", models.CharField(max_length=300)),
                        ("columns", models.JSONField()),
                        ("records", models.PositiveIntegerField(default=0)),
                        ("complete", models.BooleanField(default=False)),
                        ("handling", models.CharField(max_length=4)),
                        ("handling_text", models.TextField(blank=True)),
                        ("recorded", models.DateTimeField()),
                        (
                            "batch",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="dataset",
                                to="transfer.importbatch",
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="StatisticalColumn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("first_record", models.PositiveIntegerField()),
                        ("records", models.PositiveIntegerField()),
                        ("values", models.JSONField()),
                        ("codes", models.BinaryField()),
                        (
                            "dataset",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="blocks",
                                to="transfer.statisticaldataset",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("dataset", "name", "first_record"), name="column_block_once"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Export",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True)),
                        ("what", models.CharField(max_length=20)),
                        ("file_format", models.CharField(max_length=10)),
                        ("recipient", models.CharField(max_length=64)),
                        ("recipient_name", models.CharField(max_length=200)),
                        ("purpose", models.CharField(max_length=40)),
                        ("reason", models.TextField(blank=True)),
                        ("filters", models.JSONField(default=dict)),
                        ("decision", models.JSONField(default=dict)),
                        ("classification", models.CharField(max_length=4)),
                        ("rows", models.PositiveIntegerField()),
                        ("withheld", models.PositiveIntegerField()),
                        ("content_sha256", models.CharField(max_length=64)),
                        ("file_sha256", models.CharField(max_length=64)),
                        ("file_name", models.CharField(max_length=200)),
                        ("size", models.BigIntegerField()),
                        ("stored_as", models.CharField(blank=True, max_length=64)),
                        ("wrapped_key", models.BinaryField(null=True)),
                        ("made", models.DateTimeField()),
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
                        "indexes": [models.Index(fields=["made_by", "-made"], name="export_list")],
                    },
                ),
            ]
        ),
    ]
