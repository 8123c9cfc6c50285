"""List, draft, change, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clew import vocabulary
from clew.disclosure.particulars import CLARIFY, COMPARING, CORRECT, EVIDENCE
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.cases.queries import Case, case_head
from clew.node.disclosure import actions, queries
from clew.node.disclosure.choosing import (
    NOTHING,
    Choice,
    answer_rows,
    choice_of_post,
    choice_of_release,
    choosable,
    question_rows,
)
from clew.node.disclosure.forms import ReasonForm, ReleaseForm
from clew.node.disclosure.grouping import Group, all_valid, found_in, groups_of, say_on_groups
from clew.node.disclosure.models import Release
from clew.node.disclosure.particulars import PARTICULAR_KINDS
from clew.node.disclosure.queries.releases import latest_decision
from clew.node.disclosure.wording import reader_language
from clew.node.pages import officer_for, page, say_on
from clew.node.partners.queries import instruments, names_of, party_choices, proposed_introductions
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])
ROWS = 25
STEERED = ("thread", "in_reply_to")
UNCHOSEN = (CLARIFY, CORRECT, EVIDENCE, *COMPARING)
"""Letters whose page offers no statements: a question carries none, a correction those that replace something, an
announcement those about its files."""
FIXED = (CORRECT, EVIDENCE, *COMPARING)
"""Letters that are no choice of statements."""


@require_safe
def release_list(request: HttpRequest) -> HttpResponse:
    """Every release the officer may see."""
    officer = officer_for(request, "release.see")
    state = request.GET.get("state", "")
    found = Paginator(queries.releases(officer=officer, state=state), ROWS).get_page(request.GET.get("page"))
    names = names_of({each.recipient for each in found})
    rows = [(each, names.get(each.recipient, each.recipient)) for each in found]
    return page(request, "disclosure/list.html", {"page": found, "rows": rows, "state": state})


@FORM
def release_new(request: HttpRequest) -> HttpResponse:
    """Choose and write. Nothing is decided yet, and nothing leaves."""
    officer = officer_for(request, "release.draft")
    case = _case(officer, request)
    steered: dict[str, Any] = {name: request.GET.get(name, "") for name in STEERED}
    form = _form(request, {name: request.GET[name] for name in ReleaseForm.base_fields if name in request.GET})
    groups = groups_of(request, {}, open_first=bool(steered["in_reply_to"]))
    choice = choice_of_post(request.POST) if request.method == "POST" else NOTHING
    if request.method == "POST" and all_valid(form, groups):
        try:
            release = actions.draft_release(
                actor=officer, case_id=case.pk if case else None, **steered, **form.cleaned_data, **_chosen(choice),
                **found_in(groups), cards=_vouched_for(request, **form.cleaned_data),
            )  # fmt: skip
        except (BadInput, BadInputs) as fault:
            say_on_groups(form, groups, fault)
        else:
            return _decide(officer, release)
    return page(request, "disclosure/new.html", _context(officer, case, form, groups, choice, _items(request)))


@FORM
def release_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what was chosen or written; it is decided again at once."""
    officer = officer_for(request, "release.draft")
    release = _release(officer, pk)
    initial = {name: getattr(release, name) for name in ReleaseForm.base_fields}
    form = _form(request, initial, fixed=release.kind)
    groups = groups_of(request, {**release.findings, **release.derogation}, open_first=release.kind == "reply")
    choice = choice_of_release(release) if _is_fixed(request, release) else choice_of_post(request.POST)
    if request.method == "POST" and all_valid(form, groups):
        changes = {name: value for name, value in form.cleaned_data.items() if name != "kind"}
        try:
            actions.revise_release(actor=officer, release_id=pk, **changes, **_chosen(choice), **found_in(groups))
        except (BadInput, BadInputs) as fault:
            say_on_groups(form, groups, fault)
        else:
            return _decide(officer, release)
    context = _context(officer, release.case, form, groups, choice, len(release.answers))
    particular = release.kind if release.kind in PARTICULAR_KINDS else ""
    context |= {"release": release, "particular": particular, "chooses": release.kind not in UNCHOSEN}
    return page(request, "disclosure/new.html", context)


