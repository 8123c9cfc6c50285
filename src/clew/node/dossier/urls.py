"""Pages of the dossier."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.dossier import views
from clew.node.types import NavItem

app_name = "dossier"
urlpatterns = [
    path("", views.entities, name="list"),
    path("record/", views.record_facts, name="record"),
    path("pick/", views.pick, name="pick"),
    path("source/<int:pk>/undo/", views.undo, name="undo"),
    path("statement/<int:pk>/", views.statement, name="why"),
    path("statement/<int:pk>/correct/", views.correct, name="correct"),
    path("statement/<int:pk>/retract/", views.retract, name="retract"),
    path("<int:pk>/", views.entity, name="entity"),
    path("<int:pk>/merge/", views.merge, name="merge"),
    path("<int:pk>/split/", views.split, name="split"),
    path("<int:pk>/category/", views.category, name="category"),
    path("<int:pk>/erase/", views.erase, name="erase"),
]

nav = [NavItem(_("Dossiers"), "dossier:list", permission="dossier.see", order=30)]
