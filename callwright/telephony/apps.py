from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelephonyConfig(AppConfig):
    name = "callwright.telephony"

    def ready(self) -> None:
        from callwright.kit.navigation import NavEntry, declare_navigation

        declare_navigation(
            NavEntry("pbx", _("PBX"), "telephony:pbxs", "server", 80, lambda user: user.may("administer_pbx"), "g b"),
        )
