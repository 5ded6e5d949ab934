from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "callwright.accounts"

    def ready(self) -> None:
        from callwright.accounts.tabs import OWN_TABS, declare_account_tab
        from callwright.kit.navigation import NavEntry, declare_navigation
        from callwright.live.topics import declare

        for tab in OWN_TABS:
            declare_account_tab(tab)
        declare("accounts", lambda listener, rest: listener.role != "customer")
        declare_navigation(
            NavEntry(
                "accounts", _("Accounts and lines"), "accounts:list", "briefcase", 50,
                lambda user: user.may("set_up_accounts"), "g a",
            ),
        )  # fmt: skip
