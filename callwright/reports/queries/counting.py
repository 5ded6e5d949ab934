"""Whether what a report tells of is complete: days that are counted anew are not, as long as that lasts."""

from datetime import UTC, datetime, time, timedelta

from django.db import connection

from callwright.calls.queries.hours import report_accounts
from callwright.kit.clock import local_day
from callwright.registration.queries.behind import is_behind
from callwright.reports.table import Ask
from callwright.staff.queries.rights import Viewer

LATE = timedelta(minutes=5)
"""What happens today is counted within half a minute, all day long: it is behind only after so long."""

TIMES_LATE = timedelta(minutes=40)
"""Times of agents are counted by whole quarters of an hour; younger ones are worked out of their history."""

_CALLS = ("calls_dirtyday", "calls_dirtyquarter")
_LISTS = {
    "resolution": (*_CALLS, "calls_dirtyagain"),
    **dict.fromkeys(("topics", "registrations", "crossed"), (*_CALLS, "registration_dirtyday")),
}
_LISTED = """
    EXISTS (SELECT FROM {table} WHERE local_day BETWEEN %(first)s AND %(last)s
        AND (local_day < %(today)s OR at < %(late)s)
        AND (%(accounts)s::bigint[] IS NULL OR account_id = ANY(%(accounts)s::bigint[])))
"""
_TIMES = "EXISTS (SELECT FROM staff_timereach WHERE until < %(times)s AND until < %(end)s)"


def is_counted_anew(viewer: Viewer, code: str, ask: Ask, now: datetime) -> bool:
    """Whether days of this report are still to be counted (anew): after an update, or where the worker stands still."""
    parts = [_LISTED.format(table=table) for table in _LISTS.get(code, _CALLS)]
    if code == "agents":
        parts.append(_TIMES)
    accounts = report_accounts(viewer, ask.account_ids)
    # A day of an account's own zone can lie beside the same day of the zone asked for.
    first, last = ask.begins_on - timedelta(days=1), ask.ends_on + timedelta(days=1)
    values = {
        "first": first, "last": last, "today": local_day(now, ask.zone), "late": now - LATE, "times": now - TIMES_LATE,
        "end": datetime.combine(last, time(), UTC), "accounts": None if accounts is None else sorted(accounts),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {' OR '.join(parts)}", values)
        [is_listed] = cursor.fetchone()
    return bool(is_listed) or (code == "registrations" and is_behind(viewer, ask.account_ids, now=now))
