import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("partners", "0002_hybrid_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactTest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contact", models.CharField(max_length=500)),
                ("begun", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
                ("answered", models.DateTimeField(null=True)),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contact_tests", to="partners.party"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["party", "-begun"], name="contact_tests_newest")]},
        ),
    ]
