"""The letter pages: correspondences, the quarantine, one letter opened, the outbox, what was refused."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.audit.queries import last_done
from clew.node.discovery import offers
from clew.node.dossier.queries import entities_of_letters
from clew.node.exchange import actions, queries
from clew.node.exchange.answering import draft_answer
from clew.node.exchange.asking import may_answer, may_ask, may_explain
from clew.node.exchange.comparing import may_answer_privately
from clew.node.exchange.consenting import may_ask_consent, may_decide_consent
from clew.node.exchange.controlling import may_be_told, may_query, may_withdraw
from clew.node.exchange.forms import NEW_CASE, RefuseForm, SettleForm, TakeForm
from clew.node.exchange.helping import REFERRAL
from clew.node.exchange.offering import may_answer_offer, may_give
from clew.node.exchange.queries import OpenedLetter
from clew.node.exchange.recalling import RECALLABLE
from clew.node.exchange.resulting import may_tell_result
from clew.node.exchange.witnessing import OURS
from clew.node.exchange.words import CAUSES, CONTRADICTIONS
from clew.node.pages import officer_for, page, say_on
from clew.node.partners.queries import names_of
from clew.node.types import BadInput, BadInputs, PagePart

RESTORED = "node.restore_backup"
FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def thread_list(request: HttpRequest) -> HttpResponse:
    """Correspondences, last changed first."""
    officer = officer_for(request, "letter.see")
    number = request.GET.get("page", "1")
    shown, lines = queries.threads(officer=officer, page=int(number) if number.isdecimal() else 1)
    context = {
        "lines": lines,
        "page": shown,
        "waiting": len(queries.quarantine(officer=officer)) if "letter.take" in permissions_of(officer) else 0,
        "now": timezone.now(),
    }
    return page(request, "exchange/threads.html", context)


@require_safe
def thread(request: HttpRequest, uid: str) -> HttpResponse:
    """One correspondence: its letters, with what is known about each."""
    officer = officer_for(request, "letter.see")
    found = queries.thread(officer=officer, uid=uid)
    if found is None:
        raise Http404
    context = {
        "thread": found,
        "now": timezone.now(),
        "may_recall": "letter.recall" in permissions_of(officer),
        "parts": _parts_about(officer, found),
    }
    return page(request, "exchange/thread.html", context)


def _parts_about(officer: Officer, found: queries.ThreadPage) -> list[PagePart]:
    """What other rooms say of the entities that came with the thread's letters: some may be known already."""
    taken = [each.row.uid for each in found.letters if each.row.direction == "in" and each.row.state == "accepted"]
    entities = entities_of_letters(officer=officer, letter_uids=taken)
    return [part for ask in offers("parts_about") for part in ask(officer=officer, entity_ids=entities)]


@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """Letters that wait for somebody to take them."""
    officer = officer_for(request, "letter.take")
    return page(
        request, "exchange/quarantine.html", {"lines": queries.quarantine(officer=officer), "now": timezone.now()}
    )


@require_safe
def letter(request: HttpRequest, uid: str) -> HttpResponse:
    """One letter opened."""
    officer = officer_for(request, "letter.see")
    found = _letter(request, uid, "letter.see")
    row = found.line.row
    incoming = row.direction == "in"
    permissions, asks_help = permissions_of(officer), row.kind == REFERRAL
    context = {
        "letter": found,
        "now": timezone.now(),
        "may_take": incoming and row.state == "quarantined" and "letter.take" in permissions and not asks_help,
        "may_refuse": incoming and row.state == "quarantined" and "letter.refuse" in permissions and not asks_help,
        "may_help": incoming and row.state == "quarantined" and "referral.answer" in permissions and asks_help,
        "may_answer": "release.draft" in permissions and may_answer(row),
        "may_query": "letter.take" in permissions and may_query(row),
        "may_tell": "letter.take" in permissions and may_be_told(row),
        "may_withdraw": "letter.take" in permissions and may_withdraw(row),
        "may_ask_consent": "release.draft" in permissions and may_ask_consent(row),
        "may_grant": "release.draft" in permissions and may_decide_consent(row),
        "may_deny": "letter.take" in permissions and may_decide_consent(row),
        "may_answer_offer": "letter.take" in permissions and may_answer_offer(row),
        "may_give": "release.draft" in permissions and may_give(row),
        "may_ask": "release.draft" in permissions and may_ask(row),
        "may_explain": "release.draft" in permissions and may_explain(row),
        "may_answer_privately": "release.draft" in permissions and may_answer_privately(row),
        "compared": queries.compared(officer, row, found.body),
        "may_tell_result": "release.draft" in permissions and may_tell_result(row),
        "may_recall": not incoming and row.kind in RECALLABLE and "letter.recall" in permissions,
    }
    return page(request, "exchange/letter.html", context)


@require_safe
def copies(request: HttpRequest, source_id: int) -> HttpResponse:
    """Where copies of a source are, under which conditions, until when."""
    officer = officer_for(request, "letter.see")
    found = actions.read_copies(actor=officer, source_id=source_id)
    if found is None:
        raise Http404
    context = {"found": found, "may_recall": bool(found.copies) and "letter.recall" in permissions_of(officer)}
    return page(request, "exchange/copies.html", context)


