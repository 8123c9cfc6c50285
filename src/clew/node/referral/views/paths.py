"""A person's path: one screen, of which only the present step stands in the middle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import members_of, officers_with_role, permissions_of
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.referral import actions, queries, words
from clew.node.referral.forms import (
    AssistanceForm,
    ClosingForm,
    ContactForm,
    IdentificationForm,
    InterestsForm,
    JusticeForm,
    NeedForm,
    ReflectionForm,
    ResidenceForm,
    ScreeningForm,
)
from clew.node.referral.queries import PathPage, ScreeningView
from clew.node.referral.telling import lines
from clew.node.types import BadInput, BadInputs
from clew.referral.reflection import period_of
from clew.referral.screening import dimension_words, question_words, title_words

FORM: Final = require_http_methods(["GET", "HEAD", "POST"])

WITHIN: Final = {"reflection": "identification", "interests": "residence"}
"""Forms that belong to a step of another name."""

PERMISSIONS: Final = {
    "contact": "pathway.work", "screening": "pathway.work", "identification": "pathway.decide",
    "reflection": "pathway.decide", "interests": "pathway.child", "assistance": "pathway.work",
    "justice": "pathway.work", "residence": "pathway.work", "closing": "pathway.work",
}  # fmt: skip
"""Who may fill in which form; consent and referral have pages of their own."""

BUTTONS: Final[Mapping[str, str | Promise]] = {
    "contact": gettext_lazy("Record the contact"),
    "screening": gettext_lazy("Keep the answers"),
    "identification": gettext_lazy("Record the decision"),
    "reflection": gettext_lazy("Start the period"),
    "interests": gettext_lazy("Record it"),
    "assistance": gettext_lazy("Record what was agreed"),
    "justice": gettext_lazy("Record her choice"),
    "residence": gettext_lazy("Record what she wants"),
    "closing": gettext_lazy("Ask a second person to agree"),
}

Act = Callable[[dict[str, Any]], object]


@require_POST
def path_open(request: HttpRequest, case_id: int, person_id: int) -> HttpResponse:
    """Begin to walk with a person of a case."""
    officer = officer_for(request, "pathway.work")
    try:
        made = actions.open_path(actor=officer, case_id=case_id, person_id=person_id)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
        return redirect("cases:case", pk=case_id)
    return redirect("referral:path", pk=made.pk)


@require_safe
def path(request: HttpRequest, pk: int) -> HttpResponse:
    """The path at its present step."""
    officer = officer_for(request, "pathway.see")
    found = _page_or_404(officer, pk)
    return _shown(request, officer, found, found.present, at_a_step=False)


@FORM
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """The path at one step, and what is recorded there."""
    officer = officer_for(request, "pathway.see")
    found = _page_or_404(officer, pk)
    if step not in words.STEPS and step not in WITHIN:
        raise Http404
    if request.method != "POST":
        return _shown(request, officer, found, step)
    officer_for(request, PERMISSIONS.get(step, "pathway.work"))
    made = _form(request, officer, found, step)
    if made is None:
        raise Http404
    form, act = made
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It is recorded."))
            return redirect("referral:step", pk=pk, step=WITHIN.get(step, step))
    return _shown(request, officer, found, step, form)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer, as a second person, for what a colleague recorded."""
    officer = officer_for(request, "pathway.decide")
    found = queries.entry_of(officer=officer, pk=pk)
    if found is None:
        raise Http404
    try:
        actions.answer_entry(actor=officer, entry_id=pk, approve=request.POST.get("answer") == "approve")
    except (BadInput, BadInputs) as fault:
        problems = fault.problems if isinstance(fault, BadInputs) else (fault,)
        messages.error(request, " ".join(f"{each.problem} {each.cure}" for each in problems))
    else:
        messages.success(request, _("It is recorded."))
    return redirect("referral:path", pk=found.path_id)


