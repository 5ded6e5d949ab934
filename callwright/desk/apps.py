from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "callwright.desk"

    def ready(self) -> None:
        from callwright.accounts.tabs import AccountTab, declare_account_tab
        from callwright.calls.queries.register_of_pbx import ends_known, still_open
        from callwright.desk.operations.apply_pbx_events import apply_pbx_events
        from callwright.desk.operations.keep_in_step import join_staff_and_telephony
        from callwright.desk.topics import declare_topics
        from callwright.kit.navigation import NavEntry, declare_navigation
        from callwright.telephony.sink import connect_sink

        declare_topics()
        declare_navigation(
            NavEntry("desk", _("Desk"), "desk:desk", "headset", 10, lambda user: user.may("use_desk"), "g d"),
            NavEntry(
                "card", _("Layout of the card"), "desk:layout", "layout-dashboard", 65,
                lambda user: user.may("set_up_card"), "g l",
            ),
        )  # fmt: skip
        declare_account_tab(
            AccountTab("card", _("Card layout"), "layout-dashboard", "desk:account_layout", 70, "set_up_card")
        )
        join_staff_and_telephony()
        connect_sink(apply_pbx_events, ends_known, still_open)
