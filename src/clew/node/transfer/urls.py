"""Addresses of the pages of imports, counts and exports."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.transfer.views import exports, imports, mappings, statistics
from clew.node.types import NavItem

app_name = "transfer"

urlpatterns = [
    path("", imports.imports, name="imports"),
    path("new", imports.upload, name="upload"),
    path("<int:pk>/", imports.import_page, name="import"),
    path("<int:pk>/mapping", mappings.choose, name="mapping"),
    path("<int:pk>/columns/<slug:mapping>", mappings.columns, name="columns"),
    path("<int:pk>/start", imports.start, name="start"),
    path("<int:pk>/cancel", imports.cancel, name="cancel"),
    path("<int:pk>/undo", imports.undo, name="undo"),
    path("<int:pk>/errors.csv", imports.problems, name="problems"),
    path("mappings", mappings.mappings, name="mappings"),
    path("mappings/new", mappings.mapping_new, name="mapping_new"),
    path("mappings/<slug:name>/rename", mappings.mapping_rename, name="mapping_rename"),
    path("mappings/<slug:name>/delete", mappings.mapping_delete, name="mapping_delete"),
    path("counts", statistics.counts, name="counts"),
    path("exports", exports.exports, name="exports"),
    path("exports/new", exports.export_new, name="export_new"),
    path("exports/documents", exports.export_documents, name="export_documents"),
    path("exports/<int:pk>/", exports.export_page, name="export"),
    path("exports/<int:pk>/file", exports.export_file, name="export_file"),
]

nav = [
    NavItem(_("Imports"), "transfer:imports", permission="import.see", order=60),
    NavItem(_("Counts"), "transfer:counts", permission="statistics.see", order=65),
    NavItem(_("Exports"), "transfer:exports", permission="export.see", order=70),
]
