"""The register's codes in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from callwright.calls.search import Problem
from callwright.calls.words import COLUMNS as COLUMNS
from callwright.calls.words import DIRECTIONS as DIRECTIONS
from callwright.calls.words import HUNG_UP_BY as HUNG_UP_BY
from callwright.kit.statuses import status

PERIODS: dict[str, Any] = {
    "today": gettext_lazy("Today"),
    "yesterday": gettext_lazy("Yesterday"),
    "week": gettext_lazy("7 days"),
    "month": gettext_lazy("30 days"),
    "quarter": gettext_lazy("3 months"),
    "all": gettext_lazy("All time"),
    "custom": gettext_lazy("From … to …"),
}
DIRECTION_ICONS = {"inbound": "phone-incoming", "outbound": "phone-outgoing", "internal": "arrows-exchange"}
GROUPS: dict[str, Any] = {
    "day": gettext_lazy("Day"),
    "employee": gettext_lazy("Employee"),
    "contact": gettext_lazy("Contact"),
    "account": gettext_lazy("Account"),
    "status": gettext_lazy("Status"),
}
FIELDS: dict[str, Any] = {
    **COLUMNS,
    "period": gettext_lazy("Period"),
    "from": gettext_lazy("From"),
    "to": gettext_lazy("To"),
    "name": gettext_lazy("Name"),
    "text": gettext_lazy("Text"),
    "talk_from": gettext_lazy("Talked at least"),
    "talk_to": gettext_lazy("Talked at most"),
    "wait_to": gettext_lazy("Waited at most"),
    "again": gettext_lazy("Who called again"),
    "hour": gettext_lazy("Hour of the day"),
    "weekday": gettext_lazy("Day of the week"),
    "zone": gettext_lazy("Time zone"),
    "sort": pgettext_lazy("sorting", "Order"),
    "group": gettext_lazy("Group by"),
    "directions": gettext_lazy("Direction"),
    "statuses": gettext_lazy("Status"),
    "follow_ups": gettext_lazy("Follow-up"),
    "too_long": gettext_lazy("Too long"),
    "recorded": gettext_lazy("Recorded"),
}
YES_NO: dict[str, Any] = {"yes": pgettext_lazy("criterion", "yes"), "no": pgettext_lazy("criterion", "no")}
# Q.850 causes that tell a person something
CAUSES: dict[int, Any] = {
    1: gettext_lazy("The number does not exist."),
    16: gettext_lazy("The call ended normally."),
    17: gettext_lazy("The line was busy."),
    18: gettext_lazy("The phone did not react."),
    19: gettext_lazy("Nobody answered."),
    20: gettext_lazy("The phone was not reachable."),
    21: gettext_lazy("The call was declined."),
    22: gettext_lazy("The number has changed."),
    27: gettext_lazy("The destination was out of order."),
    28: gettext_lazy("The number was not complete."),
    34: gettext_lazy("All lines were busy."),
    38: gettext_lazy("The network was out of order."),
    50: gettext_lazy("The number may not be called."),
}
LEG_RESULTS: dict[str, Any] = {
    "answered": gettext_lazy("Answered"),
    "no_answer": gettext_lazy("Did not answer"),
    "busy": gettext_lazy("Was busy"),
    "cancelled": gettext_lazy("Stopped ringing"),
    "answered_elsewhere": gettext_lazy("Answered by someone else"),
    "failed": gettext_lazy("Could not be reached"),
    "forwarded": gettext_lazy("Forwarded it"),
}


def again_word(code: str) -> str:
    """What reports count of clients who called again."""
    kind, _unused, number = code.partition("_")
    days = int(number or 0)
    words = {
        "repeat": ngettext("had called within %(n)s day before", "had called within %(n)s days before", days),
        "decided": ngettext("answered, %(n)s day is over", "answered, %(n)s days are over", days),
        "again": ngettext("called again within %(n)s day", "called again within %(n)s days", days),
        "resolved": ngettext("did not call again within %(n)s day", "did not call again within %(n)s days", days),
    }
    return words[kind] % {"n": days} if kind in words else _("with a known number")


def status_word(code: str) -> str:
    """A status as a search and a group name it: a call that nobody took is one, whichever way it went."""
    return _("Missed or no answer") if code == "missed" else str(status(code).label)


def problem_in_words(problem: Problem) -> str:
    """What could not be read of an address, and what to write instead."""
    values = {"field": FIELDS.get(problem.field, problem.field), "given": problem.given}
    match problem.reason:
        case "no_date":
            return _("%(field)s: “%(given)s” is no day between 1990 and 2100. Choose one from the calendar.") % values
        case "no_number":
            return _("“%(given)s” is no phone number. Type digits: the whole number or its last digits.") % values
        case "too_few_digits":
            return _("“%(given)s” is too short. Type at least two digits of the number.") % values
        case "no_duration":
            return _("%(field)s: “%(given)s” is no duration. Write it like 1:30, or in seconds.") % values
    return _("%(field)s: “%(given)s” is none of the choices, so it was left out.") % values
