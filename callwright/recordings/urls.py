"""Recordings of calls: fetched, kept, listened to."""

from django.urls import URLPattern

app_name = "recordings"
urlpatterns: list[URLPattern] = []
