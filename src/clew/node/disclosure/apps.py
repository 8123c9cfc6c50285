from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisclosureConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "clew.node.disclosure"
    label = "disclosure"
    verbose_name = _("Disclosure")
