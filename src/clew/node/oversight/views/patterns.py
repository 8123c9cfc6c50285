"""Who keeps asking about whom: for legal advisers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clew.node.accounts.actions import Officer
from clew.node.oversight import actions, queries
from clew.node.oversight.forms import NoteForm
from clew.node.oversight.thresholds import thresholds
from clew.node.oversight.words import HARMLESS, JUDGEMENTS, NOTED, PATTERNS, REQUESTER
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners.queries import names_of
from clew.node.types import BadInput

COUNTED = ("purposes", "offences", "outcomes", "signers")
FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def pattern_list(request: HttpRequest) -> HttpResponse:
    """What to look at, and every partner's numbers."""
    officer = officer_for(request, "pattern.see")
    found = queries.pattern_page(officer=officer, now=timezone.now())
    context = {
        "parties": found,
        "patterns": [_told(one) for party in found for one in party.patterns],
        "thresholds": thresholds(),
    }
    return page(request, "oversight/patterns.html", context)


@require_safe
def party_page(request: HttpRequest, party: str) -> HttpResponse:
    """One partner's history: letters, purposes, offences, outcomes, refusals, posts, patterns, notes."""
    officer = officer_for(request, "pattern.see")
    history = _history_or_404(officer, party)
    posts = names_of(set(history.posts))
    context = {
        "history": history,
        "patterns": [_told(one) for one in history.patterns],
        "notes": [(one, NOTED.get(one.kind, one.kind), JUDGEMENTS[one.judgement])
                  for one in queries.notes_on(officer=officer, party=party)[:50]],
        "posts": [(posts.get(uid, uid), number) for uid, number in history.posts.most_common(20)],
        "counts": {name: getattr(history, name).most_common() for name in COUNTED},
        "rules": history.refusals.rules.most_common(),
    }  # fmt: skip
    return page(request, "oversight/party.html", context)


@FORM
def note(request: HttpRequest, party: str) -> HttpResponse:
    """Say of one pattern, or of the requester as a whole, that it was seen, is harmless, or is flagged."""
    officer = officer_for(request, "pattern.see")
    kind, person = request.GET.get("kind", REQUESTER), request.GET.get("person", "")
    wanted = int(person) if person.isdecimal() and len(person) < 12 else None
    history = _history_or_404(officer, party)
    found = next((one for one in history.patterns if one.kind == kind and one.person == wanted), None)
    if found is None and (kind != REQUESTER or wanted is not None):
        raise Http404
    form = NoteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.note_pattern(actor=officer, party=party, kind=kind, person_id=wanted, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It is noted. Nobody outside this node learns of it."))
            return redirect("oversight:party", party=party)
    return page(
        request, "oversight/note.html", {"form": form, "history": history, "pattern": _told(found) if found else None}
    )


def _told(found: queries.Pattern) -> dict[str, Any]:
    judged = JUDGEMENTS[found.note.judgement] if found.note else ""
    return {"row": found, "title": PATTERNS[found.kind], "harmless": HARMLESS[found.kind], "judged": judged}


def _history_or_404(officer: Officer, party: str) -> queries.PartyHistory:
    history = queries.party_history(officer=officer, party=party, now=timezone.now())
    if history is None:
        raise Http404
    return history
