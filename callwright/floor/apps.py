from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FloorConfig(AppConfig):
    name = "callwright.floor"

    def ready(self) -> None:
        from callwright.floor.boards import declare_boards
        from callwright.floor.declared import declare_audit
        from callwright.floor.operations.acts import note_taken_over
        from callwright.kit.navigation import NavEntry, declare_navigation
        from callwright.telephony.operations.send_command import when_finished

        declare_boards()
        declare_audit()
        when_finished(note_taken_over)
        declare_navigation(
            NavEntry("floor", _("Floor"), "floor:floor", "activity", 15, lambda u: u.may("watch_floor"), "g v"),
            NavEntry(
                "wallboards", _("Wallboards"), "floor:wallboards", "device-desktop", 66,
                lambda user: user.may("set_up_wallboards"), "g w",
            ),
        )  # fmt: skip
