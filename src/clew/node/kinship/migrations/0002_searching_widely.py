"""A search may be part of a wide one: one found child against every family, or every family against every child."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SEARCH = ("weighing", "weighed", "waiting", "running", "done", "failed", "cancelled", "left_out")
WIDE = ("weighing", "weighed", "running", "done", "cancelled")


def state(codes: tuple[str, ...]) -> models.CharField:
    return models.CharField(
        choices=[(each, each.replace("_", " ").title()) for each in codes], default="weighing", max_length=10
    )


def link(model: str, related: str, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(null=null, on_delete=django.db.models.deletion.PROTECT, related_name=related, to=model)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0002_integrations"),
        ("kinship", "0001_kinship"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="WideSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", state(WIDE)),
                ("size", models.PositiveBigIntegerField()),
                ("threshold", models.FloatField(null=True)),
                ("sealed", models.BinaryField(default=b"")),
                ("made", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
                ("child", link("kinship.foundchild", "wide_searches", null=True)),
                ("compartment", link("accounts.compartment", "+")),
                ("made_by", link(settings.AUTH_USER_MODEL, "+")),
            ],
            options={"indexes": [models.Index(fields=["state", "id"], name="kinship_wide_state")]},
        ),
        migrations.AlterField(model_name="search", name="size", field=models.PositiveBigIntegerField(null=True)),
        migrations.AlterField(model_name="search", name="state", field=state(SEARCH)),
        migrations.AddField(model_name="search", name="wide", field=link("kinship.widesearch", "searches", null=True)),
    ]
