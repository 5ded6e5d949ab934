"""The one control with which people choose an account: `{% load accounts %}`."""

from typing import Any

from django import template

from callwright.accounts.queries.choosing import AccountChooser

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
