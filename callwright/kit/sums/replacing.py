"""Puts rows that were counted anew in the place of those that stand, and writes only those that differ.

A day is counted as a whole, again and again while it lasts. Most of its rows are then what they were: written anew they
would cost more than counting them, in the database's log, its indexes and references.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

_REPLACE = """
    WITH made ({columns}) AS (
        {made}
    ), stood ({columns}) AS (
        {stood}
    ), differing AS MATERIALIZED (
        SELECT {columns}, bool_or(is_made) AS is_made FROM (
            SELECT {columns}, true AS is_made FROM made
            UNION ALL
            SELECT {columns}, false FROM stood
        ) AS both_ways
        GROUP BY {columns} HAVING bool_and(is_made) OR NOT bool_or(is_made)
    ), gone AS (
        DELETE FROM {table} t USING (
            SELECT {key} FROM differing GROUP BY {key} HAVING NOT bool_or(is_made)
        ) AS g
        WHERE {same}
    ), written AS (
        INSERT INTO {table} ({columns}) SELECT {columns} FROM differing WHERE is_made
        ON CONFLICT ({key}) DO UPDATE SET {set}
    )
    SELECT DISTINCT {told} FROM differing
"""
_OF_DAYS = """
    SELECT {columns} FROM unnest(%(accounts)s::bigint[], %(days)s::date[]) AS d (account, day)
    JOIN {table} t ON t.account_id = d.account AND t.local_day = d.day
"""


def replace_days(
    table: str,
    made: str,
    values: Mapping[str, Any],
    *,
    key: Sequence[str],
    figures: Sequence[str],
    told: Sequence[str] = ("account_id",),
) -> list[tuple[Any, ...]]:
    """`replace_rows` of whole days of accounts: of those in the lists `accounts` and `days` of `values`, none twice."""
    stood = _OF_DAYS.format(table=table, columns=_listed((*key, *figures), "t."))
    return replace_rows(table, made, stood, values, key=key, figures=figures, told=told)


def replace_rows(
    table: str,
    made: str,
    stood: str,
    values: Mapping[str, Any],
    *,
    key: Sequence[str],
    figures: Sequence[str],
    told: Sequence[str],
) -> list[tuple[Any, ...]]:
    """Has `table` hold what the statement `made` says in place of the rows that the statement `stood` finds in it.

    Both have the columns `key` and then `figures`; in `made` no key is there twice, and nothing is NULL. Whoever calls
    it keeps others from writing these rows meanwhile. Returns the columns `told` of what was written or removed, as it
    was and as it is now, each combination once.
    """
    columns = (*key, *figures)
    with connection.cursor() as cursor:
        cursor.execute(
            _REPLACE.format(
                table=table,
                made=made,
                stood=stood,
                columns=_listed(columns),
                key=_listed(key),
                same=" AND ".join(f"t.{name} = g.{name}" for name in key),
                set=", ".join(f"{name} = excluded.{name}" for name in figures),
                told=_listed(told),
            ),
            values,
        )
        return list(cursor.fetchall())


def _listed(names: Sequence[str], before: str = "") -> str:
    return ", ".join(f"{before}{name}" for name in names)
