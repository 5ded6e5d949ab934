"""The pages of one account, which stand as tabs above each of them. Capabilities above declare theirs at the start."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class AccountTab:
    """A page at `url_name` with `account_id` as its only parameter, shown to those with `right`; by `order`."""

    code: str
    label: Any
    icon: str
    url_name: str
    order: int
    right: str = "see_accounts"


_tabs: dict[str, AccountTab] = {}


def declare_account_tab(tab: AccountTab) -> None:
    """Adds a page of accounts; one of the same code takes its place."""
    _tabs[tab.code] = tab


@dataclass(frozen=True, slots=True)
class ShownTab:
    code: str
    label: Any
    icon: str
    url: str
    is_current: bool


def tabs_for(user: Any, account_id: int, current: str) -> list[ShownTab]:
    """The pages of the account that the user may open."""
    return [
        ShownTab(tab.code, tab.label, tab.icon, reverse(tab.url_name, args=[account_id]), tab.code == current)
        for tab in sorted(_tabs.values(), key=lambda tab: tab.order)
        if user.may(tab.right)
    ]


OWN_TABS = (
    AccountTab("details", _("Details"), "briefcase", "accounts:account", 10),
    AccountTab("lines", _("Lines"), "phone", "accounts:lines", 20),
    AccountTab("people", _("People and forwarding"), "users", "accounts:people", 30),
    AccountTab("knowledge", _("Knowledge"), "bookmark", "accounts:knowledge", 40),
    AccountTab("hours", _("Working hours"), "clock", "accounts:hours", 50),
    AccountTab("recipients", _("Recipients of call notes"), "mail", "accounts:recipients", 60),
)
