from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RulebookConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "clew.node.rulebook"
    label = "rulebook"
    verbose_name = _("Rule book")

    def ready(self) -> None:
        """A store that has just been made, or has just learnt of rule books, begins with the rules that came."""
        post_migrate.connect(_begin, sender=self)


def _begin(using: str, **_more: Any) -> None:
    from clew.node.rulebook.beginning import begin

    if using == "default":
        begin()
