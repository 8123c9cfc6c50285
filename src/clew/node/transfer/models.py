"""Imports and what became of them, saved mappings, statistical records, exports."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Mapping(models.Model):
    """A mapping that officers of this node made; `definition` is its YAML. The shipped ones are files."""

    name = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    definition = models.TextField()
    saved = models.DateTimeField()
    saved_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")


class ImportBatch(models.Model):
    """One import, from the upload to the end, or to its undoing.

    The file lies encrypted among the node's documents until the import has ended. `problems` are sealed under the same
    key, since a value that could not be read may still name someone. `options`: source fields, chosen columns.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        CHECKING = "checking"
        CHECKED = "checked"
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"
        UNDONE = "undone"

    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    mapping = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=12, blank=True)
    compartment = models.ForeignKey("accounts.Compartment", null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    stored_as = models.CharField(max_length=64, blank=True)
    wrapped_key = models.BinaryField(null=True)
    options = models.JSONField(default=dict)
    encoding = models.CharField(max_length=20, blank=True)
    good_rows_only = models.BooleanField(default=False)
    rows = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0)
    formulas = models.PositiveIntegerField(default=0)
    problem_count = models.PositiveIntegerField(default=0)
    problems = models.BinaryField(null=True)
    refusal = models.JSONField(null=True)
    cancel_asked = models.BooleanField(default=False)
    source = models.ForeignKey("dossier.Source", null=True, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField()
    made_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    changed = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-made", "-id"], name="import_list"),
            models.Index(fields=["state"], name="import_by_state"),
        ]


class ImportedEntity(models.Model):
    """Which entity a key of a running import became, so that an import goes on after a power cut; then forgotten."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="+")
    key_digest = models.BinaryField(max_length=16)
    entity = models.ForeignKey("dossier.Entity", on_delete=models.CASCADE, related_name="+")


class StatisticalDataset(models.Model):
    """A table of anonymised records, for counting. No row of it is a person, a statement or a search entry.

    `handling`, `handling_text`: the code under which its owner gave it; whoever counts in it is told.
    """

    batch = models.OneToOneField(ImportBatch, on_delete=models.PROTECT, related_name="dataset")
    mapping = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    columns = models.JSONField()
    records = models.PositiveIntegerField(default=0)
    complete = models.BooleanField(default=False)
    handling = models.CharField(max_length=4)
    handling_text = models.TextField(blank=True)
    recorded = models.DateTimeField()


class StatisticalColumn(models.Model):
    """One column of some thousand successive records: the different values, and for each record which one it has."""

    dataset = models.ForeignKey(StatisticalDataset, on_delete=models.CASCADE, related_name="blocks")
    name = models.CharField(max_length=200)
    first_record = models.PositiveIntegerField()
    records = models.PositiveIntegerField()
    values = models.JSONField()
    codes = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "name", "first_record"], name="column_block_once")
        ]


class PublishedTable(models.Model):
    """A table that was published: every later one of the same series is checked against it, so it is never deleted.

    It holds what was published and nothing else, and stays when the records are undone: what is out is out.
    `series` is the mapping of the records, `population` names exactly these records.
    """

    series = models.CharField(max_length=60, db_index=True)
    population = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published = models.DateTimeField()
    published_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["published", "pk"]


OVERSIGHT = ("register", "log")
"""What oversight hands out: files that are not kept here, for purposes of their own."""


class Export(models.Model):
    """One export: to whom, what for, what was chosen, what was left out and why, and the file's hash.

    The file lies encrypted among the node's documents for a day, then only this record remains. A file of `OVERSIGHT`
    is handed out at once and not kept.
    """

    number = models.CharField(max_length=40, unique=True)
    what = models.CharField(max_length=20)
    file_format = models.CharField(max_length=10)
    recipient = models.CharField(max_length=64)
    recipient_name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    filters = models.JSONField(default=dict)
    decision = models.JSONField(default=dict)
    classification = models.CharField(max_length=4)
    rows = models.PositiveIntegerField()
    withheld = models.PositiveIntegerField()
    content_sha256 = models.CharField(max_length=64)
    file_sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    stored_as = models.CharField(max_length=64, blank=True)
    wrapped_key = models.BinaryField(null=True)
    made = models.DateTimeField()
    made_by = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["made_by", "-made"], name="export_list")]

    @property
    def purposes(self) -> str:
        """The code list of the purpose."""
        return "oversight_purposes" if self.what in OVERSIGHT else "purposes"