def _is_fixed(request: HttpRequest, release: Release) -> bool:
    """Whether what the letter carries is as it was: nothing was posted, or it is no choice of statements."""
    return request.method != "POST" or release.kind in FIXED


@require_safe
def release_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A release's own address leads to its newest decision, or to the draft."""
    release = _release(officer_for(request, "release.see"), pk)
    decision = latest_decision(release)
    if decision is not None:
        return redirect("disclosure:decision", pk=decision.pk)
    return page(request, "disclosure/draft.html", {"release": release})


@FORM
def release_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a release back before it leaves."""
    officer = officer_for(request, "release.draft")
    release = _release(officer, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_release(actor=officer, release_id=pk, reason=form.cleaned_data["reason"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The release is withdrawn. Nothing has left."))
            return redirect("disclosure:list")
    return page(request, "disclosure/withdraw.html", {"form": form, "release": release})


def _case(officer: Officer, request: HttpRequest) -> Case | None:
    number = request.GET.get("case", "")
    if not number:
        return None
    case = case_head(officer=officer, pk=int(number)) if number.isdigit() else None
    if case is None:
        raise Http404
    return case


def _vouched_for(request: HttpRequest, kind: str, recipient: str, **_others: object) -> list[str]:
    """The card that an introduction encloses, as it stood when it was prepared; no other letter encloses one.

    Raises:
        BadInput: the introduction was prepared for another recipient, to whom alone it was vouched.
    """
    number = request.GET.get("introduction", "")
    if kind != "introduction" or not number.isdigit():
        return []
    prepared = proposed_introductions().filter(pk=int(number)).first()
    if prepared is None:
        raise Http404
    if prepared.recipient != recipient:
        raise BadInput(
            "recipient", _("This introduction was prepared for another partner."),
            _("Choose that partner, or prepare an introduction to this one."),
        )  # fmt: skip
    return [bytes(prepared.card).decode()]


def _release(officer: Officer, pk: int) -> Release:
    release = queries.release(officer=officer, pk=pk)
    if release is None:
        raise Http404
    return release


def _items(request: HttpRequest) -> int:
    """How many items the letter that is answered has; a page shows fifty at most."""
    items = request.GET.get("items", "")
    return min(int(items), 50) if items.isdigit() else 0


def _form(request: HttpRequest, initial: dict[str, Any], fixed: str = "") -> ReleaseForm:
    everyone = party_choices(with_posts=True)
    organisations = party_choices()
    uids = {uid for uid, _name in organisations}
    known = list(instruments())
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and fixed:
        data["kind"] = fixed
    return ReleaseForm(
        data,
        initial=initial,
        recipients=organisations,
        posts=[each for each in everyone if each[0] not in uids],
        instruments=[(each.code, str(each)) for each in known],
        reservations=[(each.code, each.reservations) for each in known if each.reservations],
        fixed=fixed,
    )


def _chosen(choice: Choice) -> dict[str, Any]:
    return {
        "statements": choice.statements,
        "needed": dict(choice.needed),
        "minimum": dict(choice.minimum),
        "items": choice.questions,
        "answers": choice.answers,
    }


def _context(
    officer: Officer, case: Case | None, form: ReleaseForm, groups: Sequence[Group], choice: Choice, items: int
) -> dict[str, Any]:
    return {
        "form": form,
        "groups": groups,
        "case": case,
        "entities": choosable(officer, case.pk, choice) if case else (),
        "questions": question_rows(choice),
        "answers": answer_rows(choice, items),
        "outcomes": vocabulary.codelist("reply_outcomes").choices(reader_language()),
        "may_decide": "release.decide" in permissions_of(officer),
        "chooses": True,
    }


def _decide(officer: Officer, release: Release) -> HttpResponse:
    decision = actions.decide(actor=officer, release_id=release.pk)
    return redirect(reverse("disclosure:decision", args=[decision.pk]))
