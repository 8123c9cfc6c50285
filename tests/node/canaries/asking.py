"""Every address of the node, generated from its URL configuration, with every object of the canaries' world in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

NOT_ASKED = {
    "account/": "the reader's own account and sign-in; what administrators see there is asked by name below",
    "api/v1/": "asked with tokens, operation by operation, in tests/node/api/test_canaries.py",
    "leave": "ends the session",
    "language": "sets the language",
    "session/keep": "prolongs the session; it answers without content",
    "weather": "the page behind the quick exit, the same for everyone",
}
"""Beginnings of routes that are not crawled, with the reason."""

ASKED_ALL_THE_SAME = ("account/officers/", "account/compartments/")

OBJECTS: dict[str, tuple[str, ...]] = {
    "account/officers/<int:pk>": ("accounts.Officer",),
    "account/compartments/<int:pk>": ("accounts.Compartment",),
    "account/compartments/<int:pk>/members/<int:officer_pk>": ("accounts.Compartment", "accounts.Officer"),
    "integrations/<int:pk>": ("api.Integration",),
    "integrations/<int:pk>/tokens/<int:token_pk>": ("api.Integration", "api.Token"),
    "audit/entries/<int:index>": ("audit.AuditEntry",),
    "cases/tasks/<int:pk>": ("cases.Task",),
    "cases/deadlines/<int:pk>": ("cases.Deadline",),
    "cases/documents/<int:pk>": ("cases.Document",),
    "cases/links/<int:pk>": ("cases.CaseEntity",),
    "cases/<int:pk>": ("cases.Case",),
    "cases/<int:pk>/team/<int:officer_id>": ("cases.Case", "accounts.Officer"),
    "consent/person/<int:person_id>": ("dossier.Entity",),
    "consent/guardian/<int:pk>": ("consent.Guardian",),
    "consent/<int:pk>": ("consent.Consent",),
    "dossier/source/<int:pk>": ("dossier.Source",),
    "dossier/statement/<int:pk>": ("dossier.Statement",),
    "dossier/<int:pk>": ("dossier.Entity",),
    "partners/introductions/<int:pk>": ("partners.Introduction",),
    "partners/instruments/<path:code>": ("partners.Instrument.code",),
    "partners/joint/<int:pk>": ("partners.JointAgreement",),
    "partners/joint/<int:pk>/members/<str:uid>": ("partners.JointAgreement", "partners.Party.uid"),
    "partners/joint/changes/<int:pk>": ("partners.JointChange",),
    "partners/cards/<int:pk>": ("partners.NodeCard",),
    "partners/contact-tests/<int:pk>": ("partners.ContactTest",),
    "partners/<str:uid>": ("partners.Party.uid",),
    "releases/rules/<str:rule_id>": ("=R20",),
    "releases/simulations/<int:pk>": ("rulebook.Simulation",),
    "releases/safeguards/<int:person_id>": ("dossier.Entity",),
    "releases/risk/<int:person_id>": ("dossier.Entity",),
    "releases/authorisations/<int:source_id>": ("dossier.Source",),
    "releases/marks/<int:source_id>/": ("dossier.Source",),
    "releases/marks/<int:pk>/lift": ("disclosure.Mark",),
    "releases/decisions/<int:pk>": ("disclosure.Decision",),
    "releases/<int:pk>": ("disclosure.Release",),
    "rulebook/sets/<int:pk>": ("rulebook.RuleSetAdoption",),
    "rulebook/sign-offs/<int:pk>": ("rulebook.RuleSignOff",),
    "rulebook/sign-offs/<str:rule_id>": ("=R20",),
    "rulebook/settings/entries/<int:pk>": ("rulebook.Setting",),
    "rulebook/settings/<str:key>": ("=risk_days",),
    "kinship/families/<int:pk>": ("kinship.Family",),
    "kinship/children/<int:pk>": ("kinship.FoundChild",),
    "kinship/laboratories/<int:pk>": ("kinship.Laboratory",),
    "kinship/stores/<int:pk>": ("accounts.Compartment",),
    "kinship/sessions/<int:pk>": ("kinship.Session",),
    "kinship/searches/<int:pk>": ("kinship.Search",),
    "kinship/wide-searches/<int:pk>": ("kinship.WideSearch",),
    "kinship/hits/<int:pk>": ("kinship.Hit",),
    "kinship/hits/<int:pk>/<slug:step>": ("kinship.Hit", "=laboratory"),
    "kinship/tellings/<int:pk>": ("kinship.Telling",),
    "kinship/profiles/<int:pk>": ("kinship.Profile",),
    "who/pair/<int:one>/<int:other>": ("matching.Finding.one_id", "matching.Finding.other_id"),
    "who/judgements/<int:pk>": ("matching.Verdict",),
    "who/notices/<int:pk>": ("matching.Notice",),
    "help/paths/open/<int:case_id>/<int:person_id>": ("cases.Case", "dossier.Entity"),
    "help/paths/<int:pk>": ("referral.Path",),
    "help/paths/<int:pk>/services/<int:service_id>": ("referral.Path", "referral.Service"),
    "help/paths/<int:pk>/<slug:step>": ("referral.Path", "=identification"),
    "help/entries/<int:pk>": ("referral.Entry",),
    "help/referrals/<int:pk>": ("referral.Referral",),
    "help/incoming/take/<str:uid>": ("exchange.Letter.uid",),
    "help/incoming/<int:pk>": ("referral.IncomingReferral",),
    "help/services/<int:pk>": ("referral.Service",),
    "help/indicators/signatures/<int:pk>": ("referral.IndicatorSignOff",),
    "help/indicators/<slug:name>": ("=ilo_labour",),
    "letters/outbox/<int:pk>": ("exchange.OutboxEntry",),
    "letters/refused/<int:pk>": ("exchange.InboxEntry",),
    "letters/evidence/<int:pk>": ("exchange.Transfer",),
    "letters/evidence/new/<int:case_id>": ("cases.Case",),
    "letters/evidence/shows/<int:pk>": ("cases.Document",),
    "letters/private/new/<int:case_id>": ("cases.Case",),
    "letters/copies/<int:source_id>": ("dossier.Source",),
    "letters/logs/<int:pk>": ("exchange.LogContradiction",),
    "letters/restored/<int:pk>": ("exchange.Restored",),
    "letters/letter/<str:uid>": ("exchange.Letter.uid",),
    "letters/correct/<int:statement_id>": ("dossier.Statement",),
    "letters/recalls/<str:uid>": ("exchange.Recall.uid",),
    "letters/<str:uid>": ("exchange.Thread.uid",),
    "transfer/<int:pk>": ("transfer.ImportBatch",),
    "transfer/<int:pk>/columns/<slug:mapping>": ("transfer.ImportBatch", "=agencies"),
    "transfer/mappings/<slug:name>": ("=agencies",),
    "transfer/exports/<int:pk>": ("transfer.Export",),
    "oversight/patterns/<str:party>": ("partners.Party.uid",),
    "oversight/remedies/<int:pk>": ("oversight.RemedyRequest",),
    "oversight/remedies/<int:pk>/disclosures/<int:decision_id>": ("oversight.RemedyRequest", "disclosure.Decision"),
    "oversight/persons/<int:person_id>": ("dossier.Entity",),
    "oversight/retention/proofs/<int:pk>": ("oversight.DeletionProof",),
    "oversight/retention/<str:kind>/<int:pk>": ("=source", "dossier.Source"),
}
"""What the arguments of a route name: a model's numbers, a field of it, or (`=`) a word. The longest one counts."""

