from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "clew.node.referral"
    label = "referral"
    verbose_name = _("Help for persons")
