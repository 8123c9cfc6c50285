"""Guardians, refusals and the whole consent record. What was written in the clear is sealed on the way."""

import json
import os

import django.db.models.deletion
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import migrations, models

from clew.node.keys import rest_key

NONCE = 12
ASSENT = {True: "yes", False: "no", None: ""}


def derive(material, purpose):
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"clew " + purpose).derive(material)


def person_key(apps, alias, person):
    """The person's data key in the clear; None where nothing of hers is sealed, or her key was destroyed."""
    keys = apps.get_model("dossier", "PersonKey").objects.using(alias)
    wrapped = keys.filter(person_id=person).values_list("wrapped", flat=True).first()
    if wrapped is None:
        return None
    wrapping = AESGCM(derive(rest_key(), b"person key wrap 1"))
    return wrapping.decrypt(bytes(wrapped)[:NONCE], bytes(wrapped)[NONCE:], b"dossier_personkey:%d" % person)


def seal(key, person, texts, bound_to):
    """As `clew.node.consent.texts.seal_texts` did when this migration was written."""
    kept = {name: text.strip() for name, text in texts.items() if text.strip()}
    if not kept:
        return b""
    nonce = os.urandom(NONCE)
    cipher = AESGCM(derive(rest_key() + (key or b""), b"safekeeping 1"))
    content = json.dumps(kept, ensure_ascii=False).encode()
    persons = json.dumps([] if key is None else [person]).encode()
    return persons + b"\n" + nonce + cipher.encrypt(nonce, content, f"consent texts {person} {bound_to}".encode())


def seal_what_is_there(apps, schema_editor):
    alias = schema_editor.connection.alias
    consents = apps.get_model("consent", "Consent").objects.using(alias)
    for one in consents.all():
        key = person_key(apps, alias, one.person_id) if one.witness or one.withdrawal_reason else None
        moment = one.recorded.isoformat()
        one.child_assent = ASSENT[one.assent]
        one.sealed = seal(key, one.person_id, {"witness": one.witness}, f"given {moment}")
        one.sealed_withdrawal = seal(key, one.person_id, {"reason": one.withdrawal_reason}, f"withdrawn {moment}")
        one.save(update_fields=["child_assent", "sealed", "sealed_withdrawal"])


OFFICER = settings.AUTH_USER_MODEL


def link(to, *, null=False, related="+"):
    return models.ForeignKey(null=null, on_delete=django.db.models.deletion.PROTECT, related_name=related, to=to)


def number():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0001_initial"),
        ("dossier", "0002_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Guardian",
            fields=[
                ("id", number()),
                ("relation", models.CharField(max_length=40)),
                ("sealed", models.BinaryField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField()),
                ("ended", models.DateTimeField(null=True)),
                ("sealed_end", models.BinaryField(default=b"")),
                ("recorded", models.DateTimeField()),
                ("compartment", link("accounts.compartment")),
                ("ended_by", link(OFFICER, null=True)),
                ("person", link("dossier.entity", related="guardians")),
                ("recorded_by", link(OFFICER)),
            ],
        ),
        migrations.CreateModel(
            name="GuardianFinding",
            fields=[
                ("id", number()),
                ("answer", models.CharField(max_length=20)),
                ("sealed", models.BinaryField()),
                ("found", models.DateField()),
                ("recorded", models.DateTimeField()),
                ("guardian", link("consent.guardian", related="findings")),
                ("recorded_by", link(OFFICER)),
            ],
            options={"ordering": ["recorded", "pk"]},
        ),
        migrations.CreateModel(
            name="Refusal",
            fields=[
                ("id", number()),
                ("purpose", models.CharField(max_length=40)),
                ("recipient", models.CharField(max_length=64)),
                ("items", models.JSONField()),
                ("refused_by", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=10)),
                ("refused", models.DateField()),
                ("recorded", models.DateTimeField()),
                ("compartment", link("accounts.compartment")),
                ("person", link("dossier.entity")),
                ("recorded_by", link(OFFICER)),
            ],
        ),
        migrations.AddField("consent", "guardian", link("consent.guardian", null=True, related="consents")),
        migrations.AddField("consent", "child_assent", models.CharField(blank=True, default="", max_length=20), False),
        migrations.AddField("consent", "understood", models.BooleanField(null=True)),
        migrations.AddField("consent", "capacity", models.CharField(blank=True, default="", max_length=20), False),
        migrations.AddField("consent", "sealed", models.BinaryField(default=b"")),
        migrations.AddField("consent", "sealed_withdrawal", models.BinaryField(default=b"")),
        migrations.AddField("consent", "withdrawn_by", link(OFFICER, null=True)),
        migrations.AddField("consent", "continues", link("consent.consent", null=True, related="rest")),
        migrations.RunPython(seal_what_is_there, migrations.RunPython.noop),
        migrations.RemoveField("consent", "witness"),
        migrations.RemoveField("consent", "withdrawal_reason"),
        migrations.RemoveField("consent", "assent"),
        migrations.AddIndex(
            "consent",
            models.Index(condition=models.Q(("withdrawn", None)), fields=["expires", "id"], name="consent_ending"),
        ),
    ]
