import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import CreateModel

from clew.node.tables import CreateModels


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("oversight", "0001_initial"),
    ]

    dependencies = [
        ("accounts", "0001_store"),
        ("dossier", "0001_store"),
    ]

    operations = [
        CreateModels(
            [
                CreateModel(
                    name="DeletionProof",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=12)),
                        ("object", models.BigIntegerField()),
                        ("reason", models.TextField()),
                        ("counts", models.JSONField()),
                        ("digests", models.JSONField()),
                        ("digest", models.CharField(max_length=64)),
                        ("shared_with", models.JSONField(default=list)),
                        ("checked", models.JSONField()),
                        ("audit_index", models.BigIntegerField()),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="DocumentReview",
                    fields=[
                        ("document", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("keep_until", models.DateField()),
                        ("reason", models.TextField()),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="RemedyRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True)),
                        ("asker", models.CharField(max_length=20)),
                        ("asked", models.CharField(max_length=20)),
                        ("received", models.DateField()),
                        ("received_through", models.CharField(max_length=20)),
                        ("sealed_for", models.JSONField(default=list)),
                        ("sealed", models.BinaryField()),
                        ("due", models.DateTimeField(db_index=True)),
                        ("extended", models.DateTimeField(null=True)),
                        ("extension_reason", models.TextField(blank=True)),
                        ("recorded", models.DateTimeField()),
                        ("answered", models.DateTimeField(null=True)),
                        ("answer_kind", models.CharField(blank=True, max_length=10)),
                        ("language", models.CharField(blank=True, max_length=10)),
                        (
                            "answered_by",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="dossier.entity",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="ReviewMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=12)),
                        ("object", models.BigIntegerField()),
                        ("due", models.DateField()),
                        ("raised", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["due"], name="review_mark_due")],
                        "constraints": [models.UniqueConstraint(fields=("kind", "object"), name="marked_once")],
                    },
                ),
                CreateModel(
                    name="PatternNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=30)),
                        ("party", models.CharField(max_length=64)),
                        (
                            "judgement",
                            models.CharField(
                                choices=[("seen", "Seen"), ("harmless", "Harmless"), ("flagged", "Flagged")],
                                max_length=10,
                            ),
                        ),
                        ("reason", models.TextField()),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="dossier.entity",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["party", "kind"], name="pattern_note")],
                    },
                ),
                CreateModel(
                    name="RemedyFinding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("decision", models.BigIntegerField()),
                        (
                            "judgement",
                            models.CharField(
                                choices=[
                                    ("lawful", "Lawful"),
                                    ("unlawful", "Unlawful"),
                                    ("correct", "Correct"),
                                    ("recall", "Recall"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("reason", models.TextField()),
                        ("told", models.BooleanField(default=False)),
                        ("at", models.DateTimeField()),
                        ("task", models.BigIntegerField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "remedy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="oversight.remedyrequest",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("remedy", "decision"), name="one_finding_per_disclosure")
                        ],
                    },
                ),
            ]
        ),
    ]
