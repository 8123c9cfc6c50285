"""One page with every component, for the tests and for looking at (all names are fictional)."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory

from clew.node.design.fields import DateField3, HintedCheckboxes, HintedRadioSelect

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


class GalleryForm(forms.Form):
    title = forms.CharField(label="Title", help_text="As in your own file.")
    born = DateField3(label="Date of birth", help_text="For example 27 3 1999.")
    handling = forms.ChoiceField(
        label="Handling",
        choices=[("H0", "No restriction"), ("H2", "Ask first")],
        widget=HintedRadioSelect(hints={"H2": "Only with the permission of the owner."}),
    )
    purposes = forms.MultipleChoiceField(
        label="Purposes",
        choices=[("a", "Find the agency"), ("b", "Protect")],
        widget=HintedCheckboxes(),
        required=False,
    )
    country = forms.ChoiceField(label="Country", choices=[("AT", "Austria"), ("CN", "China")])
    facts = forms.CharField(label="Facts", widget=forms.Textarea(attrs={"rows": 3}))
    scan = forms.FileField(label="Scan", help_text="PDF or picture.")
    sure = forms.BooleanField(label="I have compared the fingerprint")


def gallery_context(chinese: str = "") -> dict[str, Any]:
    titles = ["Recruitment by telephone", "Agency in the provinces"]
    return {
        "clew_node": {"name": "Vienna node (fictional)", "version": "0.1", "url": "/"},
        "clew_nav": [
            {"label": label, "url": f"/{label}", "current": label == "Cases"}
            for label in ("Desk", "Cases", "Dossiers", "Partners", "Letters", "Imports", "Rules", "Audit")
        ],
        "clew_user": {"name": "A. Fictional", "roles": ["Investigator", "Approver"], "url": "/account"},
        "clew_demo_banner": "DEMO: every person, office and case on this node is fictional.",
        "clew_quick_exit": True,
        "clew_session": {"seconds": 1800},
        "chinese": chinese,
        "moment": NOW,
        "day": NOW.date(),
        "now": NOW,
        "due": NOW + dt.timedelta(days=3),
        "overdue": NOW - dt.timedelta(hours=2),
        "soon": NOW + dt.timedelta(minutes=50),
        "parties": ["Beijing office (fictional)"],
        "cases": [{"reference": f"AT-2026-{n}", "title": chinese or titles[n % 2], "letters": n} for n in range(1, 4)],
        "page": Paginator(range(400), 20).page(7),
        "form": GalleryForm(data={"title": "", "born_day": "31", "born_month": "2", "born_year": "2020"}),
    }


def render(source: str, request: HttpRequest | None = None, **context: Any) -> str:
    """A template text with the node's own engine."""
    request = request or RequestFactory().get("/gallery")
    return engines["django"].from_string("{% load i18n clew %}" + source).render(context, request)


def gallery_html(chinese: str = "") -> str:
    from pathlib import Path

    source = Path(__file__).with_name("gallery.html").read_text(encoding="utf-8")
    request = RequestFactory().get("/gallery", {"sort": "reference", "page": "7"})
    return engines["django"].from_string(source).render(gallery_context(chinese), request)


def gallery(request: HttpRequest) -> HttpResponse:
    return HttpResponse(gallery_html(request.GET.get("chinese", "")))
