"""A deadline stands while the meaning of its letter is being asked."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0001_store")]

    operations: ClassVar = [
        migrations.AddField(model_name="deadline", name="stands_since", field=models.DateTimeField(null=True)),
    ]
