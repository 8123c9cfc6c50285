"""Letters that their senders take back, and what each holder says became of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0003_checkpoints"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Recall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.CharField(max_length=32, unique=True)),
                ("direction", models.CharField(max_length=3)),
                ("party", models.CharField(max_length=64)),
                ("recalled", models.CharField(db_index=True, max_length=32)),
                ("digest", models.CharField(max_length=64)),
                ("action", models.CharField(max_length=10)),
                ("reason", models.CharField(max_length=20)),
                ("numbers", models.JSONField(default=list)),
                ("asked", models.DateTimeField()),
                ("answer_by", models.DateTimeField(null=True)),
                ("sent", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                ("settled", models.DateTimeField(null=True)),
                ("until", models.CharField(blank=True, max_length=10)),
                ("passed_on", models.JSONField(default=list)),
                ("reference", models.CharField(blank=True, max_length=100)),
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
                    "cause",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="onward",
                        to="exchange.recall",
                    ),
                ),
                (
                    "settled_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="recalls", to="exchange.thread"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("sent", None)), fields=["id"], name="recalls_to_send")],
            },
        ),
    ]
