from datetime import UTC, datetime

from tests.every_url import Row, logged_in, not_agents, posted

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def build(world):
    from callwright.kit.identity import uuid7_now
    from callwright.messaging.models import EventAddress, Notification
    from callwright.messaging.operations.send_email import queue_email
    from callwright.messaging.operations.tell_of_failure import MAIL_FAILED

    world["mail"] = queue_email(to="ann@example.org", subject="Hello", text="Hello", now=AT)
    world["event_address"] = EventAddress.objects.create(event=MAIL_FAILED, email="ann@example.org")
    world["notification"] = Notification.objects.create(
        id=uuid7_now(AT), user=world["owner"], event=MAIL_FAILED, key="1", path="/me/", at=AT
    )


_mail = {"mail_id": lambda world: world["mail"]}
_address = {"address_id": lambda world: world["event_address"].pk}
_notification = {"notification_id": lambda world: world["notification"].pk}

ROWS = {
    "messages/": not_agents(),
    "messages/again/": posted(not_agents()),
    "messages/bell/": logged_in(),
    "messages/bell/list/": logged_in(),
    "messages/choices/": logged_in(),
    "messages/events/": not_agents(),
    "messages/events/people/": not_agents(),
    "messages/events/<slug:code>/": posted(not_agents(names={"code": "too_long"})),
    "messages/addresses/<int:address_id>/": posted(not_agents(names=_address)),
    "messages/notifications/": logged_in(),
    "messages/notifications/read/": posted(logged_in()),
    # An agent may not set up mail, so a notification about it is no longer theirs, even if it once was.
    "messages/notifications/<uuid:notification_id>/": Row("404 404 404 404 login", names=_notification),
    "messages/notifications/<uuid:notification_id>/read/": posted(logged_in(names=_notification)),
    "messages/server/": not_agents(),
    "messages/server/test/": posted(not_agents()),
    "messages/server/senders/": posted(not_agents()),
    "messages/<uuid:mail_id>/": not_agents(names=_mail),
    "messages/<uuid:mail_id>/page/": not_agents(names=_mail),
    "messages/<uuid:mail_id>/again/": posted(not_agents(names=_mail)),
}
