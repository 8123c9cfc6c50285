"""Renders one component template."""

from functools import cache
from typing import Any

from django.template import Context, Template
from django.template.loader import get_template
from django.utils.safestring import SafeString


def component(component_name: str, /, **context: Any) -> SafeString:
    """``templates/clew/components/<component_name>.html`` with exactly this context, autoescaped."""
    return _compiled(component_name).render(Context(context))


@cache
def _compiled(component_name: str) -> Template:
    # A page has hundreds of cells: to look the template up for each of them would cost more than to render it.
    found: Template = get_template(f"clew/components/{component_name}.html").template  # type: ignore[attr-defined]
    return found
