import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import CreateModel

from clew.node.tables import CreateModels


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("consent", "0001_initial"),
        ("consent", "0002_guardians_and_refusals"),
    ]

    dependencies = [
        ("accounts", "0001_store"),
        ("dossier", "0001_store"),
    ]

    operations = [
        CreateModels(
            [
                CreateModel(
                    name="Guardian",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("relation", models.CharField(max_length=40)),
                        ("sealed", models.BinaryField()),
                        ("valid_from", models.DateField()),
                        ("valid_until", models.DateField()),
                        ("ended", models.DateTimeField(null=True)),
                        ("sealed_end", models.BinaryField(default=b"")),
                        ("recorded", models.DateTimeField()),
                        (
                            "compartment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.compartment"
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
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="guardians",
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
                    name="GuardianFinding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("answer", models.CharField(max_length=20)),
                        ("sealed", models.BinaryField()),
                        ("found", models.DateField()),
                        ("recorded", models.DateTimeField()),
                        (
                            "guardian",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="consent.guardian",
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
                    options={
                        "ordering": ["recorded", "pk"],
                    },
                ),
                CreateModel(
                    name="Refusal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("purpose", models.CharField(max_length=40)),
                        ("recipient", models.CharField(max_length=64)),
                        ("items", models.JSONField()),
                        ("refused_by", models.CharField(max_length=20)),
                        ("language", models.CharField(max_length=10)),
                        ("refused", models.DateField()),
                        ("recorded", models.DateTimeField()),
                        (
                            "compartment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.compartment"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.entity"
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
                    name="Consent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("purpose", models.CharField(max_length=40)),
                        ("recipient", models.CharField(max_length=64)),
                        ("items", models.JSONField()),
                        ("given_by", models.CharField(max_length=20)),
                        ("child_assent", models.CharField(blank=True, max_length=20)),
                        ("language", models.CharField(max_length=10)),
                        ("method", models.CharField(max_length=40)),
                        ("understood", models.BooleanField(null=True)),
                        ("capacity", models.CharField(blank=True, max_length=20)),
                        ("sealed", models.BinaryField(default=b"")),
                        ("given", models.DateField()),
                        ("expires", models.DateField()),
                        ("withdrawn", models.DateTimeField(null=True)),
                        ("sealed_withdrawal", models.BinaryField(default=b"")),
                        ("recorded", models.DateTimeField()),
                        (
                            "compartment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.compartment"
                            ),
                        ),
                        (
                            "continues",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rest",
                                to="consent.consent",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents",
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
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "guardian",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents",
                                to="consent.guardian",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("withdrawn", None)), fields=["expires", "id"], name="consent_ending"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
