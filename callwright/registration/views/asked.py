"""What the lists have in common: the criteria of an address, the filters around the rows."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from callwright.accounts.queries.choosing import account_chooser
from callwright.calls.periods import Period
from callwright.calls.queries.screen import choices_for
from callwright.kit.clock import viewer_zone
from callwright.registration.asked import Asked, read
from callwright.registration.queries.list_choices import topic_groups
from callwright.staff.queries.rights import may

PERIODS = {
    Period.TODAY: gettext_lazy("Today"), Period.YESTERDAY: gettext_lazy("Yesterday"),
    Period.WEEK: gettext_lazy("7 days"), Period.MONTH: gettext_lazy("30 days"),
    Period.QUARTER: gettext_lazy("3 months"), Period.CUSTOM: gettext_lazy("From … to …"),
}  # fmt: skip
_FLAGS = {
    "ticked": gettext_lazy("At least one topic"), "asked": gettext_lazy("Registered or not"),
    "registered": pgettext_lazy("a call", "Registered"),
}  # fmt: skip
_PLACES = ("topic", "category", "account", "agent", "queue", "contact_category", "rule")


def user_of(request: HttpRequest) -> Any:
    """The user behind `requires`: one of ours, whatever Django's types say."""
    return cast(Any, request.user)


def asked_in(request: HttpRequest, *, default: Period = Period.MONTH) -> Asked:
    """The criteria in the address."""
    return read(dict(request.GET.lists()), zone=viewer_zone(), default=default)


def next_url(request: HttpRequest, asked: Asked, after: str) -> str:
    """The address of the next page; empty after the last one."""
    return f"{request.path}?{asked.query}&after={after}" if after else ""


def around(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What stands around a list: the filters with what is chosen in them."""
    user = user_of(request)
    one = {name: values[0] for name in _PLACES if len(values := getattr(asked, name)) == 1}
    choices = choices_for(user)
    return {
        "asked": asked, "one": one, "periods": PERIODS, "groups": topic_groups(user), "choices": choices,
        "chooser": account_chooser(user, one.get("account")), "all_agents": may(user, "see_reports"),
        "chips": _chips(request, asked),
        "way": asked.direction[0] if len(asked.direction) == 1 else "",
        "none_asked": (0,),
    }  # fmt: skip


def _chips(request: HttpRequest, asked: Asked) -> list[dict[str, Any]]:
    """Criteria for which the filters have no field: several values of one kind, and those that only reports ask for."""
    found = []
    for name in (*_PLACES, "hour", "weekday", "ticked", "asked", "registered"):
        values = getattr(asked, name)
        if not values or (
            len(values) == 1 and values != (0,) and name in ("topic", "account", "agent", "queue", "rule")
        ):
            continue
        url = f"{request.path}?{asked.without(name).query}"
        found.append({"name": name, "values": values, "words": _chip(name, values), "url": url})
    return found


def _chip(name: str, values: tuple[int, ...]) -> str:
    n = len(values)
    match name:
        case "topic":
            return ngettext("%(n)s topic", "%(n)s topics", n) % {"n": n}
        case "category":
            return ngettext("%(n)s category of topics", "%(n)s categories of topics", n) % {"n": n}
        case "account":
            return ngettext("%(n)s account", "%(n)s accounts", n) % {"n": n}
        case "agent":
            return _("No agent") if values == (0,) else ngettext("%(n)s agent", "%(n)s agents", n) % {"n": n}
        case "queue":
            return _("No queue") if values == (0,) else ngettext("%(n)s queue", "%(n)s queues", n) % {"n": n}
        case "contact_category":
            return ngettext("%(n)s category of contacts", "%(n)s categories of contacts", n) % {"n": n}
        case "rule":
            return ngettext("%(n)s rule", "%(n)s rules", n) % {"n": n}
        case "hour":
            return ", ".join(f"{one:02}:00–{one:02}:59" for one in values)
        case "ticked" | "asked" | "registered":
            return str(_FLAGS[name])
    return ngettext("%(n)s day of the week", "%(n)s days of the week", n) % {"n": n}