@FORM
def take(request: HttpRequest, uid: str) -> HttpResponse:
    """Take a letter into a case."""
    officer = officer_for(request, "letter.take")
    found = _letter(request, uid, "letter.take")
    form = TakeForm(request.POST or None, officer=officer, present=found.line.row.thread.case_id)
    introduction = found.line.row.kind == "introduction"
    if request.method == "POST" and (introduction or form.is_valid()):
        try:
            actions.take_letter(actor=officer, letter_uid=uid, **({} if introduction else _into(form)))
        except (BadInput, BadInputs) as fault:
            if introduction:
                messages.error(request, str(fault))
                return redirect("exchange:letter", uid=uid)
            say_on(form, fault)
        else:
            messages.success(request, _("You have taken the letter. The partner is told so."))
            return redirect("exchange:thread", uid=found.line.row.thread.uid)
    return page(request, "exchange/take.html", {"form": form, "letter": found, "introduction": introduction})


@FORM
def refuse(request: HttpRequest, uid: str) -> HttpResponse:
    """Decline a letter, with a reason that the partner reads."""
    officer = officer_for(request, "letter.refuse")
    found = _letter(request, uid, "letter.refuse")
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.refuse_letter(actor=officer, letter_uid=uid, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The letter is declined. The partner is told why."))
            return redirect("exchange:thread", uid=found.line.row.thread.uid)
    return page(request, "exchange/refuse.html", {"form": form, "letter": found})


@require_POST
def answer(request: HttpRequest, uid: str) -> HttpResponse:
    """Begin the answer to a letter: a draft that the rules still have to decide on."""
    officer = officer_for(request, "release.draft")
    found = _letter(request, uid, "release.draft")
    try:
        release_id = draft_answer(officer, found)
    except (BadInput, BadInputs) as fault:
        messages.error(request, str(fault))
        return redirect("exchange:letter", uid=uid)
    return redirect(reverse("disclosure:release", args=[release_id]))


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """What did not arrive, or is not known to have: unknown, undeliverable and refused are three different things."""
    officer = officer_for(request, "letter.see")
    lines = queries.outbox(officer=officer)
    context = {
        "lines": [line for line in lines if line.row.failed is None],
        "given_up": [line for line in lines if line.row.failed is not None],
        "refused": queries.refused_by_partners(officer=officer),
        "unsent": queries.unsent(officer=officer),
        "may_retry": "letter.take" in permissions_of(officer),
        "held": queries.held_since_restore(),
        "now": timezone.now(),
    }
    return page(request, "exchange/outbox.html", context)


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try an envelope again at once."""
    officer = officer_for(request, "letter.take")
    if pk not in {line.row.pk for line in queries.outbox(officer=officer)}:
        raise Http404
    try:
        actions.retry_now(actor=officer, entry_id=pk, now=timezone.now())
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    else:
        messages.success(request, _("The letter is tried again within a second."))
    return redirect("exchange:outbox")


@require_safe
def transit(request: HttpRequest) -> HttpResponse:
    """What this node carries for others, sealed."""
    officer = officer_for(request, "letter.see")
    context = {"lines": queries.in_transit(officer=officer), "carries": settings.NODE.carries}
    return page(request, "exchange/transit.html", context)


@require_safe
def rejected(request: HttpRequest) -> HttpResponse:
    """What was refused and is kept for review, and who knocked unknown."""
    officer = officer_for(request, "letter.refuse")
    context = {"lines": queries.rejected(officer=officer), "attempts": queries.attempts(officer=officer)}
    return page(request, "exchange/rejected.html", context)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a refused envelope away."""
    officer = officer_for(request, "letter.refuse")
    try:
        actions.discard_rejected(actor=officer, entry_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    else:
        messages.success(request, _("The envelope is off the list. Its bytes are kept."))
    return redirect("exchange:rejected")


@FORM
def contradiction(request: HttpRequest, pk: int) -> HttpResponse:
    """A log that contradicts what it was: what that means, the evidence, and for whom it is to settle."""
    officer = officer_for(request, "audit.verify")
    found = queries.contradiction(officer=officer, pk=pk)
    if found is None:
        raise Http404
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.settle_contradiction(actor=officer, contradiction_id=pk, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It is settled. The next checkpoint is taken as the first of a new log."))
            return redirect("exchange:contradiction", pk=pk)
    context = {
        "found": found,
        "is_ours": found.whose == OURS,
        "restored": last_done(RESTORED),
        "party": names_of({found.party}).get(found.party, found.party),
        "meaning": CONTRADICTIONS.get(found.code, found.code),
        "cause": CAUSES.get(found.cause, found.cause),
        "form": form if found.settled is None and "checkpoint.settle" in permissions_of(officer) else None,
    }
    return page(request, "exchange/contradiction.html", context)


def _letter(request: HttpRequest, uid: str, permission: str) -> OpenedLetter:
    found = actions.read_letter(actor=officer_for(request, permission), letter_uid=uid)
    if found is None:
        raise Http404
    return found


def _into(form: TakeForm) -> dict[str, Any]:
    chosen = form.cleaned_data
    if chosen["case"] == NEW_CASE:
        return {"new_case": actions.NewCase(chosen["title"], chosen["kind"] or "investigation")}
    return {"case_id": int(chosen["case"])}
