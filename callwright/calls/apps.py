from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    name = "callwright.calls"

    def ready(self) -> None:
        from callwright.calls.operations.rollup_changes import note_changes
        from callwright.calls.ports import connect_listener
        from callwright.kit.navigation import NavEntry, declare_navigation

        declare_navigation(
            NavEntry("calls", _("Calls"), "calls:register", "phone-call", 20, lambda u: u.may("see_register"), "g c"),
        )
        connect_listener("totals", note_changes)
