import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import CreateModel

from clew.node.tables import CreateModels


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("dossier", "0001_initial"),
        ("dossier", "0003_source_chain"),
        ("dossier", "0004_categories_expire"),
    ]

    dependencies = [
        ("accounts", "0001_store"),
    ]

    operations = [
        CreateModels(
            [
                CreateModel(
                    name="ConcernSet",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="concern_sets",
                                to="dossier.source",
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="Entity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("schema", models.CharField(max_length=60)),
                        (
                            "canonical",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="dossier.entity",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("canonical__isnull", False)),
                                fields=["canonical"],
                                name="entity_canonical",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Property",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                    ],
                ),
                CreateModel(
                    name="Statement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("value", models.TextField()),
                        ("original", models.TextField(null=True)),
                        ("lang", models.CharField(max_length=35, null=True)),
                        ("accuracy", models.PositiveSmallIntegerField()),
                        ("nature", models.PositiveSmallIntegerField(default=0)),
                        ("seen_on", models.DateField(null=True)),
                        ("handling", models.CharField(max_length=4, null=True)),
                        ("sealed", models.BinaryField(null=True)),
                        ("lookup", models.BinaryField(null=True)),
                        (
                            "concern_set",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statements",
                                to="dossier.concernset",
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statements",
                                to="dossier.entity",
                            ),
                        ),
                        (
                            "prop",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="dossier.property",
                            ),
                        ),
                        (
                            "ref",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="referring",
                                to="dossier.entity",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statements",
                                to="dossier.source",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("lookup__isnull", False)),
                                fields=["lookup"],
                                name="statement_lookup",
                            ),
                            models.Index(
                                condition=models.Q(("ref__isnull", False)), fields=["ref"], name="statement_ref"
                            ),
                            models.Index(
                                condition=models.Q(("concern_set__isnull", False)),
                                fields=["concern_set"],
                                name="statement_concern",
                            ),
                        ],
                    },
                ),
                CreateModel(
                    name="ConcernSetPerson",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "concern_set",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="persons",
                                to="dossier.concernset",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.entity"
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="EntityRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("schema", models.CharField(max_length=60)),
                        ("caption", models.CharField(max_length=300)),
                        ("sort_key", models.CharField(max_length=80)),
                        ("text", models.TextField()),
                        ("statements", models.PositiveIntegerField(default=0)),
                        ("protected", models.BooleanField(default=False)),
                        (
                            "compartment",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.compartment",
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="dossier.entity",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["compartment", "sort_key", "id"], name="row_order"),
                            models.Index(
                                fields=["compartment", "schema", "sort_key", "id"], name="row_order_of_schema"
                            ),
                            models.Index(fields=["sort_key", "id", "compartment"], name="row_order_of_all"),
                            models.Index(
                                fields=["schema", "sort_key", "id", "compartment"], name="row_order_of_all_of_schema"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("entity", "compartment"), name="one_row_per_compartment")
                        ],
                    },
                ),
                CreateModel(
                    name="Judgement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("reason", models.TextField()),
                        ("undone", models.DateTimeField(null=True)),
                        ("undone_reason", models.TextField(blank=True)),
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
                            "kept",
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
                            models.UniqueConstraint(
                                condition=models.Q(("undone__isnull", True)), fields=("other",), name="merged_once"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="PersonCategory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("category", models.CharField(max_length=20)),
                        ("entered", models.DateTimeField()),
                        ("expires", models.DateField()),
                        ("reason", models.TextField(blank=True)),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="categories",
                                to="dossier.entity",
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="Source",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("title", models.CharField(max_length=300)),
                        ("owner", models.CharField(max_length=64)),
                        ("reliability", models.CharField(max_length=1)),
                        ("handling", models.CharField(max_length=4)),
                        ("handling_text", models.TextField(blank=True)),
                        ("purpose", models.CharField(max_length=40)),
                        ("basis", models.CharField(max_length=20)),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("retain_until", models.DateField()),
                        ("received_letter", models.CharField(blank=True, db_index=True, max_length=64)),
                        ("chain", models.JSONField(default=list)),
                        ("recorded", models.DateTimeField()),
                        ("undone", models.DateTimeField(null=True)),
                        ("undone_reason", models.TextField(blank=True)),
                        (
                            "compartment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.compartment"
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                ),
                CreateModel(
                    name="SourcePerson",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.entity"
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="persons", to="dossier.source"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "person"), name="source_person_once")
                        ],
                    },
                ),
                CreateModel(
                    name="StatementEnd",
                    fields=[
                        (
                            "statement",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="end",
                                serialize=False,
                                to="dossier.statement",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("reason", models.TextField()),
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
                            "replaced_by",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaces",
                                to="dossier.statement",
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="PersonKey",
                    fields=[
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="key",
                                serialize=False,
                                to="dossier.entity",
                            ),
                        ),
                        ("wrapped", models.BinaryField(null=True)),
                        ("in_use", models.BooleanField(default=True)),
                        ("created", models.DateTimeField()),
                        ("destroyed", models.DateTimeField(null=True)),
                        ("destroyed_reason", models.TextField(blank=True)),
                        (
                            "destroyed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
            ]
        ),
    ]
