"""The register of joint-investigation agreements."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clew.node.accounts.queries import permissions_of
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners import actions, queries
from clew.node.partners.forms import ReasonForm
from clew.node.partners.joint_forms import (
    AmendForm,
    BasisForm,
    ConfirmationForm,
    FromDayForm,
    JointForm,
    MemberForm,
    OnForm,
)
from clew.node.partners.queries.joint_pages import JointPage
from clew.node.partners.views.directory import FORM, ROWS
from clew.node.types import BadInput, BadInputs


@require_safe
def joint_list(request: HttpRequest) -> HttpResponse:
    """All agreements by short name."""
    officer = officer_for(request, "joint.see")
    today = timezone.localdate()
    found = Paginator(queries.joint_agreements(), ROWS).get_page(request.GET.get("page"))
    context = {
        "agreements": found,
        "rows": [queries.joint_row(one, today) for one in found],
        "may_register": "joint.register" in permissions_of(officer),
    }
    return page(request, "partners/joint_list.html", context)


@FORM
def joint_new(request: HttpRequest) -> HttpResponse:
    """Enter an agreement."""
    officer = officer_for(request, "joint.register")
    members = queries.party_choices(active_only=False, with_own=True)
    form = JointForm(posted(request), instruments=_instruments(), members=members)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.register_joint_agreement(actor=officer, draft=form.draft())
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(
                request, _("%(code)s is entered. It holds once a second officer confirms it.") % {"code": made.code}
            )
            return redirect("partners:joint", pk=made.pk)
    return page(request, "partners/joint_new.html", {"form": form})


@require_safe
def joint_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One agreement as of a day."""
    officer = officer_for(request, "joint.see")
    form = OnForm(request.GET or None)
    view = queries.joint_page(pk, form.day())
    if view is None:
        raise Http404
    held = permissions_of(officer)
    context = {
        "view": view,
        "today": timezone.localdate(),
        "on_form": OnForm(initial={"on": view.on}),
        "may_register": "joint.register" in held,
        "may_confirm": "joint.confirm" in held,
        "may_suspend": "joint.suspend" in held,
        "me": officer.pk,
    }
    return page(request, "partners/joint.html", context)


@FORM
def joint_amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an amendment, beginning from the present terms."""
    officer = officer_for(request, "joint.register")
    view = _confirmed_or_404(pk)
    terms = view.terms
    members = [(line.member.party, line.name) for line in view.members]
    initial = {name: getattr(terms, name) for name in AmendForm.base_fields if hasattr(terms, name)}
    form = AmendForm(posted(request), initial=initial, instruments=_instruments(), members=members)

    def act() -> object:
        given = form.cleaned_data
        return actions.amend_joint_agreement(
            actor=officer,
            code=view.agreement.code,
            day=given["day"],
            text=given["text"],
            changes=form.changes(),
            signed_by=given["signed_by"],
        )

    return _form(request, view, form, act, _("Enter an amendment"))


@FORM
def joint_member_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a further member."""
    officer = officer_for(request, "joint.register")
    view = _confirmed_or_404(pk)
    present = {line.member.party for line in view.members}
    choices = queries.party_choices(with_own=True)
    parties = [(uid, name) for uid, name in choices if uid not in present]
    form = MemberForm(posted(request), instruments=_instruments(), parties=parties)

    def act() -> object:
        return actions.add_joint_member(actor=officer, code=view.agreement.code, **form.cleaned_data)

    return _form(request, view, form, act, _("Add a member"))


@FORM
def joint_member_remove(request: HttpRequest, pk: int, uid: str) -> HttpResponse:
    """Say from which day a party is no member any more."""
    officer = officer_for(request, "joint.register")
    view = _confirmed_or_404(pk)
    _require_member(view, uid)
    form = FromDayForm(posted(request))

    def act() -> object:
        return actions.remove_joint_member(actor=officer, code=view.agreement.code, party_uid=uid, **form.cleaned_data)

    warning = _(
        "From that day on nothing of the joint investigation goes to it. To take it back, enter it as a member again."
    )
    return _form(request, view, form, act, _("Remove a member"), warning)


