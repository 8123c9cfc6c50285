from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransferConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "clew.node.transfer"
    label = "transfer"
    verbose_name = _("Import and export")
