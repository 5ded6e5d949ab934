from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "callwright.messaging"

    def ready(self) -> None:
        from callwright.kit.navigation import NavEntry, NavPart, declare_navigation, declare_part
        from callwright.live.topics import declare
        from callwright.messaging.events import Event, declare_event
        from callwright.messaging.operations.tell_of_failure import MAIL_FAILED, MAIL_STOPPED
        from callwright.messaging.views.notifications import bell_context
        from callwright.staff.audit import Kind, declare_actions, declare_records
        from callwright.staff.rules import role_has

        declare("notifications", lambda listener, rest: rest == str(listener.user_id))
        declare("outbox", lambda listener, rest: role_has(listener.role, "set_up_notifications"))
        declare_navigation(
            NavEntry(
                "messages", _("Messages"), "messaging:outbox", "mail", 75,
                lambda user: user.may("set_up_notifications"), "g o",
            ),
        )  # fmt: skip
        declare_part(NavPart("bell", "messaging/bell.html", bell_context))
        declare_event(
            Event(
                MAIL_FAILED, _("A message that did not arrive"), _("The message to %(to)s did not arrive"),
                right="set_up_notifications", text=_("It is about: %(subject)s."), icon="mail", tone="red",
                by_mail=False,
            )
        )  # fmt: skip
        declare_event(
            Event(
                MAIL_STOPPED, _("A mail server that takes no messages"),
                _("The mail server %(host)s takes no messages"),
                right="set_up_notifications", icon="mail", tone="red", by_mail=False,
            )
        )  # fmt: skip
        declare_actions(
            {
                "mail_server_changed": _("Mail server changed"),
                "mail_sent_again": _("Message sent again"),
            }
        )
        declare_records({"mail": Kind(_("Message"), "messaging:mail"), "mail_server": Kind(_("Mail server"))})