@FORM
def joint_basis(request: HttpRequest, pk: int, uid: str) -> HttpResponse:
    """Enter a member's own basis."""
    officer = officer_for(request, "joint.register")
    view = _confirmed_or_404(pk)
    basis = _require_member(view, uid)
    form = BasisForm(posted(request), initial={"basis": basis}, instruments=_instruments())

    def act() -> object:
        return actions.set_joint_basis(actor=officer, code=view.agreement.code, party_uid=uid, **form.cleaned_data)

    return _form(request, view, form, act, _("Enter its own basis"))


@FORM
def joint_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop everything under an agreement."""
    officer = officer_for(request, "joint.suspend")
    view = _confirmed_or_404(pk)
    form = FromDayForm(posted(request))

    def act() -> object:
        return actions.suspend_joint_agreement(actor=officer, code=view.agreement.code, **form.cleaned_data)

    warning = _("Nothing leaves under this agreement any more. It holds at once; its end needs two officers.")
    return _form(request, view, form, act, _("Suspend the agreement"), warning)


@FORM
def joint_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter that a suspension ends."""
    officer = officer_for(request, "joint.register")
    view = _confirmed_or_404(pk)
    form = FromDayForm(posted(request))

    def act() -> object:
        return actions.resume_joint_agreement(actor=officer, code=view.agreement.code, **form.cleaned_data)

    return _form(request, view, form, act, _("End the suspension"))


@FORM
def joint_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The second officer confirms what a colleague entered."""
    officer = officer_for(request, "joint.confirm")
    return _decide(
        request,
        pk,
        ConfirmationForm(posted(request)),
        lambda form: actions.confirm_joint_change(actor=officer, change_id=pk),
        confirming=True,
    )


@FORM
def joint_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """The second officer does not confirm what a colleague entered."""
    officer = officer_for(request, "joint.confirm")
    return _decide(
        request,
        pk,
        ReasonForm(posted(request)),
        lambda form: actions.decline_joint_change(actor=officer, change_id=pk, reason=form.cleaned_data["reason"]),
        confirming=False,
    )


def _decide(
    request: HttpRequest, pk: int, form: Form, act: Callable[[Form], object], *, confirming: bool
) -> HttpResponse:
    found = queries.joint_change(pk)
    if found is None:
        raise Http404
    change, line = found
    if request.method == "POST" and form.is_valid():
        try:
            act(form)
        except BadInput as fault:
            say_on(form, fault)
        else:
            return redirect("partners:joint", pk=change.agreement_id)
    context = {"form": form, "change": change, "line": line, "confirming": confirming}
    return page(request, "partners/joint_decide.html", context)


def _form(
    request: HttpRequest, view: JointPage, form: Form, act: Callable[[], object], title: str, warning: str = ""
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            change = act()
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            if not getattr(change, "decision", ""):
                messages.info(request, _("It is entered. It holds once a second officer confirms it."))
            return redirect("partners:joint", pk=view.agreement.pk)
    back = reverse("partners:joint", args=[view.agreement.pk])
    context = {"form": form, "party": {"name": view.agreement.code}, "title": title, "back": back, "warning": warning}
    return page(request, "partners/form.html", context)


def _confirmed_or_404(pk: int) -> JointPage:
    view = queries.joint_page(pk, timezone.localdate())
    if view is None or view.terms is None:
        raise Http404
    return view


def _require_member(view: JointPage, uid: str) -> str:
    """The member's own basis; 404 where it is no member."""
    for line in view.members:
        if line.member.party == uid:
            return line.member.basis
    raise Http404


def _instruments() -> list[tuple[str, str]]:
    return [(one.code, f"{one.code} · {one.title}") for one in queries.instruments()]
