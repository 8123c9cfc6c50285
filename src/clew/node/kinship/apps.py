from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KinshipConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "clew.node.kinship"
    label = "kinship"
    verbose_name = _("Kinship")
