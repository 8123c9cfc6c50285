"""How somebody is after a return can be recorded on her path."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("referral", "0001_paths")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="entry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("contact", "Contact"),
                    ("identification", "Identification"),
                    ("reflection", "Reflection"),
                    ("best_interests", "Best Interests"),
                    ("assistance", "Assistance"),
                    ("justice", "Justice"),
                    ("residence", "Residence"),
                    ("closing", "Closing"),
                    ("follow_up", "Follow Up"),
                ],
                max_length=16,
            ),
        ),
    ]
