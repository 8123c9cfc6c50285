"""What a letter allows of a source: which statements, under which conditions, and until it is taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0002_particulars"),
    ]

    operations = [
        migrations.AddField(
            model_name="authorisation",
            name="conditions",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="authorisation",
            name="letter",
            field=models.CharField(blank=True, db_index=True, max_length=32),
        ),
        migrations.AddField(
            model_name="authorisation",
            name="statements",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="authorisation",
            name="withdrawn",
            field=models.DateTimeField(null=True),
        ),
    ]
