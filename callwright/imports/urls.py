"""Calls from files: records of PBXs and the product's own CSV."""

from django.urls import path

from callwright.imports.views import folders, imports, preview, tables

app_name = "imports"
urlpatterns = [
    path("", imports.import_list, name="list"),
    path("table/", imports.table, name="table"),
    path("folders/", folders.folder_list, name="folders"),
    path("folders/<int:folder_id>/", folders.folder_list, name="folder"),
    path("tables/", tables.table_list, name="tables"),
    path("tables/<int:table_id>/", tables.table_list, name="watched_table"),
    path("<uuid:import_id>/", preview.one_import, name="import"),
    path("<uuid:import_id>/progress/", imports.progress, name="progress"),
    path("<uuid:import_id>/act/", imports.act, name="act"),
    path("<uuid:import_id>/errors.csv", imports.errors, name="errors"),
]
