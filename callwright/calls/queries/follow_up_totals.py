"""Totals of what became of missed calls, by day, queue or employee (CALL-6)."""

from dataclasses import dataclass

from django.db import connection

from callwright.calls.follow_up_list import MissedList
from callwright.calls.queries.follow_up import add_choice, add_period, visible_missed
from callwright.calls.queries.patience import patience
from callwright.calls.queries.sql import named_sql
from callwright.calls.viewpoint import Viewpoint
from callwright.staff.queries.rights import Viewer


@dataclass(frozen=True, slots=True)
class MissedTotal:
    """Missed calls of one day (an ISO date), queue or employee (an id, None for none), and what became of them.
    `waiting` is the remainder, of which `overdue` have passed their target; withheld numbers are counted apart.
    """

    is_total: bool
    value: str | None
    name: str
    missed: int
    in_time: int
    late: int
    reached: int
    closed: int
    waiting: int
    overdue: int
    withheld: int

    @property
    def share_in_time(self) -> int | None:
        """Per cent of the calls that somebody should have called back by now and was in time, or the caller was."""
        counted = self.in_time + self.late + self.reached + self.overdue
        return round(100 * (self.in_time + self.reached) / counted) if counted else None


# what a row stands for: expression, its name, the join for it, order
_BY = {
    "day": ("c.local_day", "''", "", "t.value DESC"),
    "queue": (
        "c.queue_id", "coalesce(nullif(q.label, ''), q.name, '')",
        "LEFT JOIN telephony_queue q ON q.id = t.value", "3, t.value",
    ),
    "employee": (
        "coalesce(c.assigned_to_id, c.employee_id)", "coalesce(u.name, '')",
        "LEFT JOIN staff_user u ON u.id = t.value", "3, t.value",
    ),
}  # fmt: skip


def missed_totals(viewer: Viewer, asked: MissedList, view: Viewpoint) -> list[MissedTotal]:
    """A row for each day, queue or employee of the period, the last one for all. Raises SearchTooLong."""
    where = visible_missed(viewer, asked.account)
    if where.nothing:
        return []
    where.add("c.follow_up <> ''")
    add_period(where, asked, view)
    add_choice(where, viewer, asked)
    value, name, join, order = _BY[asked.by]
    statement = named_sql("follow_up_totals.sql").format(
        value=value, name=name, join=join, order=order, where=where.sql
    )
    with patience(), connection.cursor() as cursor:
        cursor.execute(statement, {**where.values, "now": view.now})
        return [MissedTotal(bool(row[0]), *row[1:]) for row in cursor.fetchall()]
