"""Every page of the node. Partners reach none of these: inbound is another process on another port."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("clew.node.desk.urls")),
    path("account/", include("clew.node.accounts.urls")),
    path("account/", include("clew.node.accounts.sign_in_urls")),
    path("audit/", include("clew.node.audit.urls")),
    path("cases/", include("clew.node.cases.urls")),
    path("consent/", include("clew.node.consent.urls")),
    path("dossier/", include("clew.node.dossier.urls")),
    path("partners/", include("clew.node.partners.urls")),
    path("releases/", include("clew.node.disclosure.urls")),
    path("rulebook/", include("clew.node.rulebook.urls")),
    path("who/", include("clew.node.matching.urls")),
    path("kinship/", include("clew.node.kinship.urls")),
    path("help/", include("clew.node.referral.urls")),
    path("letters/", include("clew.node.exchange.urls")),
    path("transfer/", include("clew.node.transfer.urls")),
    path("oversight/", include("clew.node.oversight.urls")),
    path("search/", include("clew.node.search.urls")),
    path("", include("clew.node.api.urls")),
    path("", include("clew.node.design.urls")),
]

# 404, 400 and 500 use the templates of those names; a refusal also says its sentence and who can help.
handler403 = "clew.node.design.views.permission_denied"
