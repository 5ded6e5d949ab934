"""Mail and messages out, notifications in the app, and to whom they go."""

from django.urls import URLPattern

app_name = "messaging"
urlpatterns: list[URLPattern] = []
