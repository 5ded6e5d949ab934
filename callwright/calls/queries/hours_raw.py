"""The same figures counted from the calls themselves: what `hours` is tested and measured against.

They differ from it where calls were removed, whose totals stay, and for what is about to be added up.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from callwright.calls.figures import ABANDONED, ANSWERED, KNOWN
from callwright.calls.queries.hours import AgainFigures, By, CallFigures, asked_of, decided_until, in_order
from callwright.kit.identity import uuid7_floor
from callwright.kit.sums.asking import Asked, bucket, clock
from callwright.kit.sums.reach import Interval
from callwright.staff.queries.rights import Viewer

_CORRECTED = timedelta(days=1)  # as far as a start was ever moved after its id was made
_COLUMNS = {
    "account": "c.account_id", "queue": "coalesce(c.queue_id, 0)", "agent": "coalesce(c.employee_id, 0)",
    "category": "coalesce(c.category_id, 0)", "direction": "c.direction",
}  # fmt: skip
_FIGURES = f"""
    count(*), count(*) FILTER (WHERE {ANSWERED}), count(*) FILTER (WHERE c.status = 'missed'),
    count(*) FILTER (WHERE {ABANDONED}), count(*) FILTER (WHERE {ANSWERED} AND c.wait_s <= %(within)s),
    count(*) FILTER (WHERE {ABANDONED} AND c.wait_s <= %(within)s), sum(c.wait_s),
    coalesce(sum(c.wait_s) FILTER (WHERE {ANSWERED}), 0), sum(c.talk_s), sum(c.hold_s), sum(c.ring_s), max(c.wait_s)
"""
_GAP = "%(gap)s * interval '1 day'"
_AGAIN = f"""
    count(*),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM calls_call o WHERE o.account_id = c.account_id AND o.id < c.id AND o.id >= %(low)s
          AND reverse(o.client_number) = reverse(c.client_number) AND o.direction = 'inbound'
          AND o.ended_at IS NOT NULL AND o.started_at >= c.started_at - {_GAP})),
    count(*) FILTER (WHERE {ANSWERED} AND c.started_at < %(decided)s),
    count(*) FILTER (WHERE {ANSWERED} AND c.started_at < %(decided)s AND EXISTS (
        SELECT FROM calls_call o WHERE o.account_id = c.account_id AND o.id > c.id AND o.id < %(high)s
          AND reverse(o.client_number) = reverse(c.client_number) AND o.direction = 'inbound'
          AND o.ended_at IS NOT NULL AND o.started_at <= c.started_at + {_GAP}))
"""  # noqa: S608 (texts from above)


def call_figures_raw(
    viewer: Viewer, *, begins_on: date, ends_on: date, zone: str, interval: Interval = "", by: Sequence[By] = (),
    account_ids: Iterable[int] = (), queue_ids: Iterable[int] = (), user_ids: Iterable[int] = (),
    directions: Iterable[str] = (), category_ids: Iterable[int] = (), within_s: int = 20,
) -> list[CallFigures]:  # fmt: skip
    """As `hours.call_figures`; any `within_s` is exact."""
    asked = asked_of(
        viewer, begins_on, ends_on, zone, interval, by, account_ids, queue_ids, user_ids, directions, category_ids
    )
    rows = _run(asked, _FIGURES, "true", {"within": within_s})
    count = len(asked.by)
    return in_order(CallFigures(row[0], row[1 : 1 + count], *row[1 + count :]) for row in rows)


def again_figures_raw(
    viewer: Viewer, *, now: datetime, begins_on: date, ends_on: date, zone: str, interval: Interval = "",
    by: Sequence[By] = (), account_ids: Iterable[int] = (), queue_ids: Iterable[int] = (),
    user_ids: Iterable[int] = (), category_ids: Iterable[int] = (), within_days: int = 7,
) -> list[AgainFigures]:  # fmt: skip
    """As `hours.again_figures`; any `within_days` is right."""
    asked = asked_of(viewer, begins_on, ends_on, zone, interval, by, account_ids, queue_ids, user_ids, (), category_ids)
    gap = timedelta(days=within_days)
    begins_at, ends_at = asked.period
    values = {
        "gap": within_days, "decided": decided_until(now, within_days), "ends_at": ends_at,
        "low": uuid7_floor(begins_at - gap - _CORRECTED), "high": uuid7_floor(ends_at + gap + _CORRECTED),
    }  # fmt: skip
    rows = _run(asked, _AGAIN, KNOWN, values)
    count = len(asked.by)
    return in_order(AgainFigures(row[0], row[1 : 1 + count], *row[1 + count :]) for row in rows)


def _run(asked: Asked, figures: str, where: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    begins_at, ends_at = asked.period
    values = {
        **values, "zone": asked.zone, "begins_at": begins_at, "ends_at": ends_at,
        "first_id": uuid7_floor(begins_at - _CORRECTED), "last_id": uuid7_floor(ends_at + _CORRECTED),
    }  # fmt: skip
    wheres = ["c.id >= %(first_id)s AND c.id < %(last_id)s", "c.started_at >= %(begins_at)s",
              "c.started_at < %(ends_at)s", "c.ended_at IS NOT NULL", where]  # fmt: skip
    if asked.accounts is not None:
        wheres.append("c.account_id = ANY(%(accounts)s::bigint[])")
        values["accounts"] = sorted(asked.accounts)
    for name, ids in asked.only.items():
        wheres.append(f"{_COLUMNS[name]} = ANY(%(only_{name})s)")
        values[f"only_{name}"] = list(ids)
    keys = [clock(one, "c.started_at") or _COLUMNS[one] for one in asked.by]
    listed = ", ".join([bucket(asked.interval, "c.started_at"), *keys])
    grouped = ", ".join(str(n + 1) for n in range(1 + len(keys)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {listed}, {figures} FROM calls_call c WHERE {' AND '.join(wheres)} GROUP BY {grouped}",  # noqa: S608
            values,
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
