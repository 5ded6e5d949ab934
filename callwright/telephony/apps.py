from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelephonyConfig(AppConfig):
    name = "callwright.telephony"

    def ready(self) -> None:
        from callwright.kit.navigation import NavEntry, declare_navigation
        from callwright.telephony.operations.listen import note_order
        from callwright.telephony.operations.send_command import when_finished

        when_finished(note_order)
        declare_navigation(
            NavEntry("pbx", _("PBX"), "telephony:pbxs", "server", 80, lambda user: user.may("administer_pbx"), "g b"),
        )
