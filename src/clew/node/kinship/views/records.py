"""Families, found children and their profiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clew.kinship.drawing import draw
from clew.kinship.pedigree_files import pedigree_from_json
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.kinship import actions, queries
from clew.node.kinship.forms import MODELS, TABLES, ChildForm, DestroyForm, FamilyForm, ProfileForm
from clew.node.kinship.models import Family, FoundChild, Profile
from clew.node.kinship.queries.records import laboratory_names
from clew.node.kinship.words import REASONS, SEARCHES, SEXES, STATES, pedigree_words
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])
ROWS = 25


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Families that look for a child, children who were found, and which stores are open."""
    officer = officer_for(request, "kinship.see")
    families = Paginator(queries.families_of(officer=officer), ROWS).get_page(request.GET.get("page"))
    children = Paginator(queries.children_of(officer=officer), ROWS).get_page(request.GET.get("children"))
    sessions = queries.open_sessions(officer=officer)
    widely = queries.newest_wide_searches(officer=officer)
    stores = [(pk, name, sessions.get(pk), widely.get(pk)) for pk, name in queries.units_with_children(officer=officer)]
    context = {
        "families": families,
        "children": children,
        "stores": stores,
        "now": timezone.now(),
        "may_search": "kinship.search" in permissions_of(officer),
    }
    return page(request, "kinship/list.html", context)


@FORM
def family_new(request: HttpRequest) -> HttpResponse:
    """Register a family."""
    officer = officer_for(request, "kinship.record")
    form = FamilyForm(posted(request), units=queries.unit_choices(officer=officer))

    def act() -> HttpResponse:
        made = actions.register_family(
            actor=officer, compartment_id=form.cleaned_data["compartment"], draft=form.draft()
        )
        messages.success(request, _("The family is registered. Record the profiles of its relatives next."))
        return redirect("kinship:family", pk=made.pk)

    return _done(request, form, act) or page(request, "kinship/family_new.html", {"form": form})


@FORM
def child_new(request: HttpRequest) -> HttpResponse:
    """Register a child who was found."""
    officer = officer_for(request, "kinship.record")
    form = ChildForm(posted(request), units=queries.unit_choices(officer=officer))

    def act() -> HttpResponse:
        made = actions.register_found_child(
            actor=officer, compartment_id=form.cleaned_data["compartment"], reference=form.cleaned_data["reference"],
            sex=form.cleaned_data["sex"],
        )  # fmt: skip
        messages.success(request, _("The child is registered. Record its profile next."))
        return redirect("kinship:child", pk=made.pk)

    return _done(request, form, act) or page(request, "kinship/child_new.html", {"form": form})


@require_safe
def family(request: HttpRequest, pk: int) -> HttpResponse:
    """A family: its pedigree, its samples, its searches and hits."""
    officer = officer_for(request, "kinship.see")
    found = _family_or_404(officer, pk)
    profiles = list(found.profiles.select_related("laboratory").order_by("person", "pk"))
    context = {
        "family": found,
        "drawing": _drawing(found, [each.person for each in profiles if each.destroyed is None]),
        "profiles": _said(profiles),
        "searches": [(each, *SEARCHES[each.state]) for each in found.searches.order_by("-pk")[:20]],
        "hits": [
            (each, *STATES[each.state])
            for each in found.hits.select_related("family", "profile__child").order_by("-log10", "pk")[:50]
        ],
        "table": dict(TABLES).get(found.table, found.table),
        "mutation_model": dict(MODELS).get(found.mutation["model"], "") if found.mutation else "",
        "held": permissions_of(officer),
    }
    return page(request, "kinship/family.html", context)


@require_safe
def child(request: HttpRequest, pk: int) -> HttpResponse:
    """A found child: its samples, and the families of which it may be the child."""
    officer = officer_for(request, "kinship.see")
    found = _child_or_404(officer, pk)
    profiles = list(found.profiles.select_related("laboratory").order_by("pk"))
    hits = [
        (each, *STATES[each.state])
        for profile in profiles
        for each in profile.hits.select_related("family", "profile__child").order_by("-log10", "pk")[:50]
    ]
    context = {
        "child": found,
        "sex": SEXES[found.sex],
        "profiles": _said(profiles),
        "hits": hits,
        "held": permissions_of(officer),
        "wide_searches": [(each, *SEARCHES[each.state]) for each in found.wide_searches.order_by("-pk")[:20]],
        "typed": any(each.destroyed is None for each in profiles),
    }
    return page(request, "kinship/child.html", context)


