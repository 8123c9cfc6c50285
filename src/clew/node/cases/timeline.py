"""What each kind of event says in the timeline. An event stores its kind and parameters, never a finished sentence."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clew.disclosure.texts import sentence_translated
from clew.node.cases.asked import Asked
from clew.vocabulary import language

SENTENCES: Mapping[str, Promise | str] = {
    "case.opened": gettext_lazy("Case opened"),
    "case.revised": gettext_lazy("Case details changed"),
    "case.closed": gettext_lazy("Case closed: %(reason)s"),
    "case.reopened": gettext_lazy("Case reopened: %(reason)s"),
    "team.added": gettext_lazy("%(officer)s joined the team"),
    "team.removed": gettext_lazy("%(officer)s left the team"),
    "task.added": gettext_lazy("Task added: %(title)s"),
    "task.assigned": gettext_lazy("Task given to %(officer)s: %(title)s"),
    "task.finished": gettext_lazy("Task done: %(title)s"),
    "task.reopened": gettext_lazy("Task taken up again: %(title)s"),
    "deadline.added": gettext_lazy("Deadline set: %(title)s"),
    "deadline.met": gettext_lazy("Deadline met: %(title)s"),
    "deadline.stands": gettext_lazy("The clock stands, because the meaning of the letter was asked: %(title)s"),
    "deadline.ended": gettext_lazy("The clock ended, because the letter was withdrawn: %(title)s"),
    "deadline.runs": gettext_lazy("The clock runs on, because the question was answered: %(title)s"),
    "document.added": gettext_lazy("Document added: %(title)s"),
    "document.read": gettext_lazy("Document opened: %(title)s"),
    "entity.linked": gettext_lazy("An entry of the dossier was linked"),
    "entities.linked": gettext_lazy("Entries of the dossier linked: %(count)s"),
    "entity.unlinked": gettext_lazy("An entry of the dossier was unlinked"),
    "reference.linked": gettext_lazy("Linked to %(party)s, reference %(reference)s"),
    "note": gettext_lazy("Note"),
    "release.drafted": gettext_lazy("Letter drafted: %(title)s"),
    "release.decided": gettext_lazy("Decided what may leave: %(title)s"),
    "release.approved": gettext_lazy("Approved: %(title)s"),
    "release.signed": gettext_lazy("Signed and released: %(title)s"),
    "release.withdrawn": gettext_lazy("Draft withdrawn: %(title)s"),
    "letter.sent": gettext_lazy("Letter sent to %(party)s: %(title)s"),
    "letter.received": gettext_lazy("Letter from %(party)s: %(title)s"),
    "letter.taken": gettext_lazy("Letter taken from %(party)s: %(title)s"),
    "letter.confidential": gettext_lazy(
        "%(party)s wants this letter kept confidential; mark what you record that tells of it: %(title)s"
    ),
    "letter.refused": gettext_lazy("Letter refused from %(party)s: %(title)s"),
    "letter.receipt": gettext_lazy("Receipt from %(party)s: %(title)s"),
    "source.recorded": gettext_lazy("Source recorded: %(title)s"),
    "import.finished": gettext_lazy("Import finished: %(title)s"),
}


def sentence(kind: str, parameters: Mapping[str, object]) -> str:
    """The event in the reader's language. A parameter that is missing reads as an ellipsis, never as a fault."""
    text = SENTENCES.get(kind)
    if text is None:
        return _("Event %(kind)s") % {"kind": kind}
    shown = _Shown(parameters)
    if isinstance(asked := parameters.get("asked"), Mapping):
        shown["title"] = str(Asked.read(asked))
    elif kind.startswith("task.") and "title" in shown:
        shown["title"] = in_readers_language(str(shown["title"]))
    return str(text) % shown


def in_readers_language(title: str) -> str:
    """A task's title; what a rule of the node asks for is said in the reader's language."""
    return sentence_translated(title, language(get_language() or "en")) or title


class _Shown(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"
