"""Asking a person, and recording what she answered."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clew.node.accounts.actions import Officer
from clew.node.consent import actions, queries
from clew.node.consent.forms import AskForm, ChooseForm, ConsentForm
from clew.node.consent.forms.answering import Cell, purpose_choices
from clew.node.consent.items import ASKED, overlapping
from clew.node.consent.papers import PAPER_LANGUAGES
from clew.node.consent.views.showing import heads_or_404
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners.queries import party_choices
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
def consent_new(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record one consent."""
    officer = officer_for(request, "consent.record")
    heads = heads_or_404(officer, person_id)
    form = ConsentForm(
        posted(request),
        teams=[(head.compartment_id, head.compartment_name) for head in heads],
        guardians=queries.guardian_choices(officer=officer, person_id=person_id, now=timezone.now()),
        recipients=party_choices(with_posts=True, with_own=True),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_consent(
                actor=officer,
                person_id=person_id,
                compartment_id=form.cleaned_data["compartment"],
                draft=form.draft(),
            )
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The consent is recorded. It can be withdrawn at any time."))
            return redirect("consent:person", person_id=person_id)
    return page(request, "consent/new.html", {"form": form, "head": heads[0], "person_id": person_id})


@require_safe
def choose(request: HttpRequest, person_id: int) -> HttpResponse:
    """Choose what to ask her about."""
    officer = officer_for(request, "consent.record")
    heads = heads_or_404(officer, person_id)
    form = ChooseForm(recipients=party_choices(with_posts=True, with_own=True))
    return page(request, "consent/choose.html", {"form": form, "head": heads[0], "person_id": person_id})


@FORM
def ask(request: HttpRequest, person_id: int) -> HttpResponse:
    """Go through it with her, purpose by purpose, and record what she answers in one go."""
    officer = officer_for(request, "consent.record")
    heads = heads_or_404(officer, person_id)
    recipients = party_choices(with_posts=True, with_own=True)
    if not request.GET:
        return redirect("consent:choose", person_id=person_id)
    chosen = ChooseForm(request.GET, recipients=recipients)
    if not chosen.is_valid():
        return page(request, "consent/choose.html", {"form": chosen, "head": heads[0], "person_id": person_id})
    form = AskForm(
        posted(request),
        teams=[(head.compartment_id, head.compartment_name) for head in heads],
        guardians=queries.guardian_choices(officer=officer, person_id=person_id, now=timezone.now()),
        cells=chosen.cells(),
        before=_answered_before(officer, person_id, chosen.cells()),
    )
    if request.method == "POST" and form.is_valid():
        try:
            recorded = actions.record_answers(
                actor=officer,
                person_id=person_id,
                compartment_id=form.cleaned_data["compartment"],
                said=form.said(),
                answers=form.answers(),
            )
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            _say_what_was_recorded(request, recorded)
            return redirect("consent:shared" if recorded.withdrawn.earlier else "consent:person", person_id=person_id)
    names, purposes = dict(recipients), dict(purpose_choices())
    grid = [(purposes[purpose], names[to], items) for (purpose, to), items in form.grid()]
    context = {"form": form, "grid": grid, "head": heads[0], "person_id": person_id}
    context |= {"languages": PAPER_LANGUAGES, "chosen": request.GET.urlencode()}
    return page(request, "consent/ask.html", context)


def _answered_before(officer: Officer, person_id: int, cells: list[Cell]) -> dict[tuple[Cell, str], str]:
    """What she said last to each item, so that nobody asks again and again. Later answers replace earlier ones."""
    said: list[tuple[object, Cell, list[str], str]] = []
    for one in queries.standing_consents(officer=officer, person_id=person_id, now=timezone.now()):
        words = _("She said yes on %(day)s.") % {"day": date_format(one.consent.given)}
        cell = (one.consent.purpose, one.consent.recipient)
        said.append(((one.consent.given, one.consent.recorded), cell, one.consent.items, words))
    for each in queries.refusals_of_person(officer=officer, person_id=person_id):
        words = _("She said no on %(day)s.") % {"day": date_format(each.refusal.refused)}
        cell = (each.refusal.purpose, each.refusal.recipient)
        said.append(((each.refusal.refused, each.refusal.recorded), cell, each.refusal.items, words))
    before: dict[tuple[Cell, str], str] = {}
    for _moment, cell, items, words in sorted(said, key=lambda each: each[0]):  # type: ignore[return-value, arg-type]
        if cell in cells:
            before |= {(cell, item): words for item in overlapping(ASKED, items)}
    return before


def _say_what_was_recorded(request: HttpRequest, recorded: actions.Recorded) -> None:
    yes, no = len(recorded.consents), len(recorded.refusals)
    if yes:
        messages.success(
            request, ngettext("%(n)d consent is recorded.", "%(n)d consents are recorded.", yes) % {"n": yes}
        )
    if no:
        told = ngettext("%(n)d refusal is recorded.", "%(n)d refusals are recorded.", no) % {"n": no}
        messages.success(request, f"{told} {_('Refusing costs her no help.')}")
