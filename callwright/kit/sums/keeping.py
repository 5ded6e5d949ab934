"""Keeps the sums of a family: notes of which spans the quarters changed, and adds those up anew when they are over.

Whoever writes quarters or sums holds the family's lock until the end of their transaction; others pass by.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from callwright.kit.sums.family import DAY, HOUR, MONTH, NOTHING, QUARTER, Family
from callwright.kit.sums.reach import month_after


def take_lock(family: Family, *, wait: bool) -> bool:
    """Whether nobody else writes this family until the caller's transaction ends; `wait`: until that is so."""
    kind = "" if wait else "try_"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{kind}advisory_xact_lock(hashtext(%s))", [f"sums above {family.base}"])
        return wait or bool(cursor.fetchone()[0])


_TOUCH = """
    INSERT INTO {spans} AS s (account_id, grain, at, state)
    SELECT DISTINCT * FROM (
        SELECT 0::bigint, 'd', t.at, 'due' FROM unnest(%(days)s::timestamptz[]) AS t (at)
        UNION ALL
        SELECT 0, 'm', date_trunc('month', t.at, 'UTC'), 'due' FROM unnest(%(days)s::timestamptz[]) AS t (at)
        UNION ALL
        SELECT t.account, 'm', date_trunc('month', t.at, 'UTC'), 'due'
        FROM unnest(%(accounts)s::bigint[], %(days)s::timestamptz[]) AS t (account, at) WHERE t.account <> 0
    ) AS touched
    ON CONFLICT (account_id, grain, at) DO UPDATE SET state = 'due' WHERE s.state <> 'due'
"""


def touch(family: Family, quarters: Collection[tuple[Any, ...]]) -> None:
    """These quarters (account, when in its day) changed: sums of their days of UTC are not used until made anew."""
    if not quarters:
        return
    ordered = sorted({(account, datetime.combine(at.astimezone(UTC), time(), UTC)) for account, at in quarters})
    with connection.cursor() as cursor:
        cursor.execute(
            _TOUCH.format(spans=family.spans),
            {"accounts": [account for account, _ in ordered], "days": [day for _, day in ordered]},
        )


@transaction.atomic
def touch_all(family: Family, first: date, end: date) -> None:
    """Has all sums of the days from `first` to before `end` be made anew, also where no quarter changed or none is
    there any more, once the worker comes to it.
    """
    take_lock(family, wait=True)
    low = datetime.combine(first, time(), UTC) - family.settles - timedelta(days=2)
    values = {"low": low, "high": datetime.combine(end, time(), UTC) + timedelta(days=2)}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT account_id, date_trunc('day', at, 'UTC') FROM {family.base}"  # noqa: S608
            " WHERE at >= %(low)s AND at < %(high)s",
            values,
        )
        touch(family, cursor.fetchall())
        cursor.execute(
            f"UPDATE {family.spans} SET state = 'due' WHERE state <> 'due' AND at < %(high)s"  # noqa: S608
            " AND at >= CASE grain WHEN 'm' THEN date_trunc('month', %(low)s::timestamptz, 'UTC') ELSE %(low)s END",
            values,
        )


LARGE = 2_000
"""Rows of a month from which an account has sums of its own."""


def keep_sums(family: Family, now: datetime, *, large: int = LARGE) -> int:
    """Adds up the days and months that are due and over, the newest first; returns how many. Nothing where somebody
    else does. `large`: rows of a month from which an account has sums of its own.
    """
    settled = now.astimezone(UTC) - family.settles
    done = 0
    while count := _keep_days(family, settled) + _keep_months(family, settled, large):
        done += count
    return done


@transaction.atomic
def _keep_days(family: Family, settled: datetime) -> int:
    """The days that are due of the newest month that has some."""
    if not take_lock(family, wait=False):
        return 0
    over = datetime.combine(settled.date(), time(), UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT at FROM {family.spans} WHERE account_id = 0 AND grain = 'd' AND state = 'due' AND at < %s"  # noqa: S608
            " ORDER BY at DESC LIMIT 31",
            [over],
        )
        found = [at.astimezone(UTC) for (at,) in cursor.fetchall()]
        days = sorted(day for day in found if day.replace(day=1) == found[0].replace(day=1))
        if not days:
            return 0
        values: dict[str, Any] = {"low": days[0], "high": days[-1] + timedelta(days=1), "account": [0]}
        _clear(family, values, "('d', 'h', 'q')")
        for kind, grains in family.of_all.items():
            for grain in grains:
                if grain != MONTH:
                    cursor.execute(_sum_up(family, kind, grain, of_all=True), values)
        cursor.execute(
            f"UPDATE {family.spans} SET state = 'ready' WHERE account_id = 0 AND grain = 'd'"  # noqa: S608
            " AND at >= %(low)s AND at < %(high)s",
            values,
        )
    return len(days)


