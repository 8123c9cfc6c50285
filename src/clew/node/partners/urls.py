"""Addresses of the partner pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.partners.views import contact_tests, directory, instruments, introductions, joint, own_card
from clew.node.types import NavItem

app_name = "partners"

urlpatterns = [
    path("", directory.party_list, name="list"),
    path("add", directory.party_add, name="add"),
    path("own-card", own_card.own_card, name="own_card"),
    path("own-card/renew", own_card.renew, name="own_card_renew"),
    path("own-card/next/file", own_card.upcoming_file, name="own_card_next_file"),
    path("own-card/file", own_card.own_card_file, name="own_card_file"),
    path("introductions", introductions.introduction_list, name="introductions"),
    path("introductions/new", introductions.introduce, name="introduce"),
    path("introductions/<int:pk>", introductions.introduction, name="introduction"),
    path("introductions/<int:pk>/accept", introductions.accept, name="introduction_accept"),
    path("introductions/<int:pk>/decline", introductions.decline, name="introduction_decline"),
    path("instruments", instruments.instrument_list, name="instruments"),
    path("instruments/new", instruments.instrument_new, name="instrument_new"),
    path("instruments/<path:code>/end", instruments.instrument_end, name="instrument_end"),
    path("instruments/<path:code>", instruments.instrument_page, name="instrument"),
    path("joint", joint.joint_list, name="joint_list"),
    path("joint/new", joint.joint_new, name="joint_new"),
    path("joint/<int:pk>", joint.joint_page, name="joint"),
    path("joint/<int:pk>/amend", joint.joint_amend, name="joint_amend"),
    path("joint/<int:pk>/suspend", joint.joint_suspend, name="joint_suspend"),
    path("joint/<int:pk>/resume", joint.joint_resume, name="joint_resume"),
    path("joint/<int:pk>/members/new", joint.joint_member_new, name="joint_member_new"),
    path("joint/<int:pk>/members/<str:uid>/basis", joint.joint_basis, name="joint_basis"),
    path("joint/<int:pk>/members/<str:uid>/remove", joint.joint_member_remove, name="joint_member_remove"),
    path("joint/changes/<int:pk>/confirm", joint.joint_confirm, name="joint_confirm"),
    path("joint/changes/<int:pk>/decline", joint.joint_decline, name="joint_decline"),
    path("<str:uid>/", directory.party_page, name="party"),
    path("<str:uid>/confirm", directory.party_confirm, name="confirm"),
    path("<str:uid>/renewal", own_card.approve, name="renewal"),
    path("<str:uid>/competence", directory.competence, name="competence"),
    path("<str:uid>/competence/withdraw", directory.competence_withdraw, name="competence_withdraw"),
    path("<str:uid>/suspend", directory.party_suspend, name="suspend"),
    path("<str:uid>/reinstate", directory.party_reinstate, name="reinstate"),
    path("<str:uid>/posts/new", directory.post_new, name="post_new"),
    path("<str:uid>/contacts", directory.contacts, name="contacts"),
    path("<str:uid>/contacts/test", contact_tests.begin, name="contact_test"),
    path("contact-tests/<int:pk>", contact_tests.end, name="contact_test_end"),
    path("cards/<int:pk>/revoke", directory.card_revoke, name="card_revoke"),
]

nav = [
    NavItem(_("Partners"), "partners:list", permission="partner.see", order=60),
    NavItem(_("Instruments"), "partners:instruments", permission="partner.see", order=65),
]
