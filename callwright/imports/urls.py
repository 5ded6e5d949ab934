"""Calls from files: records of PBXs and the product's own CSV."""

from django.urls import path

from callwright.imports.views import folders, imports, preview

app_name = "imports"
urlpatterns = [
    path("", imports.import_list, name="list"),
    path("table/", imports.table, name="table"),
    path("folders/", folders.folder_list, name="folders"),
    path("folders/<int:folder_id>/", folders.folder_list, name="folder"),
    path("<uuid:import_id>/", preview.one_import, name="import"),
    path("<uuid:import_id>/progress/", imports.progress, name="progress"),
    path("<uuid:import_id>/act/", imports.act, name="act"),
    path("<uuid:import_id>/errors.csv", imports.errors, name="errors"),
]
