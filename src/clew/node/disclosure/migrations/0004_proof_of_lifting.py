from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0003_preview")]
    operations = [migrations.AddField("mark", "lifted_proof", models.JSONField(default=dict))]
