from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0001_store"),
    ]

    operations = [
        migrations.AddField(model_name="nodecard", name="hybrid_key", field=models.BinaryField(default=bytes)),
    ]
