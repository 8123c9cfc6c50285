"""A case is work, not knowledge: its team, tasks, deadlines, documents, and the entities it looks at."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew.node.cases.asked import Asked
from clew.node.cases.timeline import in_readers_language
from clew.node.folded import FoldedField
from clew.vocabulary import codelist

APPROVAL_ASKED = "release.approval"
"""Kind of the task by which a role is asked to approve a letter; its title is the letter's subject."""


class Case(models.Model):
    """A work file. Its compartment is its team; `folded` is what a search of cases looks through."""

    reference = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    status = models.CharField(max_length=20)
    offence_codes = models.JSONField(default=list)
    summary = models.TextField(blank=True)
    compartment = models.ForeignKey("accounts.Compartment", on_delete=models.PROTECT, related_name="cases")
    opened = models.DateTimeField()
    opened_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    closed = models.DateTimeField(null=True)
    changed = models.DateTimeField()
    folded = FoldedField(of=("reference", "title"))

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-changed", "-id"], name="case_list_order"),
            models.Index(fields=["status", "-changed", "-id"], name="case_list_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class ReferenceCounter(models.Model):
    """The last number given out for one country and year, so that two cases never get the same reference."""

    prefix = models.CharField(max_length=20, unique=True)
    last = models.PositiveIntegerField(default=0)


class CaseReference(models.Model):
    """The pairwise link to a partner's own case reference; there is no global case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="references")
    party = models.CharField(max_length=64)
    reference = models.CharField(max_length=80)
    linked = models.DateTimeField()


class CaseEntity(models.Model):
    """The case looks at this entity."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entity_links")
    entity = models.ForeignKey("dossier.Entity", on_delete=models.PROTECT, related_name="+")
    linked = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "entity"], name="entity_once_per_case")]


class Task(models.Model):
    """Something a named officer, or anyone with a role in the team, has to do.

    `asked` holds the parts of a sentence of the node's own (`clew.node.cases.asked`), or nothing.
    """

    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    asked = models.JSONField(default=dict)
    assigned = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="tasks")
    role = models.CharField(max_length=40, blank=True)
    url = models.CharField(max_length=300, blank=True)
    due = models.DateTimeField(null=True)
    created = models.DateTimeField()
    done = models.DateTimeField(null=True)
    done_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due", "id"], condition=models.Q(done=None), name="task_open_by_due"),
        ]

    @property
    def words(self) -> str:
        """What is to be done, in the reader's language where the node itself or one of its rules asks for it."""
        if self.asked:
            return str(Asked.read(self.asked))
        if self.kind == APPROVAL_ASKED:
            role = codelist("roles").label(self.role, get_language() or "en")
            return _("Approve or refuse as %(role)s: %(subject)s") % {"role": role, "subject": self.title}
        if self.kind.startswith("release."):
            return in_readers_language(self.title)
        return self.title


class Deadline(models.Model):
    """A moment something must have happened by, with the instrument or rule that set it.

    `stands_since`: its letter's meaning is being asked, so that the clock stands and `due` will be later.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="deadlines")
    title = models.CharField(max_length=300)
    due = models.DateTimeField()
    set_by = models.CharField(max_length=200)
    letter = models.CharField(max_length=64, blank=True)
    started = models.DateTimeField()
    met = models.DateTimeField(null=True)
    stands_since = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due", "id"], condition=models.Q(met=None), name="deadline_open_by_due"),
        ]

    @property
    def words(self) -> str:
        """What is due, in the reader's language where a letter set it; the title is then that letter's subject."""
        return _("Answer is due: %(subject)s") % {"subject": self.title} if self.letter else self.title


class Document(models.Model):
    """A file of the case: hashed on intake, encrypted at rest under its own key."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(max_length=300)
    file_name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    stored_as = models.CharField(max_length=64, unique=True)
    wrapped_key = models.BinaryField()
    added = models.DateTimeField()
    added_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")


class Event(models.Model):
    """A line of the case's timeline. `parameters` fill the sentence of `kind` in the reader's language."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "-at"], name="case_timeline")]
