import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import CreateModel

import clew.node.kinship.models
from clew.node.tables import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_integrations"),
        ("consent", "0001_store"),
    ]

    operations = [
        CreateModels(
            [
                CreateModel(
                    name="Laboratory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("party", models.CharField(max_length=64)),
                        ("accreditation", models.CharField(max_length=120)),
                        ("valid_from", models.DateField()),
                        ("valid_until", models.DateField()),
                        ("ended", models.DateTimeField(null=True)),
                        (
                            "registered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("registered", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
                CreateModel(
                    name="Family",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reference", models.CharField(max_length=40)),
                        (
                            "compartment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.compartment"
                            ),
                        ),
                        ("pedigree", models.JSONField()),
                        ("missing", models.CharField(max_length=20)),
                        ("table", models.CharField(max_length=60)),
                        ("mutation", models.JSONField(null=True)),
                        ("theta", models.FloatField(default=0.0)),
                        ("unseen", models.FloatField()),
                        (
                            "registered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("registered", models.DateTimeField()),
                        ("closed", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("compartment", "reference"), name="family_reference_once")
                        ],
                        "indexes": [],
                    },
                ),
                CreateModel(
                    name="FoundChild",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reference", models.CharField(max_length=40)),
                        (
                            "compartment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.compartment"
                            ),
                        ),
                        ("sex", models.CharField(max_length=10)),
                        (
                            "registered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("registered", models.DateTimeField()),
                        ("closed", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("compartment", "reference"), name="child_reference_once")
                        ],
                        "indexes": [],
                    },
                ),
                CreateModel(
                    name="Block",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "compartment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.compartment"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("wrapped", models.BinaryField(null=True)),
                        ("digest", models.CharField(blank=True, max_length=64)),
                        ("written", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("compartment", "number"), name="block_once")],
                        "indexes": [],
                    },
                ),
                CreateModel(
                    name="Session",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        ("opened", models.DateTimeField()),
                        ("ends", models.DateTimeField()),
                        ("unlocked", models.DateTimeField(null=True)),
                        ("unlock_ms", models.PositiveIntegerField(null=True)),
                        ("profiles", models.PositiveIntegerField(null=True)),
                        ("closed", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("closed", None)), fields=("compartment",), name="one_open_session"
                            )
                        ],
                        "indexes": [],
                    },
                ),
                CreateModel(
                    name="Profile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uid", models.CharField(default=clew.node.kinship.models.new_uid, max_length=32, unique=True)),
                        (
                            "family",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="profiles",
                                to="kinship.family",
                            ),
                        ),
                        (
                            "child",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="profiles",
                                to="kinship.foundchild",
                            ),
                        ),
                        ("person", models.CharField(blank=True, max_length=20)),
                        (
                            "laboratory",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kinship.laboratory"
                            ),
                        ),
                        ("sample", models.CharField(max_length=60)),
                        ("kit", models.CharField(blank=True, max_length=60)),
                        ("taken", models.DateField()),
                        ("loci", models.PositiveSmallIntegerField()),
                        (
                            "consent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="consent.consent",
                            ),
                        ),
                        ("consent_number", models.BigIntegerField()),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.compartment"
                            ),
                        ),
                        ("wrapped", models.BinaryField(null=True)),
                        ("sealed", models.BinaryField()),
                        (
                            "block",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="profiles",
                                to="kinship.block",
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
                        ("recorded", models.DateTimeField()),
                        ("destroyed", models.DateTimeField(null=True)),
                        (
                            "destroyed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("withdrawn", "Withdrawn"),
                                    ("reunited", "Reunited"),
                                    ("closed", "Closed"),
                                    ("mistake", "Mistake"),
                                    ("no_consent", "No Consent"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("proved", models.DateTimeField(null=True)),
                        ("proof", models.CharField(blank=True, max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("child__isnull", True), ("family__isnull", False), ("person__gt", "")),
                                    models.Q(("child__isnull", False), ("family__isnull", True), ("person", "")),
                                    _connector="OR",
                                ),
                                name="profile_of_family_or_child",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("destroyed__isnull", True), ("wrapped__isnull", False)),
                                    models.Q(("destroyed__isnull", False), ("sealed", b""), ("wrapped__isnull", True)),
                                    _connector="OR",
                                ),
                                name="profile_destroyed_is_void",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("destroyed", None)),
                                fields=("family", "person"),
                                name="one_profile_of_relative",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("destroyed", None)), fields=("child",), name="one_profile_of_child"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("destroyed", None)),
                                fields=("laboratory", "sample"),
                                name="one_profile_of_sample",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("destroyed", None)),
                                fields=("consent",),
                                name="one_profile_of_consent",
                            ),
                        ],
                        "indexes": [],
                    },
                ),
                CreateModel(
                    name="Search",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "family",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="searches",
                                to="kinship.family",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("weighing", "Weighing"),
                                    ("weighed", "Weighed"),
                                    ("waiting", "Waiting"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="weighing",
                                max_length=10,
                            ),
                        ),
                        ("power", models.JSONField(null=True)),
                        ("size", models.PositiveIntegerField(null=True)),
                        ("can_answer", models.BooleanField(null=True)),
                        ("threshold", models.FloatField(null=True)),
                        ("sealed", models.BinaryField(default=b"")),
                        (
                            "session",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="searches",
                                to="kinship.session",
                            ),
                        ),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("result", models.JSONField(null=True)),
                        ("assumptions", models.CharField(blank=True, max_length=64)),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made", models.DateTimeField()),
                        ("ended", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["state", "id"], name="kinship_search_state")],
                        "constraints": [],
                    },
                ),
                CreateModel(
                    name="Hit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "search",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="hits", to="kinship.search"
                            ),
                        ),
                        (
                            "family",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="hits", to="kinship.family"
                            ),
                        ),
                        (
                            "profile",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="hits", to="kinship.profile"
                            ),
                        ),
                        ("log10", models.FloatField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("lead", "Lead"),
                                    ("asked", "Asked"),
                                    ("confirmed", "Confirmed"),
                                    ("refuted", "Refuted"),
                                ],
                                default="lead",
                                max_length=10,
                            ),
                        ),
                        ("review", models.BinaryField(default=b"")),
                        ("found", models.DateTimeField()),
                        (
                            "laboratory",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="kinship.laboratory",
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("asked", models.DateTimeField(null=True)),
                        ("report", models.CharField(blank=True, max_length=60)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("answered", models.DateTimeField(null=True)),
                        (
                            "decision",
                            models.CharField(
                                blank=True, choices=[("may", "May"), ("may_not", "May Not")], max_length=10
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided", models.DateTimeField(null=True)),
                        (
                            "view",
                            models.CharField(
                                blank=True,
                                choices=[("wants", "Wants"), ("refuses", "Refuses"), ("too_young", "Too Young")],
                                max_length=10,
                            ),
                        ),
                        (
                            "heard_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("heard", models.DateTimeField(null=True)),
                        ("sealed", models.BinaryField(default=b"")),
                        ("reunited", models.DateTimeField(null=True)),
                        ("relatives", models.ManyToManyField(related_name="+", to="kinship.profile")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("family", "profile"), name="one_hit_of_family_and_child")
                        ],
                        "indexes": [],
                    },
                ),
                CreateModel(
                    name="Telling",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "hit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="tellings", to="kinship.hit"
                            ),
                        ),
                        (
                            "whom",
                            models.CharField(
                                choices=[("family", "Family"), ("child", "Child"), ("authority", "Authority")],
                                max_length=10,
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
                        ("proposed", models.DateTimeField()),
                        ("approved", models.BooleanField(null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("answered", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [],
                        "constraints": [],
                    },
                ),
            ]
        ),
    ]
