"""Addresses of the letter pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.exchange import (
    announcing_views,
    asking_views,
    comparing_views,
    consenting_views,
    controlling_views,
    evidence_views,
    recall_views,
    restored_views,
    views,
)
from clew.node.types import NavItem

app_name = "exchange"

urlpatterns = [
    path("", views.thread_list, name="list"),
    path("quarantine", views.quarantine, name="quarantine"),
    path("announce", announcing_views.announce, name="announce"),
    path("outbox", views.outbox, name="outbox"),
    path("outbox/<int:pk>/retry", views.retry, name="retry"),
    path("transit", views.transit, name="transit"),
    path("refused", views.rejected, name="rejected"),
    path("refused/<int:pk>/discard", views.discard, name="discard"),
    path("copies/<int:source_id>/", views.copies, name="copies"),
    path("copies/<int:source_id>/recall", recall_views.recall_source, name="recall_source"),
    path("correct/<int:statement_id>/", recall_views.correct, name="correct"),
    path("recalls/<str:uid>/answer", recall_views.answer_recall, name="answer_recall"),
    path("restored/<int:pk>/", restored_views.restored, name="restored"),
    path("logs/<int:pk>/", views.contradiction, name="contradiction"),
    path("evidence/<int:pk>/", evidence_views.evidence, name="evidence"),
    path("evidence/<int:pk>/announce", evidence_views.announce, name="announce_files"),
    path("evidence/<int:pk>/give-up", evidence_views.give_up, name="give_up"),
    path("evidence/<int:pk>/take", evidence_views.take_files, name="take_files"),
    path("evidence/new/<int:case_id>", evidence_views.prepare, name="prepare"),
    path("evidence/shows/<int:pk>", evidence_views.say_whom, name="say_whom"),
    path("private/new/<int:case_id>", comparing_views.ask_privately, name="ask_privately"),
    path("letter/<str:uid>/", views.letter, name="letter"),
    path("letter/<str:uid>/take", views.take, name="take"),
    path("letter/<str:uid>/refuse", views.refuse, name="refuse"),
    path("letter/<str:uid>/ask", asking_views.ask, name="ask"),
    path("letter/<str:uid>/explain", asking_views.explain, name="explain"),
    path("letter/<str:uid>/result", asking_views.result, name="result"),
    path("letter/<str:uid>/ask-consent", consenting_views.ask_consent, name="ask_consent"),
    path("letter/<str:uid>/grant", consenting_views.grant, name="grant"),
    path("letter/<str:uid>/deny", consenting_views.deny, name="deny"),
    path("letter/<str:uid>/ask-status", controlling_views.ask_status, name="ask_status"),
    path("letter/<str:uid>/tell-status", controlling_views.tell_status, name="tell_status"),
    path("letter/<str:uid>/withdraw", controlling_views.withdraw, name="withdraw"),
    path("letter/<str:uid>/accept-conditions", controlling_views.accept_conditions, name="accept_conditions"),
    path("letter/<str:uid>/decline-conditions", controlling_views.decline_conditions, name="decline_conditions"),
    path("letter/<str:uid>/give", controlling_views.give, name="give"),
    path("letter/<str:uid>/delay", controlling_views.delay, name="delay"),
    path("letter/<str:uid>/answer", views.answer, name="answer"),
    path("letter/<str:uid>/answer-privately", comparing_views.answer_privately, name="answer_privately"),
    path("letter/<str:uid>/recall", recall_views.recall_letter, name="recall_letter"),
    path("<str:uid>/", views.thread, name="thread"),
]

nav = [NavItem(_("Letters"), "exchange:list", permission="letter.see", order=30)]