UNKNOWN: dict[str, str] = {"int": "999999", "str": "f" * 32, "slug": "unknown", "path": "UNKNOWN"}
"""What names nothing, by kind of argument."""

QUERIES = {
    "dossier/record/": "?entity={entity}",
    "releases/new/": "?case={case}",
    "oversight/remedies/new/": "?person={entity}",
    "oversight/retention/": "?kind=consent",
    "transfer/exports/new": "?case={case}",
}
"""Pages that show more when the address asks for it."""


@dataclass(frozen=True)
class Address:
    """An address, the route it is made from, and whether it names nothing that exists."""

    path: str
    route: str


def routes() -> Iterator[tuple[str, list[str]]]:
    """Every route of the node's own and the kinds of its arguments, those left out with a reason excepted."""
    for route in _routes(get_resolver().url_patterns, ""):
        if route.startswith(ASKED_ALL_THE_SAME) or not route.startswith(tuple(NOT_ASKED)):
            yield route, re.findall(r"<(\w+):\w+>", route)


def addresses(*, limit: int = 6, forms: int = 2) -> Iterator[Address]:
    """Every address, with up to so many objects of each kind, and with one that names nothing.

    Args:
        limit: on the page of a thing itself. forms: on the pages below it, which show the same thing and a form.
    """
    for route, kinds in routes():
        for values in _values(objects_of(route), kinds, limit if route.strip("/").endswith(">") else forms):
            yield Address("/" + filled(route, values), route)
        if route in QUERIES:
            for entity, case in zip(known("dossier.Entity", limit), known("cases.Case", limit) * limit, strict=False):
                yield Address(f"/{route}{QUERIES[route].format(entity=entity, case=case)}", route)


