from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_store"),
    ]

    operations = [
        migrations.AddField(
            model_name="officer",
            name="is_integration",
            field=models.BooleanField(default=False, verbose_name="integration"),
        ),
    ]
