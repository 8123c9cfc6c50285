from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0001_initial")]
    operations = [migrations.AddField("setting", "proofs", models.JSONField(default=dict))]
