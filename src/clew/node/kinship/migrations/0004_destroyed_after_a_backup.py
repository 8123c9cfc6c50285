"""A profile can have been destroyed after the backup from which its row comes."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("kinship", "0003_signed")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="profile",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("withdrawn", "Withdrawn"),
                    ("reunited", "Reunited"),
                    ("closed", "Closed"),
                    ("mistake", "Mistake"),
                    ("no_consent", "No Consent"),
                    ("erased", "Erased"),
                ],
                max_length=12,
            ),
        ),
    ]
