import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clew.node.referral.models
from clew.node.tables import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_integrations"),
        ("cases", "0002_standing_deadlines"),
        ("consent", "0001_store"),
        ("dossier", "0002_search_index"),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name="IndicatorVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("version", models.CharField(max_length=20)),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("content", models.JSONField()),
                        ("kept", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="IndicatorSignOff",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("read_in", models.CharField(max_length=200)),
                        ("signed", models.DateTimeField()),
                        ("ended", models.DateTimeField(null=True)),
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
                            "signed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sign_offs",
                                to="referral.indicatorversion",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Path",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("status", models.CharField(max_length=20)),
                        ("reflection_ends", models.DateField(null=True)),
                        ("opened", models.DateTimeField()),
                        ("closed", models.DateTimeField(null=True)),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"
                            ),
                        ),
                        (
                            "compartment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.compartment"
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.entity"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("case", "person"), name="path_once_per_case")],
                    },
                ),
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "uid",
                            models.CharField(default=clew.node.referral.models.new_uid, max_length=32, unique=True),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("contact", "Contact"),
                                    ("identification", "Identification"),
                                    ("reflection", "Reflection"),
                                    ("best_interests", "Best Interests"),
                                    ("assistance", "Assistance"),
                                    ("justice", "Justice"),
                                    ("residence", "Residence"),
                                    ("closing", "Closing"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("outcome", models.CharField(blank=True, max_length=20)),
                        ("sealed", models.BinaryField()),
                        ("needs_second", models.BooleanField(default=False)),
                        ("approved", models.BooleanField(null=True)),
                        ("answered", models.DateTimeField(null=True)),
                        ("recorded", models.DateTimeField()),
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
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "path",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="referral.path"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("approved", None), ("needs_second", True)),
                                fields=("path", "kind"),
                                name="one_entry_waits",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("answered_by__isnull", True),
                                    models.Q(("answered_by", models.F("recorded_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="entry_answered_by_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Screening",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "uid",
                            models.CharField(default=clew.node.referral.models.new_uid, max_length=32, unique=True),
                        ),
                        ("sealed", models.BinaryField()),
                        ("made", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "path",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="screenings",
                                to="referral.path",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="referral.indicatorversion",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Service",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "uid",
                            models.CharField(default=clew.node.referral.models.new_uid, max_length=32, unique=True),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("party", models.CharField(max_length=64)),
                        ("kinds", models.JSONField()),
                        ("groups", models.JSONField(default=list)),
                        ("languages", models.JSONField(default=list)),
                        ("country", models.CharField(max_length=2)),
                        ("place_class", models.CharField(blank=True, max_length=40)),
                        ("places", models.PositiveIntegerField(null=True)),
                        ("hours", models.CharField(blank=True, max_length=200)),
                        ("admission", models.TextField(blank=True)),
                        ("sealed_address", models.BinaryField(default=b"")),
                        ("registered", models.DateTimeField()),
                        ("ended", models.DateTimeField(null=True)),
                        (
                            "registered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.compartment",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Referral",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "uid",
                            models.CharField(default=clew.node.referral.models.new_uid, max_length=32, unique=True),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("told", "Told"),
                                    ("asked", "Asked"),
                                    ("accepted", "Accepted"),
                                    ("refused", "Refused"),
                                    ("stopped", "Stopped"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("urgency", models.CharField(blank=True, max_length=30)),
                        ("sealed", models.BinaryField(default=b"")),
                        ("consent_number", models.BigIntegerField(null=True)),
                        ("for_safety", models.BooleanField(default=False)),
                        ("answer_by", models.DateTimeField(null=True)),
                        ("made", models.DateTimeField()),
                        ("answered", models.DateTimeField(null=True)),
                        ("sealed_answer", models.BinaryField(default=b"")),
                        ("arrived", models.DateField(null=True)),
                        ("stopped", models.DateTimeField(null=True)),
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
                            "consent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="consent.consent",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "path",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="referrals",
                                to="referral.path",
                            ),
                        ),
                        (
                            "service",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="referrals",
                                to="referral.service",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "asked")),
                                fields=["answer_by", "id"],
                                name="referral_open_by_due",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("consent_number__isnull", True),
                                        ("for_safety", False),
                                        ("sealed", b""),
                                        ("state", "told"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "told"), _negated=True),
                                        ("consent_number__isnull", False),
                                        ("for_safety", False),
                                    ),
                                    models.Q(
                                        models.Q(("state", "told"), _negated=True),
                                        ("consent_number__isnull", True),
                                        ("for_safety", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="referral_under_consent_or_told",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "stopped"), _negated=True), ("sealed", b""), _connector="OR"
                                ),
                                name="referral_stopped_is_void",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