@FORM
def family_profile(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the profile of a relative."""
    officer = officer_for(request, "kinship.record")
    found = _family_or_404(officer, pk)
    typed = set(found.profiles.filter(destroyed=None).values_list("person", flat=True))
    persons = [each for each in pedigree_from_json(found.pedigree).ids if each not in typed | {found.missing}]
    form = ProfileForm(
        posted(request), laboratories=queries.laboratory_choices(today=timezone.localdate()), persons=persons or ["-"]
    )

    def act() -> HttpResponse:
        actions.record_profile(actor=officer, draft=form.draft(family_id=pk))
        messages.success(request, _("The profile is recorded, sealed under a key of its own."))
        return redirect("kinship:family", pk=pk)

    context = {"form": form, "title": found.reference, "back": "kinship:family", "pk": pk}
    return _done(request, form, act) or page(request, "kinship/profile_new.html", context)


@FORM
def child_profile(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the profile of a found child."""
    officer = officer_for(request, "kinship.record")
    found = _child_or_404(officer, pk)
    form = ProfileForm(posted(request), laboratories=queries.laboratory_choices(today=timezone.localdate()))

    def act() -> HttpResponse:
        actions.record_profile(actor=officer, draft=form.draft(child_id=pk))
        messages.success(request, _("The profile is recorded, sealed under a key of its own."))
        return redirect("kinship:child", pk=pk)

    context = {"form": form, "title": found.reference, "back": "kinship:child", "pk": pk}
    return _done(request, form, act) or page(request, "kinship/profile_new.html", context)


@require_POST
def family_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop looking for a family's child."""
    officer = officer_for(request, "kinship.record")
    _say_closed(request, actions.close_family(actor=officer, family_id=pk))
    return redirect("kinship:family", pk=pk)


@require_POST
def child_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop looking for a found child's family."""
    officer = officer_for(request, "kinship.record")
    _say_closed(request, actions.close_child(actor=officer, child_id=pk))
    return redirect("kinship:child", pk=pk)


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Which profiles are here under which consent, and which were destroyed, when, why, and with what proof."""
    officer = officer_for(request, "kinship.register")
    found = Paginator(queries.register(officer=officer), ROWS).get_page(request.GET.get("page"))
    held = permissions_of(officer)
    context = {"page": found, "rows": _said(list(found)), "may_destroy": "kinship.destroy" in held}
    return page(request, "kinship/register.html", context)


@FORM
def destroy(request: HttpRequest, pk: int) -> HttpResponse:
    """Destroy a profile."""
    officer = officer_for(request, "kinship.destroy")
    found = queries.profile_for(officer=officer, pk=pk)
    if found is None:
        raise Http404
    form = DestroyForm(posted(request))

    def act() -> HttpResponse:
        actions.destroy_profile(actor=officer, profile_id=pk, reason=form.cleaned_data["reason"])
        messages.success(request, _("The profile is destroyed. The register says when that was proved."))
        return redirect("kinship:register" if "kinship.register" in permissions_of(officer) else "desk:desk")

    context = {"form": form, "profile": found}
    return _done(request, form, act) or page(request, "kinship/destroy.html", context)


def _done(request: HttpRequest, form: Any, act: Callable[[], HttpResponse]) -> HttpResponse | None:
    """What the act answers; None where the form is only opened, or has faults, which then stand on it."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return act()
    except (BadInput, BadInputs) as fault:
        say_on(form, fault)
        return None


def _drawing(found: Family, typed: list[str]) -> SafeString:
    """The pedigree as SVG; names in it are codes, and the library escapes them."""
    svg = draw(
        pedigree_from_json(found.pedigree),
        typed=typed,
        missing=found.missing,
        title=_("Pedigree"),
        words=pedigree_words(),
    )
    return mark_safe(svg)  # noqa: S308 - see above


def _said(profiles: list[Profile]) -> list[tuple[Profile, str, Any]]:
    """Profiles with the name of the laboratory, and why they were destroyed."""
    names = laboratory_names(each.laboratory for each in profiles)
    return [(each, names[each.laboratory_id], REASONS.get(each.reason, "")) for each in profiles]


def _say_closed(request: HttpRequest, number: int) -> None:
    said = ngettext(
        "The search is closed, and %(n)d profile is destroyed.",
        "The search is closed, and %(n)d profiles are destroyed.",
        number,
    )
    messages.success(request, said % {"n": number})


def _family_or_404(officer: Officer, pk: int) -> Family:
    found = queries.family_for(officer=officer, pk=pk)
    if found is None:
        raise Http404
    return found


def _child_or_404(officer: Officer, pk: int) -> FoundChild:
    found = queries.child_for(officer=officer, pk=pk)
    if found is None:
        raise Http404
    return found
