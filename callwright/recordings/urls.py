"""Recordings of calls: fetched, kept, listened to. `/recordings/stream/` is answered by `streaming`, beside Django."""

from django.urls import path

from callwright.recordings.views import calls, settings

app_name = "recordings"
urlpatterns = [
    path("", settings.overview, name="overview"),
    path("sources/<int:pbx_id>/", settings.source, name="source"),
    path("sources/<int:pbx_id>/try/", settings.try_it, name="try"),
    path("sources/<int:pbx_id>/host-key/", settings.host_key, name="host_key"),
    path("sources/<int:pbx_id>/again/", settings.again, name="again_all"),
    path("accounts/<int:account_id>/", settings.account, name="account"),
    path("rules/", settings.add_rule, name="add_rule"),
    path("rules/<int:rule_id>/delete/", settings.remove_rule, name="remove_rule"),
    path("calls/<uuid:call_id>/", calls.panel, name="panel"),
    path("calls/<uuid:call_id>/listen/", calls.listen, name="listen"),
    path("calls/<uuid:call_id>/parts/<uuid:part_id>/download/", calls.download, name="download"),
    path("calls/<uuid:call_id>/erase/", calls.erase, name="erase"),
    path("calls/<uuid:call_id>/again/", calls.again, name="again"),
]
