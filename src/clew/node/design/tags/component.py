"""Renders one component template."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


def component(component_name: str, /, **context: Any) -> SafeString:
    """``templates/clew/components/<component_name>.html`` with exactly this context, autoescaped."""
    return render_to_string(f"clew/components/{component_name}.html", context)
