"""What this organisation tells all its partners of itself."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0008_evidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("party", models.CharField(max_length=64)),
                ("action", models.CharField(max_length=10)),
                ("reason", models.CharField(max_length=20)),
                ("serial", models.BigIntegerField(unique=True)),
                ("ordered", models.DateTimeField()),
                ("waiting", models.JSONField(default=list)),
                ("sent", models.JSONField(default=list)),
                (
                    "ordered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
    ]
