from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossier", "0002_search_index")]
    operations = [migrations.AddField("source", "chain", models.JSONField(default=list))]
