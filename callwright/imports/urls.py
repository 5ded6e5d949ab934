"""Calls from files: records of PBXs and the product's own CSV."""

from django.urls import URLPattern

app_name = "imports"
urlpatterns: list[URLPattern] = []
