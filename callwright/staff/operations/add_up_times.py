"""Adds up how long agents were in each state, by quarters of an hour (docs/decisions/036).

Quarters are added up once they are over. A change that was written late is noticed by the number of changes that its
quarter had then: from there on everything is added up anew.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Min

from callwright.kit.identity import uuid7_floor
from callwright.kit.sums.keeping import keep_sums, take_lock, touch
from callwright.staff.models import AgentStateChange, TimeChanges, TimeReach
from callwright.staff.queries.times import slice_values, slices_sql
from callwright.staff.time_figures import TIMES

QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
SETTLES = timedelta(minutes=2)
"""Whoever changed a state has written it by then."""

LATE_BY, LATE_AT_MOST = timedelta(hours=1), timedelta(days=2)
"""How far back late changes are looked for each time, and every ten minutes."""


def add_up_times(now: datetime) -> int:
    """Adds up the quarters that are over, a day in a transaction; returns how many."""
    done = 0
    while count := _add_up_some(now):
        done += count
    keep_sums(TIMES, now)
    return done


@transaction.atomic
def rebuild_times(first: date) -> None:
    """Has everything since the day `first` (of UTC) added up anew by those who add up next."""
    take_lock(TIMES, wait=True)
    begin = datetime.combine(first, time(), UTC)
    TimeReach.objects.filter(until__gt=begin).update(until=begin)


@transaction.atomic
def _add_up_some(now: datetime) -> int:
    if not take_lock(TIMES, wait=False):
        return 0
    until = _quarter_of(now.astimezone(UTC) - SETTLES)
    begin = _begin(until)
    if begin is None or begin >= until:
        return 0
    end = min(until, datetime.combine(begin.date(), time(), UTC) + DAY)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM staff_timequarter WHERE at >= %s AND at < %s", [begin, end])
        slices = slices_sql().format(users="true", users_of_changes="true")
        cursor.execute(
            f"INSERT INTO staff_timequarter (user_id, at, state, reason_id, lasted_ms, begun) {slices}",
            slice_values(begin, end),
        )
    _keep_changes(begin, end)
    touch(TIMES, [(0, datetime.combine(begin.date(), time(), UTC))])
    TimeReach.objects.update_or_create(pk=1, defaults={"until": end})
    return (end - begin) // QUARTER


def _begin(until: datetime) -> datetime | None:
    """The first quarter that is to be added up; None while there is no history."""
    reach = TimeReach.objects.values_list("until", flat=True).first()
    if reach is not None:
        back = LATE_AT_MOST if until.minute == 0 else LATE_BY
        return min(_late(reach - back, reach), reach)
    first = AgentStateChange.objects.order_by("id").values_list("at", flat=True).first()
    return _quarter_of(first.astimezone(UTC)) if first else None


_LATE = """
    SELECT min(coalesce(c.at, k.at)) FROM (
        SELECT date_bin('15 minutes', at, '2000-01-01 00:00Z') AS at, count(*) AS changes FROM staff_agentstatechange
        WHERE id >= %(low)s AND id < %(high)s AND at >= %(begin)s AND at < %(end)s GROUP BY 1
    ) AS c
    FULL JOIN (SELECT * FROM staff_timechanges WHERE at >= %(begin)s AND at < %(end)s) AS k ON k.at = c.at
    WHERE c.changes IS DISTINCT FROM k.changes
"""


def _late(begin: datetime, end: datetime) -> datetime:
    """The first quarter between the two that has other changes than when it was added up; `end` if none has. Of what
    was added up before numbers were kept nothing is known.
    """
    kept_since = TimeChanges.objects.aggregate(at=Min("at"))["at"]
    begin = end if kept_since is None else max(_quarter_of(begin.astimezone(UTC)), kept_since)
    if begin >= end:
        return end.astimezone(UTC)
    with connection.cursor() as cursor:
        cursor.execute(_LATE, {"begin": begin, "end": end, "low": uuid7_floor(begin), "high": uuid7_floor(end)})
        (found,) = cursor.fetchone()
    return found.astimezone(UTC) if found else end.astimezone(UTC)


_CHANGES = """
    INSERT INTO staff_timechanges (at, changes)
    SELECT date_bin('15 minutes', at, '2000-01-01 00:00Z'), count(*) FROM staff_agentstatechange
    WHERE id >= %s AND id < %s AND at >= %s AND at < %s GROUP BY 1
"""


def _keep_changes(begin: datetime, end: datetime) -> None:
    TimeChanges.objects.filter(at__gte=begin, at__lt=end).delete()
    TimeChanges.objects.filter(at__lt=end - LATE_AT_MOST - DAY).delete()
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [uuid7_floor(begin), uuid7_floor(end), begin, end])


def _quarter_of(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
