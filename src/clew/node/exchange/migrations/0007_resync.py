"""Numbers and digests of sealed letters, and what partners say after a restore."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_letters(apps: Any, schema_editor: Any) -> None:
    """Of what was sealed before, the number and digest of the letter where that is kept; of receipts they are not."""
    alias = schema_editor.connection.alias
    entries = apps.get_model("exchange", "OutboxEntry").objects.using(alias)
    letters = apps.get_model("exchange", "Letter").objects.using(alias).filter(pk=OuterRef("letter_id"))
    entries.exclude(letter=None).update(
        sequence=Subquery(letters.values("sequence")[:1]), letter_digest=Subquery(letters.values("digest")[:1])
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("exchange", "0006_restored")]

    operations: ClassVar = [
        migrations.AddField("outboxentry", "sequence", models.BigIntegerField(null=True)),
        migrations.AddField(
            "outboxentry",
            "letter_digest",
            models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddIndex("outboxentry", models.Index(fields=["party", "sequence"], name="outbox_order")),
        migrations.RunPython(name_letters, migrations.RunPython.noop),
        migrations.AddField(
            "restored", "nonce", models.CharField(blank=True, default="", max_length=32), preserve_default=False
        ),
        migrations.AddField("restored", "known_sequence", models.BigIntegerField(default=0)),
        migrations.AddField(
            "restored", "known_digest", models.CharField(blank=True, default="", max_length=64), preserve_default=False
        ),
        migrations.AddField("restored", "coming", models.JSONField(default=list)),
        migrations.AddField(
            "restored", "fault", models.CharField(blank=True, default="", max_length=20), preserve_default=False
        ),
        migrations.CreateModel(
            name="SentBefore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("party", models.CharField(max_length=64)),
                ("sequence", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("letter", models.CharField(blank=True, max_length=32)),
                ("decision_digest", models.CharField(blank=True, max_length=64)),
                ("told", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("party", "sequence"), name="one_letter_before_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="ResyncQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("party", models.CharField(max_length=64)),
                ("nonce", models.CharField(max_length=32)),
                ("created", models.DateTimeField()),
                ("came", models.DateTimeField()),
                ("by_former_key", models.BooleanField(default=False)),
                ("sent_sequence", models.BigIntegerField()),
                ("sent_digest", models.CharField(max_length=64)),
                ("known_sequence", models.BigIntegerField()),
                ("missing", models.JSONField(default=list)),
                ("resend", models.BooleanField(default=True)),
                ("answered", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("party", "nonce"), name="each_resync_question_once")],
            },
        ),
    ]
