"""Sets of indicators, and the signatures without which no formal step rests on them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clew.node.pages import officer_for, page, posted, say_on
from clew.node.referral import actions, queries
from clew.node.referral.forms import SignOffForm
from clew.node.referral.words import WEIGHTS
from clew.node.types import BadInput, BadInputs
from clew.referral.screening import IndicatorSet, dimension_words, question_words, title_words

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def indicator_sets(request: HttpRequest) -> HttpResponse:
    """Every set with its mark and who signed for it."""
    officer_for(request, "screening.sign_off")
    language = get_language() or "en"
    listed = [(each, title_words(each.indicators, language)) for each in queries.sets()]
    return page(request, "referral/indicators.html", {"sets": listed})


@FORM
def indicator_set(request: HttpRequest, name: str) -> HttpResponse:
    """A set with every weight, to be compared with its official text; and the signature for exactly this version."""
    officer = officer_for(request, "screening.sign_off")
    found = next((each for each in queries.sets() if each.indicators.id == name), None)
    if found is None:
        raise Http404
    form = SignOffForm(posted(request), initial={"digest": found.indicators.digest})
    if request.method == "POST" and form.is_valid():
        try:
            actions.sign_off_indicators(actor=officer, name=name, **form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("You have signed for this version."))
            return redirect("referral:indicator_set", name=name)
    context = {
        "set": found, "indicators": found.indicators, "form": form, "dimensions": _dimensions(found.indicators),
        "title": title_words(found.indicators, get_language() or "en"),
    }  # fmt: skip
    return page(request, "referral/indicator_set.html", context)


@require_POST
def sign_off_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a signature back."""
    officer = officer_for(request, "screening.sign_off")
    try:
        actions.end_sign_off(actor=officer, sign_off_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    else:
        messages.success(request, _("The signature is taken back. What was decided on it stays."))
    return redirect("referral:indicators")


def _dimensions(indicators: IndicatorSet) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Each dimension with its questions and their weights for adults and for children."""
    language = get_language() or "en"
    return [
        (
            dimension_words(indicators, one.id, language),
            [
                (
                    question_words(indicators, f"{one.id}.{each.id}", language),
                    str(WEIGHTS.get(each.weights.get("adult", ""), "")),
                    str(WEIGHTS.get(each.weights.get("child", ""), "")),
                )
                for each in one.indicators
            ],
        )
        for one in indicators.dimensions
    ]
