import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import CreateModel

from clew.node.tables import CreateModels


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("exchange", "0001_initial"),
        ("exchange", "0002_carried_letters"),
    ]

    dependencies = [
        ("accounts", "0001_store"),
        ("cases", "0001_store"),
    ]

    operations = [
        CreateModels(
            [
                CreateModel(
                    name="Attempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("claimed", models.CharField(max_length=64)),
                        ("code", models.CharField(max_length=40)),
                        ("count", models.PositiveIntegerField(default=1)),
                        ("first", models.DateTimeField()),
                        ("last", models.DateTimeField(db_index=True)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("claimed", "code"), name="attempt_once")],
                    },
                ),
                CreateModel(
                    name="DispatchProblem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("decision", models.BigIntegerField(unique=True)),
                        ("code", models.CharField(max_length=40)),
                        ("at", models.DateTimeField()),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="cases.case",
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="PairState",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("party", models.CharField(max_length=64)),
                        ("direction", models.CharField(max_length=3)),
                        ("sequence", models.BigIntegerField(default=0)),
                        ("digest", models.CharField(max_length=64)),
                        ("missing", models.JSONField(default=list)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("party", "direction"), name="one_order_per_pair")
                        ],
                    },
                ),
                CreateModel(
                    name="Thread",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uid", models.CharField(max_length=32, unique=True)),
                        ("party", models.CharField(db_index=True, max_length=64)),
                        ("kind", models.CharField(max_length=20)),
                        ("urgency", models.CharField(blank=True, max_length=40)),
                        ("instrument", models.CharField(blank=True, max_length=200)),
                        ("state", models.CharField(default="sent", max_length=20)),
                        ("due", models.DateTimeField(null=True)),
                        ("answered", models.DateTimeField(null=True)),
                        ("opened", models.DateTimeField()),
                        ("changed", models.DateTimeField(db_index=True)),
                        (
                            "case",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="threads",
                                to="cases.case",
                            ),
                        ),
                    ],
                ),
                CreateModel(
                    name="Letter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uid", models.CharField(max_length=32, unique=True)),
                        ("direction", models.CharField(max_length=3)),
                        ("state", models.CharField(max_length=20)),
                        ("kind", models.CharField(max_length=20)),
                        ("party", models.CharField(max_length=64)),
                        ("post", models.CharField(blank=True, max_length=64)),
                        ("sequence", models.BigIntegerField()),
                        ("previous", models.CharField(max_length=64)),
                        ("digest", models.CharField(max_length=64)),
                        ("envelope", models.CharField(db_index=True, max_length=32)),
                        ("envelope_digest", models.CharField(max_length=64)),
                        ("signed_with", models.BinaryField()),
                        ("header", models.JSONField()),
                        ("wrapped_key", models.BinaryField()),
                        ("sealed", models.BinaryField()),
                        ("sealed_subject", models.BinaryField()),
                        ("decision", models.BigIntegerField(null=True, unique=True)),
                        ("decision_digest", models.CharField(blank=True, max_length=64)),
                        ("in_reply_to", models.CharField(blank=True, max_length=32)),
                        ("created", models.DateTimeField()),
                        ("due", models.DateTimeField(null=True)),
                        ("recorded", models.DateTimeField()),
                        ("taken", models.DateTimeField(null=True)),
                        (
                            "taken_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "thread",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="exchange.thread",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["direction", "state"], name="letters_waiting")],
                    },
                ),
                CreateModel(
                    name="ThreadEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("letter", models.CharField(max_length=32)),
                        ("by", models.CharField(max_length=64)),
                        ("at", models.DateTimeField()),
                        ("data", models.JSONField(default=dict)),
                        (
                            "thread",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="events", to="exchange.thread"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("thread", "kind", "letter", "by"), name="each_event_once")
                        ],
                    },
                ),
                CreateModel(
                    name="Transit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sender", models.CharField(max_length=64)),
                        ("recipient", models.CharField(max_length=64)),
                        ("envelope_id", models.CharField(max_length=32)),
                        ("digest", models.CharField(max_length=64)),
                        ("envelope", models.BinaryField()),
                        ("size", models.PositiveIntegerField()),
                        ("received", models.DateTimeField()),
                        ("expires", models.DateTimeField()),
                        ("receipt", models.BinaryField()),
                        ("answer", models.BinaryField(default=b"")),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("next_attempt", models.DateTimeField()),
                        ("last_problem", models.CharField(blank=True, max_length=40)),
                        ("passed_on", models.DateTimeField(null=True)),
                        ("failed", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("failed", None), ("passed_on", None)),
                                fields=["recipient", "id"],
                                name="transit_waiting",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("sender", "envelope_id"), name="carried_once_per_sender")
                        ],
                    },
                ),
                CreateModel(
                    name="InboxEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sender", models.CharField(max_length=64)),
                        ("envelope_id", models.CharField(max_length=32)),
                        ("digest", models.CharField(max_length=64)),
                        ("envelope", models.BinaryField()),
                        ("stored_receipt", models.BinaryField()),
                        ("received", models.DateTimeField()),
                        ("expires", models.DateTimeField()),
                        ("state", models.CharField(default="stored", max_length=20)),
                        ("at_the_door", models.BooleanField(default=False)),
                        ("code", models.CharField(blank=True, max_length=40)),
                        ("where", models.CharField(blank=True, max_length=120)),
                        ("kind", models.CharField(blank=True, max_length=20)),
                        ("sequence", models.BigIntegerField(null=True)),
                        ("previous", models.CharField(blank=True, max_length=64)),
                        ("letter_digest", models.CharField(blank=True, max_length=64)),
                        (
                            "letter",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inbox",
                                to="exchange.letter",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(condition=models.Q(("state", "stored")), fields=["id"], name="inbox_unopened"),
                            models.Index(fields=["sender", "sequence"], name="inbox_order"),
                            models.Index(fields=["state"], name="inbox_state"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("at_the_door", False)),
                                fields=("sender", "envelope_id"),
                                name="envelope_once_per_sender",
                            ),
                            models.UniqueConstraint(fields=("sender", "digest"), name="same_bytes_once_per_sender"),
                        ],
                    },
                ),
                CreateModel(
                    name="ClockMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("percent", models.PositiveSmallIntegerField()),
                        ("at", models.DateTimeField()),
                        (
                            "letter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="marks", to="exchange.letter"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("letter", "percent"), name="each_mark_once")],
                    },
                ),
                CreateModel(
                    name="OutboxEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("party", models.CharField(max_length=64)),
                        ("carrier", models.CharField(blank=True, max_length=64)),
                        ("kind", models.CharField(max_length=20)),
                        ("envelope_id", models.CharField(max_length=32, unique=True)),
                        ("envelope_digest", models.CharField(max_length=64)),
                        ("envelope", models.BinaryField()),
                        ("created", models.DateTimeField()),
                        ("expires", models.DateTimeField()),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("next_attempt", models.DateTimeField()),
                        ("last_problem", models.CharField(blank=True, max_length=40)),
                        ("carried", models.DateTimeField(null=True)),
                        ("delivered", models.DateTimeField(null=True)),
                        ("failed", models.DateTimeField(null=True)),
                        (
                            "letter",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outbox",
                                to="exchange.letter",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("delivered", None), ("failed", None)),
                                fields=["party", "id"],
                                name="outbox_waiting",
                            )
                        ],
                    },
                ),
                CreateModel(
                    name="Receipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("letter_uid", models.CharField(blank=True, max_length=32)),
                        ("issuer", models.CharField(max_length=64)),
                        ("addressee", models.CharField(max_length=64)),
                        ("envelope_id", models.CharField(max_length=32)),
                        ("envelope_digest", models.CharField(max_length=64)),
                        ("stage", models.CharField(max_length=10)),
                        ("code", models.CharField(blank=True, max_length=40)),
                        ("reason", models.CharField(blank=True, max_length=1000)),
                        ("at", models.DateTimeField()),
                        ("raw", models.BinaryField(default=b"")),
                        ("to_send", models.BooleanField(default=False)),
                        ("recorded", models.DateTimeField()),
                        (
                            "letter",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="receipts",
                                to="exchange.letter",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("to_send", True)),
                                fields=["addressee", "id"],
                                name="receipts_to_send",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("envelope_digest", "issuer", "stage"), name="each_fact_once"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
