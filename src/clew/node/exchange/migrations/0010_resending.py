from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0009_announcements"),
    ]

    operations = [
        migrations.AddField(
            model_name="resyncquestion",
            name="coming",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="resyncquestion",
            name="resent",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="resyncquestion",
            name="resent_to",
            field=models.BigIntegerField(default=0),
        ),
    ]
