from django.urls import path

from callwright.telephony.webhook import views

app_name = "webhook"
urlpatterns = [
    path("events.schema.json", views.events_schema, name="schema"),
    path("<slug:slug>/events", views.push_events, name="push"),
]
