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
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["direction", "kind", "state"], name="letters_of_kind"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(condition=models.Q(("due__isnull", False)), fields=["kind", "due"], name="letters_due"),
        ),
        migrations.AddIndex(
            model_name="outboxentry",
            index=models.Index(
                condition=models.Q(("delivered", None), ("failed", None)),
                fields=["party", "carrier", "next_attempt"],
                name="outbox_ways",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxentry",
            index=models.Index(
                condition=models.Q(("delivered", None), ("failed", None)), fields=["expires"], name="outbox_expiring"
            ),
        ),
    ]