@transaction.atomic
def _keep_months(family: Family, settled: datetime, least: int) -> int:
    """One month that is due: of all accounts together, once its days are there, and of those that are large in it."""
    if not take_lock(family, wait=False):
        return 0
    over = datetime(settled.year, settled.month, 1, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT at, array_agg(account_id ORDER BY account_id) FROM {family.spans} s"  # noqa: S608
            " WHERE grain = 'm' AND state = 'due' AND at < %s AND NOT EXISTS ("
            f"   SELECT FROM {family.spans} d WHERE d.account_id = 0 AND d.grain = 'd' AND d.state = 'due'"
            "    AND d.at >= s.at AND d.at < s.at + interval '1 month')"
            " GROUP BY at ORDER BY at DESC LIMIT 1",
            [over],
        )
        row = cursor.fetchone()
        if row is None:
            return 0
        month, accounts = row[0].astimezone(UTC), row[1]
        values: dict[str, Any] = {"low": month, "high": month_after(month)}
        large = _large(family, values, [account for account in accounts if account], least)
        if 0 in accounts:
            _clear(family, {**values, "account": [0]}, "('m')")
            for kind, grains in family.of_all.items():
                if MONTH in grains and DAY in grains:
                    cursor.execute(_months_of_days(family, kind), values)
                elif MONTH in grains:
                    cursor.execute(_sum_up(family, kind, MONTH, of_all=True), values)
        _sum_large(family, values, accounts, large)
        cursor.execute(
            f"UPDATE {family.spans} SET state = CASE WHEN account_id = 0 OR account_id = ANY(%(large)s::bigint[])"  # noqa: S608
            " THEN 'ready' ELSE 'small' END"
            " WHERE grain = 'm' AND at = %(low)s AND account_id = ANY(%(accounts)s::bigint[])",
            {**values, "accounts": accounts, "large": large},
        )
    return len(accounts)


def _large(family: Family, values: dict[str, Any], accounts: list[int], least: int) -> list[int]:
    """Those of the accounts that have sums of their own in this month."""
    if not family.of_one or not accounts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT account_id FROM {family.base} WHERE at >= %(low)s AND at < %(high)s"  # noqa: S608
            " AND account_id = ANY(%(accounts)s::bigint[]) GROUP BY 1 HAVING count(*) >= %(least)s",
            {**values, "accounts": accounts, "least": least},
        )
        return [account for (account,) in cursor.fetchall()]


def _sum_large(family: Family, values: dict[str, Any], accounts: list[int], large: list[int]) -> None:
    _clear(family, {**values, "account": [account for account in accounts if account]}, "('m', 'd', 'h', 'q')")
    with connection.cursor() as cursor:
        for kind, grains in family.of_one.items() if large else ():
            for grain in grains:
                cursor.execute(_sum_up(family, kind, grain, of_all=False), {**values, "account": large})


def _clear(family: Family, values: dict[str, Any], grains: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {family.sums} WHERE account_id = ANY(%(account)s::bigint[]) AND grain IN {grains}"  # noqa: S608
            " AND at >= %(low)s AND at < %(high)s",
            values,
        )


_TRUNCATED = {
    QUARTER: "t.at",
    HOUR: "date_trunc('hour', t.at, 'UTC')",
    DAY: "date_trunc('day', t.at, 'UTC')",
    MONTH: "date_trunc('month', t.at, 'UTC')",
}


def _sum_up(family: Family, kind: str, grain: str, *, of_all: bool) -> str:
    """The statement that makes one kind of sums from the base: of all accounts together or of `account` each."""
    value = "0::bigint" if kind == NOTHING else f"t.{family.things[kind]}"
    account = "0::bigint" if of_all else "t.account_id"
    of = "" if of_all else " AND t.account_id = ANY(%(account)s::bigint[])"
    extra = "".join(f", {name}" for name in family.extra)
    grouped = ", ".join(str(n) for n in (1, 4, 5, *range(6, 6 + len(family.extra))))
    return (
        f"INSERT INTO {family.sums} (account_id, grain, kind, at, value{extra}, {', '.join(family.figures)})"  # noqa: S608
        f" SELECT {account}, '{grain}', '{kind}', {_TRUNCATED[grain]}, {value}{extra}, {family.sum_of()}"
        f" FROM {family.source()} WHERE t.at >= %(low)s AND t.at < %(high)s{of} GROUP BY {grouped}"
    )


def _months_of_days(family: Family, kind: str) -> str:
    extra = "".join(f", {name}" for name in family.extra)
    return (
        f"INSERT INTO {family.sums} (account_id, grain, kind, at, value{extra}, {', '.join(family.figures)})"  # noqa: S608
        f" SELECT 0, 'm', '{kind}', %(low)s, value{extra}, {family.sum_of()} FROM {family.sums} t"
        f" WHERE account_id = 0 AND grain = 'd' AND kind = '{kind}' AND at >= %(low)s AND at < %(high)s"
        f" GROUP BY value{extra}"
    )
