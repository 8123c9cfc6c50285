"""The register of disclosures and the log for a data-protection authority."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from clew.node.accounts.queries import permissions_of
from clew.node.oversight import actions, queries
from clew.node.oversight.forms import HandOutForm, LogForm, PeriodForm, RegisterForm
from clew.node.oversight.words import OUTCOMES
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners.queries import party_choices
from clew.node.types import BadInput

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def disclosures(request: HttpRequest) -> HttpResponse:
    """Disclosures by partner, purpose, instrument, outcome and period."""
    officer = officer_for(request, "register.see")
    form = RegisterForm(request.GET, recipients=party_choices(with_posts=True, active_only=False))
    wanted = form.wanted()
    found = queries.register(officer=officer, wanted=wanted, page=request.GET.get("page", "1"))
    context = {
        "filter": form,
        "found": found,
        "rows": [(one, found.names.get(one.recipient, one.recipient), OUTCOMES[one.outcome]) for one in found.page],
        "recipients": [(found.names.get(uid, uid), number) for uid, number in found.counts["recipient"]],
        "outcomes": [(OUTCOMES[code], number) for code, number in found.counts["outcome"]],
        "is_filtered": wanted != queries.RegisterFilter(),
        "may_export": "register.export" in permissions_of(officer),
        "query": request.GET.urlencode(),
    }
    return page(request, "oversight/register.html", context)


@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """How time limits were kept, here and by partners."""
    officer = officer_for(request, "register.see")
    form = PeriodForm(request.GET)
    wanted = form.wanted()
    context = {
        "filter": form,
        "found": queries.clock_statistics(officer=officer, **wanted),
        "is_filtered": any(wanted.values()),
    }
    return page(request, "oversight/clocks.html", context)


@FORM
def register_file(request: HttpRequest) -> HttpResponse:
    """The register as a file, for whom and what for; that it was taken is recorded."""
    officer = officer_for(request, "register.export")
    chosen = RegisterForm(request.GET, recipients=party_choices(with_posts=True, active_only=False))
    form = HandOutForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            export, content = actions.export_register(actor=officer, wanted=chosen.wanted(), to_whom=form.to_whom())
        except BadInput as fault:
            say_on(form, fault)
        else:
            return _attachment(content, export.file_name, "text/csv; charset=utf-8")
    return page(request, "oversight/register_file.html", {"form": form, "query": request.GET.urlencode()})


@FORM
def log(request: HttpRequest) -> HttpResponse:
    """The log of a period with its proofs, as a file for a data-protection authority."""
    officer = officer_for(request, "register.export")
    form = LogForm(posted(request))
    if request.method == "POST" and form.is_valid():
        period = {name: form.cleaned_data[name] for name in ("since", "until")}
        try:
            export, content = actions.export_log(actor=officer, to_whom=form.to_whom(), **period)
        except BadInput as fault:
            say_on(form, fault)
        else:
            return _attachment(content, export.file_name, "application/json")
    return page(request, "oversight/log.html", {"form": form})


def _attachment(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to be saved: never rendered, never cached, its kind never guessed."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
