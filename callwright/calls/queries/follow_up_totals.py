"""Totals of what became of missed calls, by day, queue or employee (CALL-6).

A call is counted for the employee who should call back: to whom it is assigned, else for each of those at whom it rang.
So a row counts exactly the calls that the list shows for this employee, and a call that rang at three people stands in
three rows, but once in the row of all.
"""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from callwright.calls.follow_up_list import MissedList
from callwright.calls.queries.follow_up import IS_WITHHELD, add_choice, add_period, visible_missed
from callwright.calls.queries.patience import patience
from callwright.calls.queries.sql import named_sql
from callwright.calls.viewpoint import Viewpoint
from callwright.staff.queries.rights import Viewer

MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class MissedTotal:
    """Missed calls of one day (an ISO date), queue or employee (an id; None for none), and what became of them.
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


@dataclass(frozen=True, slots=True)
class _By:
    """What a row stands for; `whose` joins what the value is made of, `join` what names it."""

    value: str
    order: str
    name: str = "''"
    whose: str = ""
    join: str = ""


_BY = {
    "day": _By("(c.started_at AT TIME ZONE %(zone)s)::date", "t.value DESC"),
    "queue": _By(
        "c.queue_id", "3, t.value", "coalesce(nullif(q.label, ''), q.name, '')",
        join="LEFT JOIN telephony_queue q ON q.id = t.value",
    ),
    "employee": _By(
        "coalesce(c.assigned_to_id, l.employee_id)", "3, t.value", "coalesce(u.name, '')",
        whose="""LEFT JOIN LATERAL (
            SELECT DISTINCT employee_id FROM calls_leg
            WHERE c.assigned_to_id IS NULL AND account_id = c.account_id AND call_id = c.id AND employee_id IS NOT NULL
        ) AS l ON true
        WHERE %(employee)s::bigint IS NULL OR coalesce(c.assigned_to_id, l.employee_id) = %(employee)s""",
        join="LEFT JOIN staff_user u ON u.id = t.value",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MissedTotals:
    """`is_cut`: there are more rows than `MOST_ROWS`; the last row is of all calls all the same."""

    rows: tuple[MissedTotal, ...] = ()
    is_cut: bool = False


def missed_totals(viewer: Viewer, asked: MissedList, view: Viewpoint) -> MissedTotals:
    """A row for each day of the viewer, queue or employee of a period, the last one for all; none without calls. What
    is `mine` is asked for by the employee. Raises SearchTooLong.
    """
    where = visible_missed(viewer, asked.account)
    if where.nothing:
        return MissedTotals()
    where.add("c.follow_up <> ''")
    add_period(where, asked, view)
    add_choice(where, viewer, asked)
    statement = named_sql("follow_up_totals.sql").format(
        **asdict(_BY[asked.by]), where=where.sql, is_withheld=IS_WITHHELD
    )
    employee = asked.employee if isinstance(asked.employee, int) else None
    values: dict[str, Any] = {"now": view.now, "zone": view.zone.key, "limit": MOST_ROWS + 2, "employee": employee}
    with patience(), connection.cursor() as cursor:
        cursor.execute(statement, {**where.values, **values})
        found = [MissedTotal(*row) for row in cursor.fetchall()]
    if not found:
        return MissedTotals()
    all_of_them, *rows = found
    return MissedTotals((*rows[:MOST_ROWS], all_of_them), len(rows) > MOST_ROWS)
