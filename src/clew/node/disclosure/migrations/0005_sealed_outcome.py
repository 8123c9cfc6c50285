import json
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import migrations, models

from clew.node.keys import rest_key


def seal_outcomes(apps, editor):
    """The outcome names the rules that decided; some names tell what only a sealed record may tell."""
    decisions = apps.get_model("disclosure", "Decision").objects.using(editor.connection.alias)
    pending = []
    for each in decisions.only("outcome", "release_id").iterator(chunk_size=500):
        nonce = os.urandom(12)
        bound_to = f"decision outcome {each.release_id}".encode()
        each.sealed_outcome = nonce + AESGCM(rest_key()).encrypt(nonce, json.dumps(each.outcome).encode(), bound_to)
        pending.append(each)
        if len(pending) == 500:
            decisions.bulk_update(pending, ["sealed_outcome"])
            pending = []
    decisions.bulk_update(pending, ["sealed_outcome"])


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0004_proof_of_lifting")]
    operations = [
        migrations.AddField("decision", "sealed_outcome", models.BinaryField(default=b""), preserve_default=False),
        migrations.RunPython(seal_outcomes, migrations.RunPython.noop),
        migrations.RemoveField("decision", "outcome"),
    ]
