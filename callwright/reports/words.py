"""Words for the codes of reports."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PERIODS: dict[str, Any] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "this_week": _("This week"),
    "last_week": _("Last week"),
    "4_weeks": _("4 weeks"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
    "custom": _("From … to …"),
}
LIST_PERIODS: dict[str, Any] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "week": _("7 days"),
    "month": _("30 days"),
    "quarter": _("3 months"),
    "custom": _("From … to …"),
    "all": _("All time"),
}
INTERVALS: dict[str, Any] = {
    "quarter_hour": pgettext_lazy("interval", "Quarters of an hour"),
    "half_hour": pgettext_lazy("interval", "Half hours"),
    "hour": pgettext_lazy("interval", "Hours"),
    "day": pgettext_lazy("interval", "Days"),
    "week": pgettext_lazy("interval", "Weeks"),
    "month": pgettext_lazy("interval", "Months"),
}
BY: dict[str, Any] = {
    "time": _("Time"),
    "hour": _("Hour of the day"),
    "weekday": _("Day of the week"),
    "account": _("Account"),
    "queue": _("Queue"),
    "user": _("Agent"),
    "direction": _("Direction"),
    "category": _("Contact category"),
    "topic": _("Topic"),
}
NONE: dict[str, Any] = {
    "account": _("Without an account"),
    "queue": _("Without a queue"),
    "user": _("Nobody"),
    "category": _("Without a category"),
    "topic": _("Without a topic"),
}
DIRECTIONS: dict[str, Any] = {
    "inbound": _("Inbound"),
    "outbound": _("Outbound"),
    "internal": _("Internal"),
}
FIGURES: dict[str, Any] = {
    "calls": _("Calls"),
    "answered": _("Answered"),
    "missed": _("Missed"),
    "abandoned": _("Abandoned"),
    "service": _("Service level"),
    "wait": _("Average wait"),
    "talk": _("Average talk"),
    "registrations": _("Registrations"),
}
SHOWN: dict[str, Any] = {
    "both": _("Chart and table"),
    "chart": _("Chart"),
    "table": _("Table"),
}
FIELDS: dict[str, Any] = {
    "period": _("Period"),
    "from": _("From"),
    "to": _("To"),
    "zone": _("Time zone"),
    "interval": _("Interval"),
    "by": _("Rows"),
    "across": _("Columns"),
    "account": _("Account"),
    "queue": _("Queue"),
    "user": _("Agent"),
    "topic": _("Topic"),
    "category": _("Contact category"),
    "hour": _("Hour of the day"),
    "weekday": _("Day of the week"),
    "direction": _("Direction"),
    "within": _("Answered within"),
    "again": _("Called again within"),
    "figure": _("Figure"),
    "compare": _("The period before"),
    "show": _("Shown"),
}
PROBLEMS: dict[str, Any] = {
    "no_choice": _("%(field)s: “%(given)s” is not one of the choices, and was left out."),
    "no_date": _("%(field)s: “%(given)s” is no day, and was left out."),
    "no_zone": _("%(field)s: there is no time zone “%(given)s”; yours is used."),
    "too_short": _("The period is too long for this interval. You see it by: %(given)s."),
    "too_long": _("A report covers at most three years; you see the last ones of this period."),
}
RUN_STATES: dict[str, tuple[Any, str, str]] = {  # in words, with tone and icon
    "waiting": (_("Being made"), "accent", "loader-2"),
    "queued": (_("Waiting for the mail server"), "accent", "clock"),
    "sent": (pgettext_lazy("mail", "Sent"), "green", "circle-check"),
    "failed": (pgettext_lazy("report", "Failed"), "red", "circle-x"),
    "refused": (_("Refused by the mail server"), "red", "circle-x"),
    "stopped": (_("Stopped"), "orange", "alert-triangle"),
}
RUN_PROBLEMS: dict[str, Any] = {
    "no_owner": _("The person who set it up may no longer log in."),
    "no_right": _("The person who set it up may no longer see reports."),
    "not_shared": _("The report is no longer shared with the person who set it up."),
    "deleted": _("The report was deleted."),
    "off": _("It was switched off before it could be sent."),
    "unknown_report": _("This kind of report does not exist any more."),
    "counting": _("Some of its days are still being added up."),
    "disk_full": _("There was no room on the disk for the file."),
    "too_large": _("The file is too large for an e-mail. Choose a shorter period, or another format."),
    "too_long": _("Adding up the figures took too long. Choose a shorter period."),
    "error": _("Something went wrong while it was made."),
}
ALL = pgettext_lazy("sum", "All")


def problem_in_words(problem: Any) -> str:
    """What of an address could not be read, as a sentence."""
    field = FIELDS.get(problem.field, problem.field)
    return str(PROBLEMS[problem.reason]) % {"field": field, "given": problem.given}
