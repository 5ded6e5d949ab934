"""The control with which people choose an account, and what pages of one share: `{% load accounts %}`."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from callwright.accounts import written as texts
from callwright.accounts.availability import Presence
from callwright.accounts.queries.choosing import AccountChooser
from callwright.accounts.shown_until import until
from callwright.accounts.tabs import tabs_for
from callwright.kit.templatetags.kit import written_day as kit_day

register = template.Library()


@register.inclusion_tag("accounts/picker.html")
def account_picker(
    chooser: AccountChooser, name: str = "account", id: str = "", empty: str = "", css: str = "", label: str = ""
) -> dict[str, Any]:
    """A list or a search field named `name`. `empty` are the words for no account; without them one is always chosen.

    `label` is for a field without a label of its own. Where there is nothing to choose, only the value is sent.
    """
    shown = chooser.chosen if empty else chooser.only
    return {
        "chooser": chooser, "name": name, "id": id or f"pick-{name}", "empty": empty, "css": css, "label": label,
        "chosen": shown,
    }  # fmt: skip


@register.inclusion_tag("accounts/tabs.html", takes_context=True)
def account_tabs(context: Any, account_id: int, current: str) -> dict[str, Any]:
    """The pages of an account, `current` being the code of this one."""
    return {"tabs": tabs_for(context["request"].user, account_id, current)}


@register.filter
def written(text: str) -> SafeString:
    """An entry as agents read it: paragraphs, lists, links."""
    return texts.written(text)


@register.inclusion_tag("accounts/presence.html")
def presence(of: Presence, zone: str, now: datetime, kind: str = "person") -> dict[str, Any]:
    """Whether somebody (`kind`: person, account) is there, and until when."""
    moment = until(of.until, zone, now) if of.until else ""
    return {"of": of, "moment": moment, "kind": kind}


@register.filter
def written_day(day: date) -> str:
    """A calendar day by the viewer's locale."""
    return kit_day(day)