def filled(route: str, values: tuple[str, ...]) -> str:
    """The route with these values for its arguments."""
    for value in values:
        route = re.sub(r"<\w+:\w+>", value, route, count=1)
    return route


def objects_of(route: str) -> tuple[str, ...]:
    """What the arguments of a route name; raises LookupError for a route that `OBJECTS` does not know."""
    if "<" not in route:
        return ()
    found = [each for each in OBJECTS if route.startswith(each)]
    if not found or len(OBJECTS[max(found, key=len)]) != route.count("<"):
        raise LookupError(f"Say in OBJECTS what the arguments of {route} name, or leave it out with a reason.")
    return OBJECTS[max(found, key=len)]


def known(name: str, limit: int) -> list[str]:
    """The names of the first objects of a kind."""
    if name.startswith("="):
        return [name[1:]]
    label, _, field = name.replace(".", "/", 1).partition(".")
    model: Any = apps.get_model(label.replace("/", "."))
    field = field or model._meta.pk.name
    return [str(each) for each in model._default_manager.order_by("pk").values_list(field, flat=True)[:limit]]


def _values(names: tuple[str, ...], kinds: list[str], limit: int) -> Iterator[tuple[str, ...]]:
    if not names:
        yield ()
        return
    objects = [known(name, limit) for name in names]
    most = max(len(each) for each in objects)
    for number in range(most if all(objects) else 0):
        yield tuple(each[number % len(each)] for each in objects)
    yield tuple(UNKNOWN[kind] for kind in kinds)


def _routes(patterns: list[Any], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def said(answer: HttpResponseBase) -> str:
    """All that an answer says: status, headers, cookies and body."""
    return f"{answer.status_code} {answer.headers} {answer.cookies} {content_of(answer)}"


def content_of(answer: Any) -> str:
    """The body, as text."""
    return str(answer.getvalue().decode("utf-8", errors="replace"))


def class_of(path: str, status: int, headers: Any) -> str:
    """The output class of an answer: page, file, search, audit, rules, error or redirect."""
    if status >= 400:
        return "error"
    if status >= 300:
        return "redirect"
    if "attachment" in headers.get("Content-Disposition", ""):
        return "file"
    for beginning, found in (("/audit/", "audit"), ("/search/", "search"), ("/releases/rules/", "rules")):
        if path.startswith(beginning):
            return found
    return "rules" if path.startswith("/rulebook/") else "page"


def without_echo(text: str) -> str:
    """An answer without what differs between any two: tokens, digests, numbers, moments."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|<time.*?</time>', "", text, flags=re.DOTALL)
    text = re.sub(r"csrftoken=[^;]+;.*|nonce-[\w-]+|Set-Cookie.*", "", text)
    return re.sub(r"[0-9a-f]{16,}|\d+", "N", text)


def ask(client: Client, path: str) -> Any:
    """GET, with an error page where the node fails, as its users get one."""
    client.raise_request_exception = False
    return client.get(path)
