"""Trying a partner's contact points."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from clew.node.pages import officer_for, posted
from clew.node.partners import actions, queries
from clew.node.partners.contact_tests import contact_lines, contact_tests, running_test
from clew.node.partners.forms import ContactTestEndForm, ContactTestForm
from clew.node.partners.views.directory import FORM, form_page, page_or_404


@FORM
def begin(request: HttpRequest, uid: str) -> HttpResponse:
    """Choose a contact point and call it."""
    officer = officer_for(request, "partner.post")
    view = page_or_404(uid)
    running = contact_tests(view.party).running
    if running is not None:
        return redirect("partners:contact_test_end", pk=running.pk)
    if not view.party.contacts:
        messages.info(request, _("Enter a contact point first; then it can be tried."))
        return redirect("partners:contacts", uid=uid)

    def act(form: Form) -> HttpResponse:
        test = actions.begin_contact_test(actor=officer, party_uid=uid, contact=form.cleaned_data["contact"])
        return redirect("partners:contact_test_end", pk=test.pk)

    form = ContactTestForm(posted(request), lines=contact_lines(view.party))
    return form_page(request, view, form, act, _("Try a contact point"), {})


@FORM
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether somebody answered."""
    officer = officer_for(request, "partner.post")
    test = running_test(pk)
    if test is None:
        raise Http404
    view = queries.party_page(test.party.uid)
    if view is None:
        raise Http404

    def act(form: Form) -> None:
        actions.end_contact_test(actor=officer, test_id=pk, answered=form.cleaned_data["answered"] == "yes")
        messages.success(request, _("It is kept with the partner's contact points."))

    said = {"told": _("You try %(contact)s.") % {"contact": test.contact}}
    return form_page(request, view, ContactTestEndForm(posted(request)), act, _("Say whether somebody answered"), said)
