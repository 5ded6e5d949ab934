from django.urls import path

from callwright.registration.urls_lists import urlpatterns as lists
from callwright.registration.views import forced, panel, preview, set_up, topics

app_name = "registration"

urlpatterns = [
    path("settings/", forced.settings, name="settings"),
    path("settings/save/", forced.save_settings, name="save_settings"),
    path("settings/forced/", forced.add_forced, name="add_forced"),
    path("settings/forced/<int:must_id>/remove/", forced.remove_forced, name="remove_forced"),
    path("settings/wrap-up/", forced.wrap_up, name="wrap_up"),
    path("settings/release/", forced.release_held, name="release"),
    path("calls/<uuid:call_id>/save", panel.save, name="save"),
    path("calls/<uuid:call_id>/panel", panel.panel, name="panel"),
    path("topics/", set_up.set_up, name="set_up"),
    path("topics/order/", set_up.order, name="order"),
    path("topics/new/", set_up.category, name="new"),
    path("topics/preview/", preview.preview, name="preview"),
    path("topics/<int:category_id>/", set_up.category, name="category"),
    path("topics/<int:category_id>/retire/", set_up.retire, name="retire"),
    path("topics/<int:category_id>/topics/", topics.topic, name="topic"),
    path("topics/<int:category_id>/topics/form/", topics.form, name="topic_form"),
    path("topics/<int:category_id>/topics/<int:topic_id>/place/", topics.place, name="place_topic"),
    path("topics/<int:category_id>/topics/<int:topic_id>/retire/", topics.retire, name="retire_topic"),
    *lists,
]
