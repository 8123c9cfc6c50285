import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import CreateModel

from clew.node.tables import CreateModels


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("disclosure", "0001_initial"),
        ("disclosure", "0002_findings_and_marks"),
        ("disclosure", "0003_preview"),
        ("disclosure", "0004_proof_of_lifting"),
        ("disclosure", "0005_sealed_outcome"),
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
                    name="RuleSetVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.CharField(max_length=64, unique=True)),
                        ("files", models.JSONField()),
                        ("first_used", models.DateTimeField()),
                    ],
                ),
                CreateModel(
                    name="Assurance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("assurance", "Assurance"),
                                    ("pledge", "Pledge"),
                                    ("confidentiality", "Confidentiality"),
                                    ("assessment", "Assessment"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("party", models.CharField(db_index=True, max_length=64)),
                        ("instrument", models.CharField(blank=True, max_length=60)),
                        ("text", models.TextField()),
                        ("issuer", models.CharField(max_length=200)),
                        ("issued", models.DateField()),
                        ("expires", models.DateField()),
                        ("translations", models.JSONField(default=list)),
                        ("doubts_on_torture", models.BooleanField(default=False)),
                        ("recorded", models.DateTimeField()),
                        (
                            "recorded_by",
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
                    name="Authorisation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("by", models.CharField(max_length=64)),
                        ("purpose", models.CharField(blank=True, max_length=40)),
                        ("evidence", models.BooleanField(default=False)),
                        ("recipient", models.CharField(max_length=64)),
                        ("reference", models.CharField(max_length=200)),
                        ("given", models.DateField()),
                        ("expires", models.DateField()),
                        ("recorded", models.DateTimeField()),
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
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.source"
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="Release",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("recipient", models.CharField(max_length=64)),
                        ("post", models.CharField(blank=True, max_length=64)),
                        ("via", models.JSONField(default=list)),
                        ("thread", models.CharField(db_index=True, max_length=64)),
                        ("in_reply_to", models.CharField(blank=True, max_length=64)),
                        ("instrument", models.CharField(max_length=60)),
                        ("purpose", models.CharField(max_length=40)),
                        ("urgency", models.CharField(max_length=20)),
                        ("deadline", models.DateTimeField(null=True)),
                        ("subject", models.CharField(max_length=300)),
                        ("facts", models.TextField(blank=True)),
                        ("necessity", models.TextField(blank=True)),
                        ("offence_codes", models.JSONField(default=list)),
                        ("languages", models.JSONField(default=list)),
                        ("chosen", models.JSONField(default=list)),
                        ("items", models.JSONField(default=list)),
                        ("answers", models.JSONField(default=list)),
                        ("cards", models.JSONField(default=list)),
                        ("use", models.CharField(default="intelligence", max_length=20)),
                        ("immediate_danger", models.BooleanField(default=False)),
                        ("legal_duty", models.TextField(blank=True)),
                        ("evidence_approval", models.CharField(blank=True, max_length=200)),
                        ("derogation", models.JSONField(default=dict)),
                        ("findings", models.JSONField(default=dict)),
                        ("recognition", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("decided", "Decided"),
                                    ("signed", "Signed"),
                                    ("dispatched", "Dispatched"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=12,
                            ),
                        ),
                        ("created", models.DateTimeField()),
                        ("changed", models.DateTimeField()),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="releases",
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
                            "requested_by",
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
                            models.Index(fields=["compartment", "-changed"], name="release_list_order"),
                            models.Index(fields=["state"], name="release_state"),
                        ],
                    },
                ),
                CreateModel(
                    name="RaisedTask",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("policy", models.CharField(max_length=10)),
                        ("raised", models.DateTimeField()),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="raised_tasks",
                                to="disclosure.release",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("release", "policy"), name="task_raised_once")],
                    },
                ),
                CreateModel(
                    name="RiskAssessment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("state", models.CharField(max_length=2)),
                        ("assessed", models.DateField()),
                        ("favourable", models.BooleanField()),
                        ("sealed_reasons", models.BinaryField()),
                        ("recorded", models.DateTimeField()),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.entity"
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
                    ],
                ),
                CreateModel(
                    name="Decision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sealed_for", models.JSONField(default=list)),
                        ("sealed_inputs", models.BinaryField()),
                        ("sealed_outcome", models.BinaryField()),
                        ("basis", models.CharField(max_length=64)),
                        ("digest", models.CharField(max_length=64)),
                        ("sealed_package", models.BinaryField()),
                        ("package_digest", models.CharField(max_length=64)),
                        ("sealed_after", models.BinaryField(default=b"")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("decided", "Decided"),
                                    ("stale", "Stale"),
                                    ("signed", "Signed"),
                                    ("dispatched", "Dispatched"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="decided",
                                max_length=12,
                            ),
                        ),
                        ("decided", models.DateTimeField()),
                        ("letter", models.CharField(blank=True, db_index=True, max_length=64)),
                        ("dispatched", models.DateTimeField(null=True)),
                        ("not_before", models.DateTimeField(null=True)),
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
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="disclosure.release",
                            ),
                        ),
                        (
                            "ruleset",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="disclosure.rulesetversion",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["state", "decided"], name="decision_state")],
                    },
                ),
                CreateModel(
                    name="Safeguard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("sealed", models.BinaryField()),
                        ("expires", models.DateField()),
                        ("recorded", models.DateTimeField()),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.entity"
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
                    ],
                    options={
                        "indexes": [models.Index(fields=["person", "kind"], name="safeguard_person")],
                    },
                ),
                CreateModel(
                    name="StatementOutcome",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("verdict", models.CharField(max_length=10)),
                        ("policies", models.JSONField(default=list)),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="statement_outcomes",
                                to="disclosure.decision",
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.statement"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("decision", "statement"), name="one_outcome_per_statement")
                        ],
                    },
                ),
                CreateModel(
                    name="DecisionSignature",
                    fields=[
                        (
                            "decision",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="signature",
                                serialize=False,
                                to="disclosure.decision",
                            ),
                        ),
                        ("method", models.CharField(max_length=20)),
                        ("key_id", models.CharField(max_length=100)),
                        ("public_key", models.BinaryField()),
                        ("signature", models.BinaryField()),
                        ("at", models.DateTimeField()),
                        (
                            "officer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="ApprovalAsk",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("role", models.CharField(max_length=40)),
                        ("asked", models.DateTimeField()),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "officer",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="asks",
                                to="disclosure.decision",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["officer", "decision"], name="approval_asked_of")],
                    },
                ),
                CreateModel(
                    name="Approval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("role", models.CharField(max_length=40)),
                        ("at", models.DateTimeField()),
                        ("granted", models.BooleanField()),
                        ("reason", models.TextField()),
                        ("basis", models.CharField(max_length=64)),
                        ("method", models.CharField(max_length=20)),
                        ("key_id", models.CharField(max_length=100)),
                        ("public_key", models.BinaryField()),
                        ("signature", models.BinaryField()),
                        (
                            "officer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approvals",
                                to="disclosure.decision",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("decision", "role", "officer"), name="one_answer_per_role_and_officer"
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="LetterEntity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("thread", models.CharField(max_length=64)),
                        ("name", models.CharField(max_length=64)),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.entity"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["thread", "entity"], name="letter_entity")],
                        "constraints": [
                            models.UniqueConstraint(fields=("thread", "name"), name="one_entity_per_letter_name")
                        ],
                    },
                ),
                CreateModel(
                    name="Mark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("detail", models.CharField(blank=True, max_length=60)),
                        ("reason", models.TextField()),
                        ("review", models.DateField(null=True)),
                        ("recorded", models.DateTimeField()),
                        ("lifted", models.DateTimeField(null=True)),
                        ("lifted_reason", models.TextField(blank=True)),
                        ("lifted_proof", models.JSONField(default=dict)),
                        (
                            "lifted_by",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dossier.source"
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="dossier.statement",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["source", "statement"], name="mark_of_source")],
                    },
                ),
            ]
        ),
    ]
