"""What partners cosigned of each other's audit logs, and where a log contradicts what it was."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_carried_in"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PartnerLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("party", models.CharField(max_length=64, unique=True)),
                ("offered", models.DateTimeField(null=True)),
                ("offered_note", models.TextField(blank=True)),
                ("base", models.BigIntegerField(default=0)),
                ("answer", models.CharField(blank=True, max_length=20)),
                ("judged", models.DateTimeField(null=True)),
                ("verdict", models.CharField(blank=True, max_length=20)),
                ("owed", models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CosignedCheckpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("party", models.CharField(max_length=64)),
                ("whose", models.CharField(max_length=6)),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField()),
                ("note", models.TextField()),
                ("cosignature", models.TextField()),
                ("signed_with", models.BinaryField()),
                ("start", models.BigIntegerField(default=0)),
                ("proof", models.JSONField(default=list)),
                ("sequence", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["party", "whose", "id"], name="cosigned_newest")],
            },
        ),
        migrations.CreateModel(
            name="LogContradiction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("party", models.CharField(max_length=64)),
                ("whose", models.CharField(max_length=6)),
                ("code", models.CharField(max_length=20)),
                ("kept_note", models.TextField()),
                ("shown_note", models.TextField()),
                ("start", models.BigIntegerField(default=0)),
                ("proof", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
                ("settled", models.DateTimeField(null=True)),
                ("cause", models.CharField(blank=True, max_length=20)),
                ("after", models.BigIntegerField(default=0)),
                (
                    "settled_by",
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
                        condition=models.Q(("settled", None)), fields=("party", "whose"), name="one_open_contradiction"
                    )
                ],
            },
        ),
    ]
