"""Letters that go via a post: what this node carries for others, and who carries its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxentry",
            name="carried",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="outboxentry",
            name="carrier",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.CreateModel(
            name="Transit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sender", models.CharField(max_length=64)),
                ("recipient", models.CharField(max_length=64)),
                ("envelope_id", models.CharField(max_length=32)),
                ("digest", models.CharField(max_length=64)),
                ("envelope", models.BinaryField()),
                ("size", models.PositiveIntegerField()),
                ("received", models.DateTimeField()),
                ("expires", models.DateTimeField()),
                ("receipt", models.BinaryField()),
                ("answer", models.BinaryField(default=b"")),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_attempt", models.DateTimeField()),
                ("last_problem", models.CharField(blank=True, max_length=40)),
                ("passed_on", models.DateTimeField(null=True)),
                ("failed", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("failed", None), ("passed_on", None)),
                        fields=["recipient", "id"],
                        name="transit_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("sender", "envelope_id"), name="carried_once_per_sender")
                ],
            },
        ),
    ]
