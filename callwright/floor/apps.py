from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FloorConfig(AppConfig):
    name = "callwright.floor"

    def ready(self) -> None:
        from callwright.floor.boards import declare_boards
        from callwright.floor.declared import declare_audit
        from callwright.floor.operations.acts import note_taken_over
        from callwright.floor.operations.listening import note_begun, note_ended
        from callwright.kit.navigation import NavEntry, declare_navigation
        from callwright.telephony.operations.listen import when_begun
        from callwright.telephony.operations.send_command import when_finished

        declare_boards()
        declare_audit()
        when_finished(note_taken_over)
        when_finished(note_ended)
        when_begun(note_begun)
        user_logged_out.connect(_stop_listening, dispatch_uid="floor.logged_out")
        declare_navigation(
            NavEntry("floor", _("Floor"), "floor:floor", "activity", 15, lambda u: u.may("watch_floor"), "g v"),
            NavEntry(
                "wallboards", _("Wallboards"), "floor:wallboards", "device-desktop", 66,
                lambda user: user.may("set_up_wallboards"), "g w",
            ),
        )  # fmt: skip


def _stop_listening(sender: Any, user: Any, **kwargs: Any) -> None:
    from callwright.floor.operations.listening import stop_at_logout

    if user is not None:
        stop_at_logout(user.pk, now=timezone.now())
