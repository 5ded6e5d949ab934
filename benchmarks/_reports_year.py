"""The ground of `reports`, made by `_reports_build`: a year of calls in 2 000 accounts, what was registered of them by
500 agents, their states, and everything added up.
"""

from benchmarks import _many_calls
from benchmarks._reports_build import AGENTS, DAYS


class Year(_many_calls.Ground):
    """The calls of `_many_calls`, all in one year."""

    def __init__(self, calls: int) -> None:
        _many_calls.DAYS = DAYS
        super().__init__(calls)
        from callwright.registration.models import Topic
        from callwright.staff.models import User

        self.agents = list(User.objects.filter(username__startswith="u").order_by("pk").values_list("pk", flat=True))
        assert len(self.agents) == AGENTS
        self.topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))


TABLES = (
    "calls_quartertotal", "calls_quartersum", "calls_callagain", "calls_againsum", "registration_topicquarter",
    "registration_topicsum", "registration_registeredsum", "registration_askedagent", "registration_qualityquarter",
    "registration_qualitysum", "registration_qualityfinding", "staff_timequarter", "staff_timesum",
)  # fmt: skip
LOOKED_AT = (
    "calls_quarterspan", "calls_againspan", "registration_topicspan", "registration_registeredspan",
    "registration_qualityspan", "staff_timespan", "calls_dirtyday", "calls_dirtyquarter", "calls_dirtyagain",
    "registration_dirtyday", "registration_askagain",
)  # fmt: skip
"""What every page looks through: which sums are right, and what is still to be counted."""


def sizes() -> list[tuple[str, int, int]]:
    """(table, rows, megabytes) of what is kept beside the calls, and of the calls."""
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for table in (*TABLES, "registration_registration", "staff_agentstatechange"):
            cursor.execute("SELECT greatest(reltuples, 0)::bigint, pg_total_relation_size(oid) >> 20 FROM pg_class"
                           " WHERE relname = %s", [table])  # fmt: skip
            found.append((table, *cursor.fetchone()))
        cursor.execute(
            "SELECT sum(greatest(reltuples, 0))::bigint, sum(pg_total_relation_size(oid))::bigint >> 20 FROM pg_class"
            " WHERE relname LIKE 'calls\\_call\\_2%%' AND relkind = 'r'"
        )
        found.append(("calls_call", *cursor.fetchone()))
    return found
