from django.urls import path

from callwright.calls.views import call, kept, markers, register

app_name = "calls"

urlpatterns = [
    path("", register.register, name="register"),
    path("rows/", register.rows, name="rows"),
    path("live/", register.live_rows, name="live_rows"),
    path("summary/", register.summary, name="summary"),
    path("filters/", register.filters, name="filters"),
    path("history/<int:contact_id>/", register.history, name="history"),
    path("columns/", kept.columns, name="columns"),
    path("searches/", kept.keep_search, name="keep_search"),
    path("searches/<int:search_id>/delete/", kept.forget_search, name="forget_search"),
    path("markers/", markers.marker_list, name="markers"),
    path("markers/order/", markers.order, name="order_markers"),
    path("markers/<int:marker_id>/", markers.marker_list, name="edit_marker"),
    path("markers/<int:marker_id>/retire/", markers.retire, name="retire_marker"),
    path("markers/contacts/<int:contact_id>/", markers.contact_marker, name="contact_marker"),
    path("markers/<int:marker_id>/picture/", markers.picture, name="marker_picture"),
    path("<uuid:call_id>/", call.call, name="call"),
    path("<uuid:call_id>/now/", call.call_now, name="call_now"),
    path("<uuid:call_id>/marker/", call.mark, name="mark"),
    path("<uuid:call_id>/comment/", call.comment, name="comment"),
    path("<uuid:call_id>/keep/", call.keep, name="keep"),
    path("<uuid:call_id>/contacts/", call.candidates, name="candidates"),
    path("<uuid:call_id>/attach/", call.attach, name="attach"),
]
