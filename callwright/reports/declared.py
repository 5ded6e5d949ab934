"""What reports declare for notifications and the audit log, when the program starts."""

from django.utils.translation import gettext_lazy as _

from callwright.calls.ports import connect_erasure
from callwright.messaging.events import Event, Values, declare_event
from callwright.reports.operations.forget_lists import forget_lists
from callwright.reports.operations.send_due import FAILED, STOPPED
from callwright.reports.words import RUN_PROBLEMS
from callwright.staff.audit import Kind, declare_actions, declare_records


def declare() -> None:
    """The events that owners of schedules are told of, and what the log calls what was done."""
    declare_event(
        Event(
            code=STOPPED, label=_("A report is no longer sent"), title=_("“%(name)s” is no longer sent by e-mail"),
            text="%(reason)s", icon="report-analytics", tone="orange", in_words=_in_words, personal=True,
        ),
    )  # fmt: skip
    declare_event(
        Event(
            code=FAILED, label=_("A report could not be sent"), title=_("“%(name)s” could not be made"),
            text="%(reason)s", icon="report-analytics", tone="red", in_words=_in_words, personal=True,
        ),
    )  # fmt: skip
    declare_actions({
        "report_fetched": _("Fetched a report as a file"),
        "list_fetched": _("Fetched a list as a file"),
        "report_scheduled": _("Set when a report is sent"),
        "report_unscheduled": _("Ended the sending of a report"),
    })  # fmt: skip
    declare_records(
        {
            "report": Kind(_("Report")),
            "report_list": Kind(_("List")),
            "report_schedule": Kind(_("Report sent by e-mail")),
        }
    )
    connect_erasure("report_lists", forget_lists)


def _in_words(values: Values) -> Values:
    return {"name": values.get("name", ""), "reason": str(RUN_PROBLEMS.get(str(values.get("reason", "")), ""))}
