"""The canaries in what is no page: search, exports, letters, receipts, files, registers, the command line."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.acting import roles_read_once
from clew.node.accounts.actions import Officer
from clew.node.audit.models import AuditEntry
from clew.node.disclosure.models import Decision, Safeguard
from clew.node.disclosure.queries import explain
from clew.node.disclosure.safeguards import seal
from clew.node.home import load_home
from clew.node.oversight.actions import Recipient, export_log, export_register
from clew.node.oversight.queries import RegisterFilter
from clew.node.search.queries import search
from clew.node.transfer.actions import download_export, request_export
from clew.node.types import BadInput, BadInputs
from tests.node.canaries.asking import addresses, ask, content_of, without_echo
from tests.node.canaries.planting import World
from tests.node.canaries.table import ROLES, Canary, canaries

pytestmark = pytest.mark.django_db
SignIn = Callable[[Officer], Client]
NONSENSE = "Zzyxwvutq"
LEFT = {
    "letter_subject", "letter_facts", "letter_necessity", "outbox_subject",
}  # fmt: skip
"""What its officers wrote into the letters that left."""


def found_by_search(world: World, of: Callable[[str], Officer]) -> dict[str, frozenset[str]]:
    """By canary, the roles for whom its word, or the beginning of it, finds anything."""
    officers = {role: of(role) for role in ROLES}
    return {one.name: frozenset(role for role in ROLES if _finds(officers[role], one)) for one in canaries()}


def _finds(officer: Officer, one: Canary) -> bool:
    # As the page of the search asks: who she is has been read once.
    with roles_read_once():
        return any(search(officer=officer, text=word) for word in (one.word, one.word[:-2]))


def test_a_search_finds_for_each_role_what_the_table_says(world: World) -> None:
    found = found_by_search(world, world.of_team)
    assert found == {one.name: one.heard.get("search", frozenset()) for one in canaries()}


def test_a_search_finds_nothing_outside_the_team(world: World) -> None:
    found = found_by_search(world, world.outside)
    assert found == {one.name: one.outside.get("search", frozenset()) for one in canaries()}


def test_a_page_that_searches_for_what_is_not_hers_looks_as_if_there_were_no_such_word(
    world: World, signed_in_client: SignIn
) -> None:
    client = signed_in_client(world.officer_factory(roles=ROLES, compartments=[world.elsewhere]))
    asked = (
        "/search/?q={}", "/dossier/?text={}", "/dossier/pick/?field=other&other_q={}", "/cases/?q={}",
        "/cases/?text={}",
        "/partners/?text={}", "/audit/entries/?object_id={}", "/oversight/register/?recipient={}",
    )  # fmt: skip
    quiet = [one for one in canaries() if "search" not in one.outside and "page" not in one.outside]
    nothing = {address: _page(client, address, NONSENSE) for address in asked}
    telling = [
        (one.name, address)
        for one in quiet
        for address in asked
        if _page(client, address, one.word) != nothing[address]
    ]
    assert telling == []
    assert len(quiet) > 40


def _page(client: Client, address: str, word: str) -> str:
    return without_echo(content_of(ask(client, address.format(word))).replace(word, "WORD"))


@pytest.mark.parametrize(("what", "form"), [("entities", "csv"), ("entities", "ftm"), ("entities", "xlsx"),
                                            ("cases", "csv"), ("case", "csv"), ("case", "ftm")])  # fmt: skip
def test_an_export_holds_for_each_role_what_the_table_says(world: World, what: str, form: str) -> None:
    for role in ("investigator", "caseworker", "analyst", "prosecutor"):
        inside, outside = (_exported(of(role), world, what, form) for of in (world.of_team, world.outside))
        # A list of cases holds their references, states and days, and no word of theirs.
        may = [one.name for one in canaries() if what != "cases" and role in one.heard.get("export", ())]
        # The twins are the team's, and in no case.
        may = [name for name in may if what != "case" or name != "twin_name"]
        assert [one.name for one in canaries() if one.is_in(inside)] == may
        assert [one.name for one in canaries() if one.is_in(outside)] == []


def _exported(officer: Officer, world: World, what: str, form: str) -> str:
    """The exported text with its name and record, or why there is none."""
    case = world.case.pk if what == "case" else None
    try:
        export = request_export(
            actor=officer, what=what, file_format=form, purpose="own_use", case_id=case, recipient="own"
        )
    except (BadInput, BadInputs) as refused:
        return str(refused)
    made, content = download_export(actor=officer, export_id=export.pk)
    return f"{made.file_name} {json.dumps(made.decision)} {_text(content, form)}"


def _text(content: bytes, form: str) -> str:
    if form != "xlsx":
        return content.decode("utf-8-sig")
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return " ".join(book.read(name).decode("utf-8", errors="replace") for name in book.namelist())


def test_what_the_partner_gets_holds_the_words_written_to_it_and_no_other_canary(world: World) -> None:
    sealed = b" ".join(world.beijing.got).decode("utf-8", errors="replace")
    assert [one.name for one in canaries() if one.is_in(sealed)] == []
    opened = " ".join(json.dumps(letter.body, ensure_ascii=False) for letter in world.beijing.letters())
    receipts = str(world.beijing.receipts())
    assert {one.name for one in canaries() if one.is_in(opened)} <= LEFT
    assert [one.name for one in canaries() if one.is_in(receipts)] == []
    assert next(one for one in canaries() if one.name == "letter_subject").is_in(opened)


def test_no_file_of_the_node_is_named_after_a_canary_or_holds_one(world: World) -> None:
    written = [path for path in load_home().path.rglob("*") if path.is_file() and not path.name.startswith("store.")]
    assert len(list(load_home().documents.iterdir())) >= 3
    told = [
        (path.name, one.name)
        for path in written
        for one in canaries()
        if len(one.word) > 6 and (one.is_in(path.name) or one.is_in(path.read_bytes().decode(errors="replace")))
    ]
    assert told == []


def test_neither_the_log_nor_its_export_nor_the_register_holds_a_canary(world: World) -> None:
    protection, today = world.outside("data_protection_officer"), timezone.localdate()
    to_whom, day = Recipient("own", "self_monitoring"), dt.timedelta(days=1)
    _made, log = export_log(actor=protection, since=today - day, until=today + day, to_whom=to_whom)
    _made, register = export_register(actor=protection, wanted=RegisterFilter(), to_whom=to_whom)
    leaves = b" ".join(bytes(one) for one in AuditEntry.objects.values_list("leaf", flat=True))
    for told in (log.decode(), register.decode("utf-8-sig"), leaves.decode()):
        assert [one.name for one in canaries() if one.is_in(told)] == []


def test_the_command_line_explains_a_decision_without_its_sealed_reason(world: World) -> None:
    decision = Decision.objects.get(pk=world.decision)
    true = {each["policy"] for one in decision.outcome["statements"] for each in one["reasons"]}
    hidden = {each.id for each in shipped_rules().policies.values() if each.neutral}
    assert "R20a" in true & hidden
    report = explain(decision)
    told = json.dumps(report.as_json()) + report.as_text()
    assert [each for each in hidden if f'"{each}"' in told or f" {each} " in told] == []
    assert [one.name for one in canaries() if one.is_in(told)] == []


def test_no_page_changes_with_what_was_entered_for_the_rules_alone(world: World, signed_in_client: SignIn) -> None:
    clients = [signed_in_client(world.of_team(role)) for role in ("investigator", "legal_adviser", "approver")]
    clients.append(signed_in_client(world.officer))
    paths = [each.path for each in addresses(limit=2) if _is_about_her(each.path)]
    assert len(paths) > 40
    before = [_read(client, path) for client in clients for path in paths]
    for kind, answer in (("protection", ["none"]), ("feared", ["at"]), ("sheltered", ["no"])):
        row = Safeguard.objects.get(person_id=world.person, kind=kind)
        row.sealed = seal(answer, bound_to=f"{world.person}:{kind}")
        row.save(update_fields=["sealed"])
    after = [_read(client, path) for client in clients for path in paths]
    asked = [path for _client in clients for path in paths]
    assert [path for path, then, now in zip(asked, before, after, strict=True) if then != now] == []


def _is_about_her(path: str) -> bool:
    # Who opened a document stands on its page of custody: this reading changes it, whatever was entered.
    if path.endswith("/custody"):
        return False
    return path.startswith(("/dossier/", "/releases/", "/consent/", "/cases/", "/oversight/")) or path == "/"


def _read(client: Client, path: str) -> str:
    answer = ask(client, path)
    return f"{answer.status_code} {without_echo(content_of(answer))}"
