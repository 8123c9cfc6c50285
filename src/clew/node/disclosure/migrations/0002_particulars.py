"""What only one type of letter has: the questions about a request, and the answers to them."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("disclosure", "0001_store")]

    operations: ClassVar = [
        migrations.AddField(model_name="release", name="particulars", field=models.JSONField(default=dict)),
    ]
