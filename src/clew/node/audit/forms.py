"""The filter of the log's pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clew.node.accounts.queries import officer_list
from clew.node.audit.queries import EntryFilter


def _officers() -> list[tuple[str, object]]:
    return [("", _("Everyone, and the node itself")), *((str(each.pk), str(each)) for each in officer_list())]


class EntryFilterForm(forms.Form):
    """Which entries to show; what is left empty does not matter."""

    act = forms.CharField(label=_("Act"), max_length=80, required=False, help_text=_("For example: cases.open_case"))
    object_kind = forms.CharField(
        label=_("Kind of object"), max_length=40, required=False, help_text=_("For example: case")
    )
    object_id = forms.CharField(label=_("Number of the object"), max_length=64, required=False)
    actor = forms.TypedChoiceField(
        label=_("Who acted"), choices=_officers, coerce=int, empty_value=None, required=False
    )

    def wanted(self) -> EntryFilter:
        """The filter that was asked for; a field that is not valid asks for all."""
        self.is_valid()
        given = self.cleaned_data
        return EntryFilter(
            act=given.get("act", "").strip(),
            object_kind=given.get("object_kind", "").strip(),
            object_id=given.get("object_id", "").strip(),
            actor_id=given.get("actor"),
        )
