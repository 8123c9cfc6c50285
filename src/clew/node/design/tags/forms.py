"""Tags for forms: fields, the error summary, buttons."""

from typing import Any

from django.forms import BaseForm, BoundField
from django.template import Library
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clew.node.design.fields import CodeRadios, Hinted, codelist_of
from clew.node.design.picking import Found, status_words
from clew.node.design.tags.component import component
from clew.node.design.tags.values import explain_codes

BUTTONS = ("primary", "secondary", "warning")


def render_form(form: BaseForm) -> SafeString:
    """Every field of the form with label, hint, error; the form element itself is the page's."""
    return form.render()


def render_field(field: BoundField) -> SafeString:
    return field.as_field_group()


def error_summary(*forms: BaseForm) -> SafeString:
    """What went wrong, at the top of the page; each line leads to its field."""
    problems = [problem for form in forms if form is not None for problem in _problems(form)]
    return component("error_summary", problems=problems)


def _problems(form: BaseForm) -> list[dict[str, str]]:
    found = [{"text": str(text), "target": ""} for text in form.non_field_errors()]
    for field in form:
        # A hidden field cannot be gone to; its fault is still said.
        target = "" if field.is_hidden else error_target(field)
        found += [{"text": _named(field, str(text)), "target": target} for text in field.errors]
    return found


def _named(field: BoundField, problem: str) -> str:
    # "This field is required." says nothing away from its field.
    return _("%(field)s: %(problem)s") % {"field": field.label, "problem": problem}


def error_target(field: BoundField) -> str:
    """The id of the first control of a field: a group of radios or date parts has no single one."""
    if field.id_for_label:
        return field.id_for_label
    return f"{field.auto_id}_0" if field.auto_id else ""


def described_widget(field: BoundField) -> SafeString:
    """The control tied to its hint and error. Django leaves this to a fieldset for file inputs,
    which here have a plain label."""
    described = field.aria_describedby
    return field.as_widget(attrs={"aria-describedby": described} if described else None)


def widget_attrs(widget: dict[str, Any], kind: str) -> SafeString:
    """A widget's attributes with the class of its kind, and the error class when it is invalid."""
    attrs = {name: value for name, value in widget["attrs"].items() if name != "class"}
    classes = [kind]
    if str(attrs.get("aria-invalid", "")).lower() == "true":
        classes.append(f"{kind}--error")
    if extra := widget["attrs"].get("class"):
        classes.append(extra)
    return component("widget_attrs", attrs=attrs, classes=" ".join(classes))


def code_help(field: BoundField) -> SafeString | str:
    """What each code of the field's list means, folded, unless its radios or checkboxes say so themselves."""
    list_id, widget = codelist_of(field.field), field.field.widget
    hinted = isinstance(widget, CodeRadios) or (isinstance(widget, Hinted) and bool(widget.hints))
    return explain_codes(list_id) if list_id and not hinted else ""


def picker_status(found: Found) -> str:
    """How much a search in a form found, where there is something to say."""
    return status_words(found)


def actions(content: str) -> SafeString:
    """The buttons below a form."""
    return component("actions", content=content)


def submit(text: str, tone: str = "primary", name: str = "", value: str = "") -> SafeString:
    if tone not in BUTTONS:
        raise ValueError(f"Unknown button {tone!r}; use one of {', '.join(BUTTONS)}.")
    return component("submit", text=text, tone=tone, name=name, value=value)


def cancel_link(url: str, text: str = "") -> SafeString:
    return component("cancel_link", url=url, text=text)


def add_to(register: Library) -> None:
    for tag in (
        render_form, render_field, error_summary, described_widget, code_help, widget_attrs, picker_status, submit,
        cancel_link,
    ):  # fmt: skip
        register.simple_tag(tag)
    register.simple_block_tag(actions)
