"""All reports, in the order in which they are offered."""

from django.utils.translation import gettext_lazy as _

from callwright.reports.asked import Shape
from callwright.reports.queries.of_agents import read_agents
from callwright.reports.queries.of_calls import read_calls, read_calls_crossed, read_queues, read_resolution
from callwright.reports.queries.of_topics import read_crossed, read_registrations, read_topics
from callwright.reports.report import Report, declare_report

_PLACES = frozenset({"account", "queue", "user", "category"})
_CLOCK = frozenset({"hour", "weekday"})
_ANY = _PLACES | _CLOCK | {"direction"}


_FIGURES = ("calls", "answered", "missed", "abandoned", "service", "wait", "talk")

REPORTS = (
    Report(
        "calls", _("Calls"), _("How many calls there were, and what became of them."), "phone-call",
        Shape(("time", "account", "queue", "user", "direction", "category", "hour", "weekday"), filters=_ANY),
        read_calls,
    ),
    Report(
        "queues", _("Queues"),
        _("Calls that came in, how long callers waited, and how many were answered in time."), "users",
        Shape(
            ("queue", "account", "time", "hour", "weekday", "user"), filters=_PLACES | _CLOCK,
            directions=("inbound",),
        ),
        read_queues, has_within=True,
    ),
    Report(
        "agents", _("Agents"),
        _("How agents spent their time: talking, wrapping up, ready or paused, and the calls that they took."),
        "headset", Shape(("user", "time", "hour", "weekday"), filters=frozenset({"user"})), read_agents,
    ),
    Report(
        "topics", _("Topics"), _("What calls were about: the most frequent topics, and how that changes."), "tag",
        Shape(("topic", "time"), filters=_ANY | {"topic"}), read_topics, leads_to="registrations",
        notes=(_("One registration can name several topics: the last row counts it once."),),
    ),
    Report(
        "registrations", _("Registrations"),
        _("What was registered by whom, and what agents were asked to register and did not."), "clipboard-list",
        Shape(("user", "account", "queue", "direction", "category", "time", "hour", "weekday"), filters=_ANY),
        read_registrations, leads_to="registrations",
        notes=(_("Of a call that two agents were asked to register each of them counts."),),
    ),
    Report(
        "crossed", _("Topics crossed"),
        _("Registrations by two things at once, such as topics by hour, or queues by agent."), "table",
        Shape(
            ("topic", "queue", "account", "user", "category", "time", "hour", "weekday"),
            acrosses=("hour", "time", "queue", "account", "user", "category", "weekday", "topic"),
            filters=_ANY | {"topic"},
        ),
        read_crossed, chart="heat", leads_to="registrations",
        notes=(_("One registration can name several topics: the sums beside and below count it once."),),
    ),
    Report(
        "hours", _("Hours of the week"),
        _("At which hours of which days calls come in: a heat map of the week."), "calendar-time",
        Shape(
            ("weekday",), acrosses=("hour",), filters=_ANY - _CLOCK, figures=_FIGURES,
        ),
        read_calls_crossed, chart="heat", has_interval=False, has_within=True,
    ),
    Report(
        "calls_crossed", _("Calls crossed"),
        _("One figure of calls by two things at once, such as queues or agents by time."), "table",
        Shape(
            ("queue", "user", "account", "category", "direction", "time", "hour", "weekday"),
            acrosses=("time", "hour", "weekday", "queue", "user", "account", "category", "direction"),
            filters=_ANY, figures=_FIGURES,
        ),
        read_calls_crossed, chart="heat", has_within=True,
    ),
    Report(
        "resolution", _("First-call resolution"),
        _("Whose matter was settled by one call, and who had to call again."), "circle-check",
        Shape(("account", "queue", "user", "category", "time"), filters=_PLACES | _CLOCK), read_resolution,
        has_again=True,
    ),
    Report(
        "categories", _("Contact categories"), _("Which kinds of contacts the calls were with."), "category",
        Shape(("category", "time", "account", "queue", "user"), filters=_ANY), read_calls,
    ),
)  # fmt: skip


def declare_all() -> None:
    """Called when the program starts."""
    declare_report(*REPORTS)
