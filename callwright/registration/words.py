"""Words of registration."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from callwright.registration.queries.categories import ShownCategory

DIRECTIONS = {"inbound": gettext_lazy("Inbound"), "outbound": gettext_lazy("Outbound")}
CHANNELS = {"call": pgettext_lazy("channel", "Calls"), "request": pgettext_lazy("channel", "Requests")}
_NAMED = 4
"""So many accounts or queues of a category are named; of more than these it is said how many they are."""


def refusal(reason: str) -> str:
    """Why a change of categories or topics is refused, and what to do."""
    match reason:
        case "no_name":
            return _("Write a name.")
        case "name_too_long":
            return _("A name has at most 80 characters.")
        case "name_taken":
            return _("A topic of this name is offered there already. Choose another name.")
        case "too_deep":
            return _("Topics can stand under a topic, but no deeper.")
        case "retired":
            return _("Somebody retired it meanwhile. Offer it again before you change it.")
        case "parent_retired":
            return _("What it stands under is no longer offered. Offer that again, or choose another place.")
        case "changed_meanwhile":
            return _("Somebody else changed this category meanwhile. Open it again to see what it is now.")
    return _("It does not exist any more.")


def places(category: ShownCategory) -> list[Any]:
    """Where the category is offered, a part for each limit; empty: for every call and request."""
    place = category.place
    found: list[Any] = [DIRECTIONS[one] for one in place.directions] + [CHANNELS[one] for one in place.channels]
    for names in (category.queues, category.accounts):
        found += names[:_NAMED]
        if len(names) > _NAMED:
            found.append(_("and %(n)s more") % {"n": len(names) - _NAMED})
    if len(place.account_ids) + len(place.queue_ids) > len(category.accounts) + len(category.queues):
        found.append(_("others that you do not see"))
    if place.for_campaigns:
        found.append(_("campaigns only"))
    return found
