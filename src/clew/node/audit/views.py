"""The log's pages: its state and checkpoints, its entries, and one entry with its proof."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clew.node.accounts.queries import names_of, permissions_of
from clew.node.audit.forms import EntryFilterForm
from clew.node.audit.models import AuditEntry
from clew.node.audit.queries import EntryFilter, checkpoints, entries, entry_with_proof, size_and_root, verify
from clew.node.discovery import offers
from clew.node.pages import officer_for, page

CHECKPOINTS_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def state(request: HttpRequest) -> HttpResponse:
    """How long the log is and what was signed; POST computes it anew and says whether it is whole."""
    officer = officer_for(request, "audit.verify")
    size, root = size_and_root()
    context = {
        "size": size,
        "root": root.hex(),
        "checkpoints": [(point, bytes(point.root).hex()) for point in checkpoints(officer=officer)[:CHECKPOINTS_SHOWN]],
        "report": verify() if request.method == "POST" else None,
        "may_read": "audit.see" in permissions_of(officer),
        "partners": [line for offered in offers("partner_logs") for line in offered(officer=officer)],
    }
    return page(request, "audit/state.html", context)


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The entries, newest first."""
    officer = officer_for(request, "audit.see")
    form = EntryFilterForm(request.GET)
    wanted = form.wanted()
    found = entries(officer=officer, wanted=wanted, below=_index(request, "below"), above=_index(request, "above"))
    names = names_of(entry.actor_id for entry in found.entries)
    context = {
        "form": form,
        "is_filtered": wanted != EntryFilter(),
        "rows": [(entry, _actor(entry, names)) for entry in found.entries],
        "older": _page_url(request, "below", found.older),
        "newer": _page_url(request, "above", found.newer),
    }
    return page(request, "audit/log.html", context)


@require_safe
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry, its content as it was hashed, and the proof that it is in the log."""
    officer = officer_for(request, "audit.see")
    proof = entry_with_proof(officer=officer, index=index)
    if proof is None:
        raise Http404(_("There is no such entry."))
    context = {
        "entry": proof.entry,
        "actor": _actor(proof.entry, names_of([proof.entry.actor_id])),
        "proof": proof,
        "content": bytes(proof.entry.leaf).decode(errors="replace"),
        "digest": bytes(proof.entry.leaf_hash).hex(),
        "root": proof.root.hex(),
        "path": [step.hex() for step in proof.path],
    }
    return page(request, "audit/entry.html", context)


def _actor(found: AuditEntry, names: dict[int, str]) -> str:
    if found.actor_id is None:
        return _("The node itself")
    return names.get(found.actor_id) or _("Officer %(number)d") % {"number": found.actor_id}


def _index(request: HttpRequest, name: str) -> int | None:
    """A place in the log from the address; one that is no number is as good as none."""
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 19 else None


def _page_url(request: HttpRequest, name: str, index: int | None) -> str:
    """The same filter at another place; "" where there is none."""
    if index is None:
        return ""
    query = request.GET.copy()
    for each in ("below", "above"):
        query.pop(each, None)
    query[name] = str(index)
    return f"?{query.urlencode()}"
