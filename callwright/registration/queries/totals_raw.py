"""The same figures counted from the registrations themselves: what `totals` is tested and measured against. They differ
from it where registrations went with their calls, and for what is about to be added up.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from callwright.kit.sums.asking import Asked, bucket, clock
from callwright.kit.sums.reach import Interval
from callwright.registration.queries.totals import (
    By,
    CallBy,
    RegisteredFigures,
    TopicFigures,
    asked_of,
    in_order,
)
from callwright.staff.queries.rights import Viewer

_COLUMNS = {
    "account": "r.account_id", "queue": "coalesce(r.queue_id, 0)", "agent": "coalesce(r.by_id, 0)",
    "category": "coalesce(c.category_id, 0)", "direction": "r.direction", "topic_id": "x.topic",
}  # fmt: skip
_OF_CALLS = {
    "account": "c.account_id", "queue": "coalesce(c.queue_id, 0)", "agent": "coalesce(c.employee_id, 0)",
    "category": "coalesce(c.category_id, 0)", "direction": "c.direction",
}  # fmt: skip
_FROM = """
    registration_registration r
    LEFT JOIN calls_call c ON c.account_id = r.account_id AND c.id = r.call_id
"""
_TICKED = "CROSS JOIN LATERAL (SELECT DISTINCT t FROM unnest(r.topics) AS t) AS x (topic)"


def topic_figures_raw(
    viewer: Viewer, *, begins_on: date, ends_on: date, zone: str, interval: Interval = "",
    by: Sequence[By] = ("topic",), account_ids: Iterable[int] = (), queue_ids: Iterable[int] = (),
    user_ids: Iterable[int] = (), directions: Iterable[str] = (), category_ids: Iterable[int] = (),
    topic_ids: Iterable[int] = (),
) -> list[TopicFigures]:  # fmt: skip
    """As `totals.topic_figures`."""
    asked = asked_of(
        viewer, begins_on, ends_on, zone, interval, by, account_ids, queue_ids, user_ids, directions, category_ids
    )
    wanted = list(topic_ids)
    if wanted:
        asked = asked.and_only("topic_id", wanted)
    relation = f"{_FROM} {_TICKED if wanted or 'topic' in by else ''}"
    rows = _run(asked, "count(*)", relation, "r", _COLUMNS, ("(r.topics <> '{}' OR r.comment <> '')",))
    return in_order(TopicFigures(row[0], row[1:-1], row[-1]) for row in rows)


def registered_figures_raw(
    viewer: Viewer, *, begins_on: date, ends_on: date, zone: str, interval: Interval = "",
    by: Sequence[CallBy] = (), account_ids: Iterable[int] = (), queue_ids: Iterable[int] = (),
    user_ids: Iterable[int] = (), directions: Iterable[str] = (), category_ids: Iterable[int] = (),
) -> list[RegisteredFigures]:  # fmt: skip
    """As `totals.registered_figures`."""
    asked = asked_of(
        viewer, begins_on, ends_on, zone, interval, by, account_ids, queue_ids, user_ids, directions, category_ids
    )
    registered = (
        "EXISTS (SELECT FROM registration_registration r"
        " WHERE r.account_id = c.account_id AND r.call_id = c.id AND r.topics <> '{}')"
    )
    rows = _run(
        asked,
        "count(*)",
        "calls_call c",
        "c",
        _OF_CALLS,
        ("c.status = 'answered'", "c.ended_at IS NOT NULL", registered),
    )
    return in_order(RegisteredFigures(row[0], row[1:-1], row[-1]) for row in rows)


def _run(
    asked: Asked, figures: str, relation: str, name: str, columns: dict[str, str], only: Sequence[str]
) -> list[tuple[Any, ...]]:
    begins_at, ends_at = asked.period
    values: dict[str, Any] = {"zone": asked.zone, "begins_at": begins_at, "ends_at": ends_at}
    wheres = [f"{name}.started_at >= %(begins_at)s", f"{name}.started_at < %(ends_at)s", *only]
    if asked.accounts is not None:
        wheres.append(f"{name}.account_id = ANY(%(accounts)s::bigint[])")
        values["accounts"] = sorted(asked.accounts)
    for one, ids in asked.only.items():
        wheres.append(f"{columns[one]} = ANY(%(only_{one})s)")
        values[f"only_{one}"] = list(ids)
    at = f"{name}.started_at"
    listed = ", ".join([bucket(asked.interval, at), *(clock(one, at) or columns[one] for one in asked.by)])
    grouped = ", ".join(str(n + 1) for n in range(1 + len(asked.by)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {listed}, {figures} FROM {relation} WHERE {' AND '.join(wheres)} GROUP BY {grouped}",  # noqa: S608
            values,
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
