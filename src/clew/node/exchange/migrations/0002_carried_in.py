from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_store"),
    ]

    operations = [
        migrations.CreateModel(
            name="CarriedIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("party", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("receipt", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("party", "digest"), name="one_answer_to_what_was_carried_in")
                ],
            },
        ),
    ]
