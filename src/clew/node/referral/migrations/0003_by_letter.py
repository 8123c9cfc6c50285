"""A partner's service is asked by letter, and a partner's referral is kept until it ends."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0002_integrations"),
        ("referral", "0002_follow_ups"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="referral",
            name="code",
            field=models.CharField(blank=True, max_length=30),
        ),
        migrations.AddField(
            model_name="referral",
            name="letter",
            field=models.CharField(blank=True, db_index=True, max_length=32),
        ),
        migrations.AddField(
            model_name="referral",
            name="release",
            field=models.BigIntegerField(null=True, unique=True),
        ),
        migrations.AlterField(
            model_name="referral",
            name="state",
            field=models.CharField(
                choices=[
                    ("told", "Told"),
                    ("prepared", "Prepared"),
                    ("asked", "Asked"),
                    ("accepted", "Accepted"),
                    ("refused", "Refused"),
                    ("stopped", "Stopped"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="IncomingReferral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letter", models.CharField(max_length=32, unique=True)),
                ("party", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("taken", "Taken"),
                            ("accepted", "Accepted"),
                            ("refused", "Refused"),
                            ("ended", "Ended"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reference", models.CharField(max_length=64)),
                ("urgency", models.CharField(max_length=30)),
                ("basis", models.CharField(max_length=20)),
                ("sealed", models.BinaryField(default=b"")),
                ("answer_by", models.DateTimeField()),
                ("keep_until", models.DateField(null=True)),
                ("taken", models.DateTimeField()),
                ("answered", models.DateTimeField(null=True)),
                ("code", models.CharField(blank=True, max_length=30)),
                ("arrived", models.DateField(null=True)),
                ("ended", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.officer",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.officer"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.compartment"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "taken")), fields=["answer_by", "id"], name="incoming_open_by_due"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["refused", "ended"]), _negated=True),
                            ("sealed", b""),
                            _connector="OR",
                        ),
                        name="incoming_over_is_void",
                    )
                ],
            },
        ),
    ]
