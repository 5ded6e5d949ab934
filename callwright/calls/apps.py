from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    name = "callwright.calls"

    def ready(self) -> None:
        from callwright.kit.navigation import NavEntry, declare_navigation

        declare_navigation(
            NavEntry("calls", _("Calls"), "calls:register", "phone-call", 20, lambda u: u.may("see_register"), "g c"),
        )
