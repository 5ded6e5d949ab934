from django.urls import path

from callwright.desk.views import calls, colleagues, desk, layout, lookup, me, notes, orders, wrap_up

app_name = "desk"

urlpatterns = [
    path("", desk.home, name="home"),
    path("desk/", desk.desk, name="desk"),
    path("desk/open", desk.open_now, name="open"),
    path("desk/me", me.me, name="me"),
    path("desk/me/extensions", me.seats, name="seats"),
    path("desk/me/state", me.change_state, name="set_state"),
    path("desk/me/extension", me.change_seat, name="seat"),
    path("desk/me/more-time", wrap_up.more_time, name="more_time"),
    path("desk/me/panel", wrap_up.panel_form, name="panel_form"),
    path("desk/queues", desk.queues, name="queues"),
    path("desk/lists", desk.lists, name="lists"),
    path("desk/colleagues", colleagues.colleagues, name="colleagues"),
    path("desk/phone-system", desk.pbx, name="pbx"),
    path("desk/targets", desk.targets, name="targets"),
    path("desk/dial", orders.call, name="dial"),
    path("desk/refusal", orders.refusal, name="refusal"),
    path("desk/calls/<uuid:call_id>/", calls.call, name="call"),
    path("desk/calls/<uuid:call_id>/state", calls.state, name="state"),
    path("desk/calls/<uuid:call_id>/body", calls.body, name="body"),
    path("desk/calls/<uuid:call_id>/work", calls.work, name="work"),
    path("desk/calls/<uuid:call_id>/find", calls.find, name="find"),
    path("desk/calls/<uuid:call_id>/contact", calls.contact, name="contact"),
    path("desk/calls/<uuid:call_id>/caller", calls.caller, name="caller"),
    path("desk/calls/<uuid:call_id>/note", notes.note, name="note"),
    path("desk/calls/<uuid:call_id>/note/send", notes.send, name="send_note"),
    path("desk/comments", notes.comments, name="comments"),
    path("desk/calls/<uuid:call_id>/done", calls.dismiss, name="dismiss"),
    path("desk/calls/<uuid:call_id>/back", calls.restore, name="restore"),
    path("desk/calls/<uuid:call_id>/order/<slug:verb>", orders.command, name="command"),
    path("desk/calls/<uuid:call_id>/look-up", lookup.look_up, name="look_up"),
    path("desk/layout/", layout.layout, name="layout"),
    path("desk/layout/preview", layout.preview, name="layout_preview"),
    path("desk/layout/calls", layout.calls, name="layout_calls"),
    path("desk/layout/<int:account_id>/", layout.layout, name="account_layout"),
]
