"""Renders every Django form of the node, allauth's included, with the node's own patterns."""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.template.exceptions import TemplateDoesNotExist

_DJANGO = "django/forms/"
_OWN = "clew/forms/"


class ClewFormRenderer(DjangoTemplates):
    """Takes ``clew/forms/<name>`` where it exists, else Django's own ``django/forms/<name>``.

    Forms are rendered by an engine of their own, so neither the order of INSTALLED_APPS nor
    ``django.forms`` being among them matters.
    """

    form_template_name = "clew/forms/form.html"
    field_template_name = "clew/forms/field.html"

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith(_DJANGO):
            try:
                return self.engine.get_template(_OWN + template_name.removeprefix(_DJANGO))
            except TemplateDoesNotExist:
                pass
        return self.engine.get_template(template_name)
