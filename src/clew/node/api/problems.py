"""What the API says when it refuses: `application/problem+json` (RFC 9457), in the words of the pages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Refused, not_yours
from clew.node.types import BadInput, BadInputs

MEDIA_TYPE: Final = "application/problem+json"


class Problem(Exception):
    """A refusal of the API.

    Args:
        code: stable; the last part of the problem's type. sentence: what is wrong. cure: what to do about it.
        errors: of bad input, each with `field`, `sentence` and `cure`.
        headers: what HTTP wants to be said beside it.
    """

    def __init__(
        self,
        status: int,
        code: str,
        sentence: str,
        cure: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.sentence, self.cure = status, code, sentence, cure
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def response_of(problem: Problem) -> HttpResponse:
    """The answer that says a problem."""
    said: dict[str, Any] = {
        "type": f"urn:clew:problem:{problem.code}",
        "title": problem.sentence,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.cure,
    }
    if problem.errors:
        said["errors"] = list(problem.errors)
    body = json.dumps(said, ensure_ascii=False)
    return HttpResponse(body, status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)


def not_found() -> Problem:
    """What does not exist and what is another team's: one answer, so that nobody learns which."""
    refused = not_yours()
    return Problem(404, "not-found", refused.sentence, refused.who_can_help)


def not_permitted(refused: Refused) -> Problem:
    """The token or the roles do not hold the permission."""
    return Problem(403, "not-permitted", refused.sentence, refused.who_can_help)


def bad_input(fault: BadInput | BadInputs) -> Problem:
    """What an action found wrong, field by field."""
    faults = fault.problems if isinstance(fault, BadInputs) else (fault,)
    errors = [{"field": each.field, "sentence": each.problem, "cure": each.cure} for each in faults]
    return Problem(
        422, "bad-input", _("Something in it is wrong."), _("Correct what is listed and send it again."), errors=errors
    )


def misfit(field: str, rule: str) -> Problem:
    """A value that does not fit the documented schema; the value is not repeated."""
    sentence = _("This does not fit the description of the API (%(rule)s).") % {"rule": rule}
    error = {"field": field, "sentence": sentence, "cure": _("Compare it with /api/v1/openapi.json.")}
    return Problem(
        422,
        "not-as-described",
        _("Something in it is wrong."),
        _("Correct what is listed and send it again."),
        errors=[error],
    )
