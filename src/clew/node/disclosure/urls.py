"""Addresses of the pages on releases, decisions and rules."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.disclosure.views import deciding, drafting, marks, offering, registers, rules, simulating, weighing
from clew.node.types import NavItem

app_name = "disclosure"

urlpatterns = [
    path("", drafting.release_list, name="list"),
    path("new/", drafting.release_new, name="new"),
    path("approvals/", deciding.approvals, name="approvals"),
    path("rules/", rules.rule_list, name="rules"),
    path("rules/<str:rule_id>/", rules.rule_page, name="rule"),
    path("simulations/", simulating.simulations, name="simulations"),
    path("simulations/new/", simulating.simulation_new, name="simulation_new"),
    path("simulations/<int:pk>/", simulating.simulation, name="simulation"),
    path("simulations/<int:pk>/cancel/", simulating.simulation_cancel, name="simulation_cancel"),
    path("simulations/<int:pk>/propose/", simulating.simulation_propose, name="simulation_propose"),
    path("replay/", simulating.replay, name="replay"),
    path("assurances/", registers.assurance_list, name="assurances"),
    path("assurances/new/", registers.assurance_new, name="assurance_new"),
    path("safeguards/<int:person_id>/", registers.safeguards, name="safeguards"),
    path("risk/<int:person_id>/", registers.risk, name="risk"),
    path("authorisations/<int:source_id>/new/", registers.authorisation_new, name="authorisation_new"),
    path("marks/<int:source_id>/", marks.marks, name="marks"),
    path("marks/<int:pk>/lift/", marks.lift, name="mark_lift"),
    path("<int:pk>/", drafting.release_page, name="release"),
    path("<int:pk>/change/", drafting.release_change, name="change"),
    path("<int:pk>/offer/", offering.offer, name="offer"),
    path("<int:pk>/decide/", deciding.decide, name="decide"),
    path("<int:pk>/withdraw/", drafting.release_withdraw, name="withdraw"),
    path("decisions/<int:pk>/", deciding.decision, name="decision"),
    path("decisions/<int:pk>/ask/", deciding.ask, name="ask"),
    path("decisions/<int:pk>/ask-lead/", weighing.ask_lead, name="ask_lead"),
    path("decisions/<int:pk>/coarser/", weighing.coarser, name="coarser"),
    path("decisions/<int:pk>/recognition/", weighing.recognition, name="recognition"),
    path("decisions/<int:pk>/sealed-record/", weighing.sealed_record, name="sealed_record"),
    path("decisions/<int:pk>/approve/", deciding.approve, name="approve"),
    path("decisions/<int:pk>/sign/", deciding.sign, name="sign"),
    path("decisions/<int:pk>/signed/", deciding.signed, name="signed"),
    path("decisions/<int:pk>/explain/", deciding.explain, name="explain"),
]

nav = [NavItem(_("Releases"), "disclosure:list", "release.see", 40)]
