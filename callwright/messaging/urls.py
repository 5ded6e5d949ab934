"""Mail and messages out, notifications in the app, and to whom they go."""

from django.urls import path

from callwright.messaging.views import addresses, choices, notifications, outbox, server

app_name = "messaging"

urlpatterns = [
    path("", outbox.mails, name="outbox"),
    path("again/", outbox.all_again, name="all_again"),
    path("bell/", notifications.bell, name="bell"),
    path("bell/list/", notifications.bell_list, name="bell_list"),
    path("choices/", choices.choices, name="choices"),
    path("events/", addresses.events, name="events"),
    path("events/people/", addresses.people, name="people"),
    path("events/<slug:code>/", addresses.add, name="add_address"),
    path("addresses/<int:address_id>/", addresses.address, name="address"),
    path("notifications/", notifications.notification_list, name="notifications"),
    path("notifications/read/", notifications.all_read, name="all_read"),
    path("notifications/<uuid:notification_id>/", notifications.open_one, name="notification"),
    path("notifications/<uuid:notification_id>/read/", notifications.one_read, name="read"),
    path("server/", server.server, name="server"),
    path("server/test/", server.test, name="test_server"),
    path("server/senders/", server.sender, name="sender"),
    path("<uuid:mail_id>/", outbox.mail, name="mail"),
    path("<uuid:mail_id>/page/", outbox.mail_page, name="mail_page"),
    path("<uuid:mail_id>/again/", outbox.again, name="again"),
]