@require_POST
def path_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Walk on with somebody."""
    officer = officer_for(request, "pathway.work")
    try:
        actions.reopen_path(actor=officer, path_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    return redirect("referral:path", pk=pk)


def _shown(
    request: HttpRequest,
    officer: Officer,
    found: PathPage,
    step: str,
    form: forms.Form | None = None,
    *,
    at_a_step: bool = True,
) -> HttpResponse:
    main = WITHIN.get(step, step)
    held = permissions_of(officer)
    standing = next(each for each in found.steps if each.step == main)
    if form is None and found.path.closed is None and PERMISSIONS.get(step, "") in held:
        made = _form(request, officer, found, step)
        form = made[0] if made is not None and not _is_held(found, step) else None
    context = {
        "found": found, "path": found.path, "step": step, "main": main, "form": form, "held": held,
        "named": (BUTTONS[step] if step in WITHIN else words.STEPS[main]) if at_a_step else "",
        "title": words.STEPS[main], "about": words.ABOUT_STEPS[main], "button": BUTTONS.get(step, ""),
        "steps": [(each, words.STEPS[each.step]) for each in found.steps],
        "stopped_by": [words.HELD[each] for each in standing.reasons],
        "age": words.AGES[found.age],
        "entries": [
            _told(each, officer, held) for each in found.entries if _belongs(each.entry.kind, main) and not each.waits
        ],
        "waiting": [_told(each, officer, held) for each in found.waiting if _belongs(each.entry.kind, main)],
        "waits_elsewhere": _waits_elsewhere(found, main),
        "clew_quick_exit": True,
    }  # fmt: skip
    return page(request, "referral/path.html", context | _of_step(request, found, main))


def _of_step(request: HttpRequest, found: PathPage, main: str) -> dict[str, Any]:
    """What one step shows beside its entries and its form."""
    if main == "screening":
        return {
            "screenings": [_screened(each) for each in found.screenings],
            "sets": [(each, title_words(each.indicators, get_language() or "en")) for each in queries.sets()],
            "chosen": request.GET.get("set", ""),
        }
    if main == "identification":
        return {"period": period_of(settings.NODE.country)}
    if main == "referral":
        return _matching(request, found)
    if main == "residence":
        return {"obstacles": [words.HELD[each] for each in found.obstacles]}
    if main == "justice":
        prosecutors = set(officers_with_role("prosecutor")) & set(members_of(found.path.compartment_id))
        return {"no_prosecutor": not prosecutors}
    return {}


def _matching(request: HttpRequest, found: PathPage) -> dict[str, Any]:
    asked = request.GET if "kinds" in request.GET else None
    need_form = NeedForm(asked, initial={"kinds": found.contact.get("needs") or []})
    referrals = [(each, *words.STATES[each.state]) for each in found.referrals]
    context: dict[str, Any] = {"need_form": need_form, "referrals": referrals}
    if asked is None or not need_form.is_valid():
        return context
    said = need_form.cleaned_data
    matched, uncovered = queries.matches(queries.need_of(found.path, found.contact, said["kinds"], said["country"]))
    context["matches"] = [(each, *words.FITS[each.match.fit], queries.reasons_of(each.match)) for each in matched]
    context["uncovered"] = uncovered
    return context


def _form(request: HttpRequest, officer: Officer, found: PathPage, step: str) -> tuple[forms.Form, Act] | None:
    """The form of a step, and the act that it leads to; None where the step has none."""
    data, pk = posted(request), found.path.pk
    if step == "screening":
        return _screening_form(request, officer, found)
    if step == "identification":
        form = IdentificationForm(data, screenings=_formal_screenings(found))
        return form, lambda said: actions.record_identification(
            actor=officer, path_id=pk,
            draft=actions.IdentificationDraft(
                **{name: value for name, value in said.items() if name != "screening"}, screening_id=said["screening"]
            ),
        )  # fmt: skip
    if step == "reflection":
        return ReflectionForm(data, country=settings.NODE.country), lambda said: actions.grant_reflection(
            actor=officer, path_id=pk, draft=actions.ReflectionDraft(**said)
        )
    plain: dict[str, tuple[type[forms.Form], Callable[..., object], type[Any]]] = {
        "contact": (ContactForm, actions.record_contact, actions.ContactDraft),
        "interests": (InterestsForm, actions.record_best_interests, actions.InterestsDraft),
        "assistance": (AssistanceForm, actions.record_assistance, actions.AssistanceDraft),
        "justice": (JusticeForm, actions.record_justice, actions.JusticeDraft),
        "residence": (ResidenceForm, actions.record_residence, actions.ResidenceDraft),
        "closing": (ClosingForm, actions.propose_closing, actions.ClosingDraft),
    }
    if step not in plain:
        return None
    made, act, draft = plain[step]
    return made(data, initial=_initial(found, step)), lambda said: act(actor=officer, path_id=pk, draft=draft(**said))


def _screening_form(request: HttpRequest, officer: Officer, found: PathPage) -> tuple[forms.Form, Act] | None:
    chosen = queries.set_named(request.GET.get("set", ""))
    if chosen is None:
        return None
    form = ScreeningForm(posted(request), indicators=chosen, child=found.child, again=bool(found.screenings))
    return form, lambda _said: actions.record_screening(actor=officer, path_id=found.path.pk, draft=form.draft())


def _initial(found: PathPage, step: str) -> dict[str, Any]:
    """A contact begins with what was said at the last one, so that only what is new is entered."""
    if step != "contact":
        return {}
    kept = ("danger", "safe", "reach", "age", "needs", "language", "group")
    return {name: found.contact[name] for name in kept if name in found.contact}


def _formal_screenings(found: PathPage) -> list[tuple[str, str]]:
    language = get_language() or "en"
    return [
        (str(each.screening.pk), f"{title_words(each.indicators, language)} ({each.screening.made:%Y-%m-%d})")
        for each in found.screenings
        if each.formal
    ]


def _told(view: queries.EntryView, officer: Officer, held: frozenset[str]) -> dict[str, Any]:
    may = view.waits and "pathway.decide" in held and view.entry.recorded_by_id != officer.pk
    return {"view": view, "entry": view.entry, "lines": lines(view.entry.kind, view.said), "may": may}


def _screened(view: ScreeningView) -> dict[str, Any]:
    """A screening in words: what it came to, each dimension with what was found, and each answer."""
    language = get_language() or "en"
    context: dict[str, Any] = {"view": view, "title": title_words(view.indicators, language)}
    if view.result is None:
        return context
    context["words"], context["tone"] = words.RESULTS[view.result.code]
    context["dimensions"] = [
        (
            dimension_words(view.indicators, each.id, language),
            *words.STANDINGS[each.standing],
            [(words.WEIGHTS[weight], number) for weight, number in each.found.items()],
            len(each.open_questions),
        )
        for each in view.result.dimensions
    ]
    context["answers"] = [
        (
            question_words(view.indicators, question, language),
            words.SAID[one["said"]],
            words.BASES.get(one["basis"], ""),
        )
        for question, one in view.said["answers"].items()
    ]
    return context


def _belongs(kind: str, main: str) -> bool:
    return kind == main or (kind, main) in {
        ("reflection", "identification"), ("best_interests", "residence"), ("follow_up", "closing"),
    }  # fmt: skip


def _waits_elsewhere(found: PathPage, main: str) -> list[tuple[str, str | Promise]]:
    """The other steps at which something waits for a second person, each with its name."""
    of_kind = {"reflection": "identification", "best_interests": "residence"}
    steps = {of_kind.get(each.entry.kind, each.entry.kind) for each in found.waiting} - {main}
    return [(step, name) for step, name in words.STEPS.items() if step in steps]


def _is_held(found: PathPage, step: str) -> bool:
    """Whether a child's missing guardian holds the form back; an assessment of interests and help for safety go on."""
    if step in {"interests", "assistance"}:
        return False
    reasons = next(each.reasons for each in found.steps if each.step == WITHIN.get(step, step))
    return bool(reasons)


def _page_or_404(officer: Officer, pk: int) -> PathPage:
    found = actions.read_path(actor=officer, path_id=pk)
    if found is None:
        raise Http404
    return found
