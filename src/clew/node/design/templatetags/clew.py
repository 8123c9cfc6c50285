"""The component tags every page is put together from: ``{% load clew %}``.

Usage with examples: ``docs/guides/pages.md``. Components live in ``templates/clew/components``;
text arguments are escaped there, block contents arrive already rendered.
"""

from django import template

from clew.node.design.tags import blocks, forms, lists, tables, values

register = template.Library()

values.add_to(register)
blocks.add_to(register)
lists.add_to(register)
tables.add_to(register)
forms.add_to(register)
