from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0002_proof_of_confirming")]
    operations = [migrations.AddField("simulation", "read_older", models.JSONField(default=list))]
