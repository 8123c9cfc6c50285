"""Whoever opens a store, proposes to tell somebody, or approves that, signs it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("kinship", "0002_searching_widely")]

    operations: ClassVar = [
        migrations.AddField(model_name="session", name="proof", field=models.JSONField(null=True)),
        migrations.AddField(model_name="telling", name="proposed_proof", field=models.JSONField(null=True)),
        migrations.AddField(model_name="telling", name="approved_proof", field=models.JSONField(null=True)),
    ]
