import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import CreateModel

import clew.node.folded
from clew.node.tables import CreateModels


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("partners", "0001_initial"),
        ("partners", "0002_joint_agreements_and_renewal"),
        ("partners", "0003_folded_text"),
    ]

    dependencies = [
        ("accounts", "0001_store"),
    ]

    operations = [
        CreateModels(
            [
                CreateModel(
                    name="CardOrder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("ordered", models.DateTimeField()),
                        ("new_keys", models.BooleanField()),
                        ("starts", models.DateTimeField()),
                        ("done", models.DateTimeField(null=True)),
                        ("problem", models.CharField(blank=True, max_length=200)),
                        (
                            "ordered_by",
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
                    name="Instrument",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=60, unique=True)),
                        ("title", models.CharField(max_length=300)),
                        ("kind", models.CharField(max_length=40)),
                        ("parties", models.JSONField(default=list)),
                        ("in_force_from", models.DateField()),
                        ("in_force_until", models.DateField(null=True)),
                        ("enables", models.JSONField(default=list)),
                        ("reservations", models.TextField(blank=True)),
                        ("clocks", models.JSONField(default=dict)),
                        ("translations", models.JSONField(default=list)),
                        ("fictional", models.BooleanField(default=False)),
                        ("registered", models.DateTimeField()),
                        (
                            "registered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["code"],
                    },
                ),
                CreateModel(
                    name="Introduction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("facilitator", models.CharField(max_length=64)),
                        ("recipient", models.CharField(max_length=64)),
                        ("party_uid", models.CharField(max_length=64)),
                        ("card", models.BinaryField()),
                        ("letter", models.CharField(blank=True, max_length=64)),
                        ("reason", models.TextField(blank=True)),
                        ("received", models.DateTimeField()),
                        ("decision", models.CharField(blank=True, max_length=20)),
                        ("decided", models.DateTimeField(null=True)),
                        ("decision_reason", models.TextField(blank=True)),
                        (
                            "decided_by",
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
                    name="JointAgreement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=60, unique=True)),
                        ("fictional", models.BooleanField(default=False)),
                        ("registered", models.DateTimeField()),
                        (
                            "registered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["code"],
                    },
                ),
                CreateModel(
                    name="JointChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("day", models.DateField()),
                        ("party", models.CharField(blank=True, max_length=64)),
                        ("number", models.PositiveIntegerField(null=True)),
                        ("content", models.JSONField(default=dict)),
                        ("text", models.TextField(blank=True)),
                        ("signed_by", models.JSONField(default=list)),
                        ("entered", models.DateTimeField()),
                        ("decision", models.CharField(blank=True, max_length=20)),
                        ("decided", models.DateTimeField(null=True)),
                        ("decision_reason", models.TextField(blank=True)),
                        (
                            "agreement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="partners.jointagreement",
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
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                    },
                ),
                CreateModel(
                    name="Party",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uid", models.CharField(max_length=64, unique=True)),
                        ("name", models.CharField(max_length=200)),
                        ("country", models.CharField(max_length=2)),
                        ("kind", models.CharField(max_length=20)),
                        ("post_kind", models.CharField(blank=True, max_length=40)),
                        ("seat_country", models.CharField(blank=True, max_length=2)),
                        ("competences", models.JSONField(default=list)),
                        ("languages", models.JSONField(default=list)),
                        ("contacts", models.JSONField(default=list)),
                        ("status", models.CharField(max_length=20)),
                        ("is_own", models.BooleanField(default=False)),
                        ("inbound_url", models.CharField(blank=True, max_length=300)),
                        ("added", models.DateTimeField()),
                        ("confirmed", models.DateTimeField(null=True)),
                        ("status_reason", models.TextField(blank=True)),
                        ("vouched_by", models.CharField(blank=True, max_length=64)),
                        ("competence_confirmed", models.DateTimeField(null=True)),
                        ("competence_basis", models.TextField(blank=True)),
                        ("folded", clew.node.folded.FoldedField(of=("name",))),
                        (
                            "competence_confirmed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
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
                            "parent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="posts",
                                to="partners.party",
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="NodeCard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("raw", models.BinaryField()),
                        ("fingerprint", models.CharField(max_length=100)),
                        ("sign_key", models.BinaryField()),
                        ("seal_key", models.BinaryField()),
                        ("transport_key", models.BinaryField()),
                        ("valid_from", models.DateTimeField()),
                        ("valid_until", models.DateTimeField()),
                        ("received", models.DateTimeField()),
                        ("confirmed", models.DateTimeField(null=True)),
                        ("revoked", models.DateTimeField(null=True)),
                        ("renews", models.BinaryField(default=bytes)),
                        ("opens_until", models.DateTimeField(null=True)),
                        ("retired", models.DateTimeField(null=True)),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="cards", to="partners.party"
                            ),
                        ),
                    ],
                ),
            ]
        ),
    ]
