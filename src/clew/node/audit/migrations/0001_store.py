from django.db import migrations, models
from django.db.migrations.operations import CreateModel

from clew.node.tables import CreateModels


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("audit", "0001_initial"),
    ]

    dependencies = []

    operations = [
        CreateModels(
            [
                CreateModel(
                    name="Checkpoint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("size", models.BigIntegerField(db_index=True)),
                        ("root", models.BinaryField()),
                        ("at", models.DateTimeField()),
                        ("note", models.TextField()),
                        ("origin", models.CharField(max_length=200)),
                    ],
                ),
                CreateModel(
                    name="TreeHead",
                    fields=[
                        ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                        ("size", models.BigIntegerField(default=0)),
                        ("subtrees", models.BinaryField(default=b"")),
                    ],
                ),
                CreateModel(
                    name="AuditEntry",
                    fields=[
                        ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("actor_id", models.BigIntegerField(null=True)),
                        ("act", models.CharField(max_length=80)),
                        ("object_kind", models.CharField(max_length=40)),
                        ("object_id", models.CharField(max_length=64)),
                        ("leaf", models.BinaryField()),
                        ("leaf_hash", models.BinaryField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["object_kind", "object_id"], name="audit_object"),
                            models.Index(fields=["actor_id"], name="audit_actor"),
                        ],
                    },
                ),
                CreateModel(
                    name="TreeNode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("level", models.SmallIntegerField()),
                        ("position", models.BigIntegerField()),
                        ("hash", models.BinaryField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("level", "position"), name="one_hash_per_subtree")
                        ],
                    },
                ),
            ]
        ),
    ]
