"""The look of the node: base templates, components, style, icons. No external call."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "clew.node.design"
    label = "design"
