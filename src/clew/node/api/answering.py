"""Answers every request below `/api/v1/`: token, allowance, address, permission, form, and then the operation.

Neither a session nor a cookie is looked at, so that no other site can make a browser ask (there is no CORS either).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import read_strict
from clew.node.accounts.actions import Refused, require
from clew.node.allowance import Limit, TooMany
from clew.node.api.openapi import JSON, document
from clew.node.api.operation import Call, Operation
from clew.node.api.problems import Problem, bad_input, misfit, not_found, not_permitted, response_of
from clew.node.api.queries import Caller, caller_of
from clew.node.api.repeating import once
from clew.node.api.schema import first_misfit
from clew.node.api.table import OPERATIONS, schemas
from clew.node.types import BadInput, BadInputs

LARGEST: Final = 2 * 1024 * 1024
"""Bytes of a request: a source of 2,000 statements has some 500 kB."""

CALLS: Final = Limit(rate=20, burst=200)
"""Requests of one token: a case system that looks every few seconds, and a night's backlog at once."""

log = logging.getLogger(__name__)


@csrf_exempt
def answer(request: HttpRequest, path: str) -> HttpResponse:
    """The answer to one request; whatever goes wrong is said as a problem, and nothing of it in the log."""
    try:
        response = _answered(request, f"/{path}")
    except Problem as problem:
        response = response_of(problem)
    except Exception:
        log.exception("a request of the API failed")
        words = (_("The node could not do this."), _("Try again later; tell the administrator if it goes on."))
        response = response_of(Problem(500, "failed", *words))
    add_never_cache_headers(response)
    return response


def _answered(request: HttpRequest, path: str) -> HttpResponse:
    caller = _caller(request)
    try:
        CALLS.take(str(caller.token.pk))
    except TooMany as refused:
        raise Problem(
            429,
            "too-many-requests",
            _("This token asks too often."),
            _("Wait as long as Retry-After says."),
            headers={"Retry-After": str(refused.retry_after)},
        ) from refused
    if path == "/openapi.json":
        _method(request, {"GET"})
        return _json(document(), 200)
    operation, arguments = _operation(request, path)
    try:
        if operation.permission:
            require(caller.account, operation.permission)
    except Refused as refused:
        raise not_permitted(refused) from refused
    call = Call(
        account=caller.account,
        token=caller.token,
        path=arguments,
        query=_query(request, operation),
        body=_body(request, operation),
        link=request.build_absolute_uri,
    )
    if operation.method == "GET":
        return _json(_done(operation, call), 200)
    given = once(
        integration_id=caller.token.integration_id,
        key=request.headers.get("Idempotency-Key", ""),
        asked=[operation.name, arguments, call.body],
        act=lambda: _done(operation, call),
    )
    return _json(given, 201)


def _caller(request: HttpRequest) -> Caller:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    found = caller_of(token.strip(), timezone.now()) if scheme.lower() == "bearer" else None
    if found is None:
        raise Problem(
            401,
            "no-token",
            _("There is no token, or none that holds."),
            _("Send one as: Authorization: Bearer …; who answers for the integration takes it on its page."),
            headers={"WWW-Authenticate": 'Bearer realm="clew"'},
        )
    return found


def _operation(request: HttpRequest, path: str) -> tuple[Operation, dict[str, Any]]:
    here = [(each, given) for each in OPERATIONS if (given := each.arguments(path)) is not None]
    if not here:
        raise not_found()
    _method(request, {each.method for each, _given in here})
    return next((each, given) for each, given in here if each.method == request.method)


def _method(request: HttpRequest, allowed: set[str]) -> None:
    if request.method not in allowed:
        words = (_("This address does not take that method."), _("Compare it with /api/v1/openapi.json."))
        raise Problem(405, "no-such-method", *words, headers={"Allow": ", ".join(sorted(allowed))})


def _query(request: HttpRequest, operation: Operation) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, values in request.GET.lists():
        if name not in operation.query or len(values) > 1:
            raise misfit(name if name in operation.query else "", "parameter")
        wrong = first_misfit(operation.query[name], values[0], {})
        # PostgreSQL takes no U+0000 in a text.
        if wrong is not None or "\x00" in values[0]:
            raise misfit(name, wrong[1] if wrong else "pattern")
        given[name] = values[0]
    missing = [name for name, schema in operation.query.items() if schema.get("minLength") and name not in given]
    if missing:
        raise misfit(missing[0], "required")
    return given


def _body(request: HttpRequest, operation: Operation) -> Mapping[str, Any]:
    if not operation.takes:
        return {}
    if request.content_type != JSON:
        raise Problem(415, "no-json", _("The body is not JSON."), _("Send it as application/json."))
    try:
        body = read_strict(request.body, max_bytes=LARGEST)
    except RequestDataTooBig as error:
        raise _too_large() from error
    except Refusal as refusal:
        if refusal.code == "too-large":
            raise _too_large() from refusal
        words = (_("The body can not be read as one JSON object."), _("Send it as RFC 7493 (I-JSON) says."))
        raise Problem(400, refusal.code, *words) from refusal
    wrong = first_misfit(schemas()[operation.takes], body, schemas())
    if wrong is not None:
        raise misfit(*wrong)
    return body


def _done(operation: Operation, call: Call) -> Any:
    try:
        given = operation.run(call)
    except Refused as refused:
        # The permission was checked before: what is refused now is an object that does not exist or is another team's.
        raise not_found() from refused
    except (BadInput, BadInputs) as fault:
        raise bad_input(fault) from fault
    if given is None:
        raise not_found()
    return given


def _too_large() -> Problem:
    return Problem(413, "too-large", _("The body is too large."), _("Send it in several requests."))


def _json(given: Any, status: int) -> HttpResponse:
    return HttpResponse(json.dumps(given, ensure_ascii=False), status=status, content_type=JSON)
