"""Adds up anew who was asked to register and did, from what is written down of each call, and compares the two.

Quarters of an hour are kept by differences: what once went astray would stay so.
"""

from datetime import UTC, date, datetime, time
from typing import Any

from django.db import connection, transaction

from callwright.kit.sums.keeping import take_lock, touch
from callwright.registration.quality_figures import QUALITY

# Of final days the quarters alone are left. A quarter of an hour lies within one day of any time zone.
_SPANS = """
    SELECT a.id AS account_id, a.time_zone, greatest(%(first)s::date, f.until + 1) AS first, %(last)s::date AS last
    FROM accounts_account a LEFT JOIN registration_finaltopics f ON f.account_id = a.id
"""
_WITHIN = "({} AT TIME ZONE s.time_zone)::date BETWEEN s.first AND s.last"
_KEYS = "account_id, at, direction, queue_id, agent_id, category_id"
_WRITTEN = f"""
    SELECT k.account_id, date_bin('15 minutes', k.started_at, '2000-01-01 00:00Z') AS at, k.direction, k.queue_id,
        k.agent_id, k.category_id, sum(k.asked::int) AS asked, sum(k.registered::int) AS registered,
        sum(k.missing::int) AS missing, sum(k.wrong::int) AS wrong
    FROM registration_askedagent k JOIN spans s ON s.account_id = k.account_id
    WHERE {_WITHIN.format("k.started_at")}
    GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608 (texts from above)
_CLEAR = f"""
    WITH spans AS ({_SPANS}), gone AS (
        DELETE FROM registration_qualityquarter q USING spans s
        WHERE s.account_id = q.account_id AND {_WITHIN.format("q.at")} RETURNING q.account_id, q.at
    )
    SELECT DISTINCT account_id, (at AT TIME ZONE 'UTC')::date FROM gone
"""  # noqa: S608 (texts from above)
_FILL = f"""
    WITH spans AS ({_SPANS}), added AS (
        INSERT INTO registration_qualityquarter ({_KEYS}, asked, registered, missing, wrong) {_WRITTEN}
        RETURNING account_id, at
    )
    SELECT DISTINCT account_id, (at AT TIME ZONE 'UTC')::date FROM added
"""  # noqa: S608 (texts from above)
_DIFFERENCES = f"""
    WITH spans AS ({_SPANS}), apart AS (
        SELECT {_KEYS} FROM (
            SELECT 1 AS side, w.* FROM ({_WRITTEN}) AS w
            UNION ALL
            SELECT -1, q.account_id, q.at, q.direction, q.queue_id, q.agent_id, q.category_id, q.asked, q.registered,
                q.missing, q.wrong
            FROM registration_qualityquarter q JOIN spans s ON s.account_id = q.account_id
            WHERE {_WITHIN.format("q.at")}
        ) AS d
        GROUP BY {_KEYS}
        HAVING (sum(side * asked), sum(side * registered), sum(side * missing), sum(side * wrong)) <> (0, 0, 0, 0)
    )
    SELECT DISTINCT s.account_id, (d.at AT TIME ZONE s.time_zone)::date AS day
    FROM apart d JOIN spans s ON s.account_id = d.account_id ORDER BY day, s.account_id
"""  # noqa: S608 (texts from above)


@transaction.atomic
def rebuild_quality(first: date, last: date) -> None:
    """Adds up all days from `first` to `last` anew; final ones stay. What waits on the list is added when it is looked
    at, as ever.
    """
    take_lock(QUALITY, wait=True)
    values: dict[str, Any] = {"first": first, "last": last}
    with connection.cursor() as cursor:
        days: set[tuple[int, date]] = set()
        for statement in (_CLEAR, _FILL):
            cursor.execute(statement, values)
            days |= set(cursor.fetchall())
    touch(QUALITY, {(account, datetime.combine(day, time(), UTC)) for account, day in days})


def quality_differences(first: date, last: date) -> list[tuple[int, date]]:
    """The days of accounts on which what is added up is not what is written down of the calls; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, {"first": first, "last": last})
        found: list[tuple[int, date]] = cursor.fetchall()
    return found
