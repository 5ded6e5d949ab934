"""Totals of what became of missed calls, by day, queue or employee (CALL-6)."""

from dataclasses import dataclass

from django.db import connection

from callwright.calls.follow_up_list import MissedList
from callwright.calls.queries.follow_up import add_choice, add_period, visible_missed
from callwright.calls.queries.patience import patience
from callwright.calls.queries.sql import named_sql
from callwright.calls.viewpoint import Viewpoint
from callwright.staff.queries.rights import Viewer

MOST_ROWS = 2_000


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
    "day": ("(c.started_at AT TIME ZONE %(zone)s)::date", "''", "", "t.value DESC"),
    "queue": (
        "c.queue_id", "coalesce(nullif(q.label, ''), q.name, '')",
        "LEFT JOIN telephony_queue q ON q.id = t.value", "3, t.value",
    ),
    "employee": (
        "coalesce(c.assigned_to_id, c.employee_id)", "coalesce(u.name, '')",
        "LEFT JOIN staff_user u ON u.id = t.value", "3, t.value",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MissedTotals:
    """`is_cut`: there are more rows than `MOST_ROWS`; the last row is of all calls all the same."""

    rows: tuple[MissedTotal, ...] = ()
    is_cut: bool = False


def missed_totals(viewer: Viewer, asked: MissedList, view: Viewpoint) -> MissedTotals:
    """A row for each day of the viewer, queue or employee of a period, the last one for all. Raises SearchTooLong."""
    where = visible_missed(viewer, asked.account)
    if where.nothing:
        return MissedTotals()
    where.add("c.follow_up <> ''")
    add_period(where, asked, view)
    add_choice(where, viewer, asked)
    value, name, join, order = _BY[asked.by]
    statement = named_sql("follow_up_totals.sql").format(
        value=value, name=name, join=join, order=order, where=where.sql
    )
    with patience(), connection.cursor() as cursor:
        cursor.execute(statement, {**where.values, "now": view.now, "zone": view.zone.key, "limit": MOST_ROWS + 2})
        all_of_them, *rows = [MissedTotal(bool(row[0]), *row[1:]) for row in cursor.fetchall()]
    return MissedTotals((*rows[:MOST_ROWS], all_of_them), len(rows) > MOST_ROWS)
