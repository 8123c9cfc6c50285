"""Mappings that officers of this node keep: saving, renaming, deleting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.transfer.mapping.deidentified import refuse_free_columns
from clew.node.transfer.mapping.reading import read_mapping
from clew.node.transfer.mapping.rules import ReadingRule
from clew.node.transfer.mapping.shipped import shipped_ids, shipped_text
from clew.node.transfer.mapping.writing import as_used, retitled
from clew.node.transfer.models import ImportBatch, StatisticalDataset
from clew.node.transfer.models import Mapping as SavedMapping
from clew.node.transfer.opening import rules_of, source_rule
from clew.node.transfer.states import AT_WORK, State, officer_id
from clew.node.types import BadInput

LONGEST_TITLE = 100


@action("transfer.save_mapping", permission="import.run")
def save_mapping(*, actor: Actor, name: str, definition: str) -> SavedMapping:
    """Keep a mapping for everyone on this node; one of the same name is replaced, a shipped one never."""
    slug = slugify(name)[:60]
    if not slug or slug in shipped_ids():
        raise BadInput("name", _("This name cannot be used."), _("Choose another name of letters and digits."))
    rules = read_mapping(definition)
    refuse_free_columns(rules, "definition")
    _refuse_while_used(slug, (*AT_WORK, State.CHECKED), "name")
    saved, _made = SavedMapping.objects.update_or_create(
        name=slug,
        defaults={
            "title": rules.title("en")[:200], "definition": definition, "saved": timezone.now(),
            "saved_by_id": officer_id(actor),
        },
    )  # fmt: skip
    record(actor=actor, act="transfer.save_mapping", object_kind="mapping", object_id=saved.pk, details={"name": slug})
    return saved


@action("transfer.save_matching", permission="import.run")
def save_matching(*, actor: Actor, title: str, mapping: str, options: Mapping[str, object]) -> SavedMapping:
    """Keep a mapping as it was matched with a file, under a name of its own.

    Args:
        title: what the mapping is called in lists, in any script.
        mapping: the name of the mapping that was begun with.
        options: see `opening.open_file`.
    """
    title = _free_title(title)
    rules, chosen = rules_of(mapping), options.get("columns")
    definition = shipped_text(mapping) or SavedMapping.objects.get(name=mapping).definition
    name = _free_name(title)
    text = as_used(
        definition,
        rules,
        name=name,
        title=title,
        columns={str(key): str(value) for key, value in chosen.items()} if isinstance(chosen, dict) else {},
        source=source_rule(rules, dict(options)),
        reading=replace(
            ReadingRule(),
            encoding=str(options.get("encoding") or ""),
            leave_out_unknown=bool(options.get("leave_out_unknown")),
            category=str(options.get("category") or ""),
        ),
    )
    return save_mapping(actor=actor, name=name, definition=text)


@action("transfer.rename_mapping", permission="import.run")
def rename_mapping(*, actor: Actor, name: str, title: str) -> SavedMapping:
    """Call a mapping something else; imports that were made with it keep to it."""
    saved = _saved(name)
    _refuse_while_used(name, AT_WORK, "title")
    title = _free_title(title, but_not=name)
    saved.definition, saved.title = retitled(saved.definition, name=saved.name, title=title), title
    saved.save(update_fields=["definition", "title"])
    record(
        actor=actor, act="transfer.rename_mapping", object_kind="mapping", object_id=saved.pk,
        details={"name": saved.name},
    )  # fmt: skip
    return saved


@action("transfer.delete_mapping", permission="import.run")
def delete_mapping(*, actor: Actor, name: str) -> None:
    """Keep a mapping no longer. What was imported with it stays."""
    saved = _saved(name)
    _refuse_while_used(name, (*AT_WORK, State.CHECKED), "")
    if StatisticalDataset.objects.filter(mapping=name).exists():
        raise BadInput(
            "",
            _("A statistical table that can be counted was imported with this mapping, and is read by it."),
            _("Undo that import first."),
        )
    record(
        actor=actor, act="transfer.delete_mapping", object_kind="mapping", object_id=saved.pk, details={"name": name}
    )
    saved.delete()


def _saved(name: str) -> SavedMapping:
    saved = SavedMapping.objects.filter(name=name).first()
    if saved is None:
        raise BadInput("", _("There is no such mapping of this node."), _("Choose one from the list of mappings."))
    return saved


def _refuse_while_used(name: str, states: tuple[str, ...], field: str) -> None:
    """An import is to be read by the mapping with which it was checked, and by no other."""
    using = ImportBatch.objects.filter(mapping=name, state__in=states).order_by("pk").first()
    if using is not None:
        raise BadInput(
            field,
            _("Import %(number)d was checked with this mapping and is not finished.") % {"number": using.pk},
            _("Start or cancel that import first, or choose another name."),
        )


def _free_title(title: str, *, but_not: str = "") -> str:
    title = " ".join(title.split())[:LONGEST_TITLE]
    if not title:
        raise BadInput("title", _("The mapping has no name."), _("Enter a name, for instance: extract of the hotline."))
    shipped = {rules_of(one).title(language) for one in shipped_ids() for language in ("en", "zh", "fr", "de", "bg")}
    own = set(SavedMapping.objects.exclude(name=but_not).values_list("title", flat=True))
    if title.casefold() in {one.casefold() for one in shipped | own}:
        raise BadInput("title", _("There is a mapping of this name already."), _("Choose another name."))
    return title


def _free_name(title: str) -> str:
    """A name for addresses and the command line; a title of which no letter can stand there gets a number."""
    taken = {*shipped_ids(), *SavedMapping.objects.values_list("name", flat=True)}
    base = slugify(title)[:50] or "mapping"
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return name
