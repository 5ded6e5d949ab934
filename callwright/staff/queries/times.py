"""How agents spent their time, for reports, from the totals kept beside the history of their states
(docs/reports-figures.md). What is not added up yet, the states that go on among it, is worked out up to `now`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.db import connection
from django.db.models import Exists, OuterRef

from callwright.kit.identity import uuid7_floor
from callwright.kit.sums.asking import Asked, Row, ask, bucket, clock
from callwright.kit.sums.reach import Interval
from callwright.staff.models import AgentStateChange, Role, TimeReach, User
from callwright.staff.queries.rights import Viewer, may, visible_account_ids
from callwright.staff.time_figures import TIMES

By = Literal["agent", "hour", "weekday"]
BY: tuple[By, ...] = ("agent", "hour", "weekday")
STATES = ("ready", "ringing", "talking", "wrap_up", "paused")

Begins = date | datetime | None
_Sums = dict[tuple[Any, ...], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class AgentTimes:
    """Seconds that agents were in each state within an interval (`begins`: its first day, for hours its moment, None
    without intervals). `keys`: the values of what was asked by: the id of the agent, hour of the day (0 to 23), day of
    the week (1 Monday to 7). Logged in is all but logged out. Occupancy is (talking + wrap-up) of (ready + ringing +
    talking + wrap-up).
    """

    begins: Begins
    keys: tuple[int, ...]
    logged_in_s: int = 0
    ready_s: int = 0
    ringing_s: int = 0
    talking_s: int = 0
    wrap_up_s: int = 0
    paused_s: int = 0


@dataclass(frozen=True, slots=True)
class PauseTimes:
    """Seconds of pauses with one reason (`reason_id`, 0 without one), and how many of them began in the interval."""

    begins: Begins
    keys: tuple[int, ...]
    reason_id: int
    paused_s: int = 0
    pauses: int = 0


def times_and_pauses(
    viewer: Viewer, *, now: datetime, begins_on: date, ends_on: date, zone: str, interval: Interval = "",
    by: Sequence[By] = ("agent",), user_ids: Iterable[int] = (),
) -> tuple[list[AgentTimes], list[PauseTimes]]:  # fmt: skip
    """Times of the days of `zone` from `begins_on` to `ends_on`, both included, until `now`, and the pauses of them by
    their reasons: of the agents of whom the viewer may see reports, or of those of them named.
    """
    asked = _asked(viewer, begins_on, ends_on, zone, interval, (*by, "state"), user_ids)
    if asked is None:
        return [], []
    sums = _sums(replace(asked, by=(*by, "reason_id", "state")), now)
    states: _Sums = {}
    for (*key, _reason, state), (lasted, begun) in sums.items():
        before = states.get((*key, state), (0, 0))
        states[*key, state] = before[0] + lasted, before[1] + begun
    pauses = {key[:-1]: figures for key, figures in sums.items() if key[-1] == "paused"}
    return _as_times(states), _as_pauses(pauses)


def agent_times_raw(
    viewer: Viewer, *, now: datetime, begins_on: date, ends_on: date, zone: str, interval: Interval = "",
    by: Sequence[By] = ("agent",), user_ids: Iterable[int] = (),
) -> list[AgentTimes]:  # fmt: skip
    """The times from the history of states alone: what `times_and_pauses` is tested and measured against."""
    asked = _asked(viewer, begins_on, ends_on, zone, interval, (*by, "state"), user_ids)
    return _as_times(_as_sums(_from_history(asked, *_until(asked, now)))) if asked else []


def pause_times_raw(
    viewer: Viewer, *, now: datetime, begins_on: date, ends_on: date, zone: str, interval: Interval = "",
    by: Sequence[By] = ("agent",), user_ids: Iterable[int] = (),
) -> list[PauseTimes]:  # fmt: skip
    """The same of the pauses."""
    asked = _asked(viewer, begins_on, ends_on, zone, interval, (*by, "reason_id"), user_ids)
    if asked is None:
        return []
    return _as_pauses(_as_sums(_from_history(asked.and_only("state", ["paused"]), *_until(asked, now))))


def report_users(viewer: Viewer, user_ids: Iterable[int] = ()) -> frozenset[int] | None:
    """Those of these users (none named: of all) of whom the viewer may see reports: who work for an account that the
    viewer sees. None means all there are.
    """
    if not may(viewer, "see_reports"):
        return frozenset()
    accounts, wanted = visible_account_ids(viewer), frozenset(user_ids)
    if accounts is None:
        return wanted or None
    staff = User.objects.exclude(role=Role.CUSTOMER)
    visible = staff.filter(account_rights__account_id__in=accounts) | staff.filter(all_accounts=True)
    if wanted:
        return wanted.intersection(visible.filter(pk__in=wanted).values_list("pk", flat=True))
    # Sums of all agents together are few, those of each many: worth a look where agents take everybody's calls.
    history = AgentStateChange.objects.filter(user_id=OuterRef("pk"))
    if not User.objects.exclude(pk__in=visible.values("pk")).filter(Exists(history)).exists():
        return None
    return frozenset(visible.values_list("pk", flat=True))


def _asked(
    viewer: Viewer, begins_on: date, ends_on: date, zone: str, interval: Interval, by: Sequence[str],
    user_ids: Iterable[int],
) -> Asked | None:  # fmt: skip
    if wrong := [one for one in by[:-1] if one not in BY]:
        raise ValueError(f"times are not told apart by {wrong}")
    users = report_users(viewer, user_ids)
    if users is not None and not users:
        return None
    return Asked(begins_on, ends_on, zone, interval, tuple(by), only={} if users is None else {"agent": sorted(users)})


def _sums(asked: Asked, now: datetime) -> _Sums:
    """Milliseconds and how often they began, by interval and keys: from the totals, and what is younger."""
    begins_at, ends_at = _until(asked, now)
    reach = TimeReach.objects.values_list("until", flat=True).first()
    if reach is not None:
        reach = min(reach, now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0))
    figures = {"lasted_ms": "t.lasted_ms", "begun": "t.begun"}
    rows: list[Row] = []
    if reach is not None and begins_at < reach:
        rows += ask(TIMES, asked.until(reach), figures)
        begins_at = max(begins_at, reach)
    if begins_at < ends_at:
        rows += _from_history(asked, begins_at, ends_at)
    return _as_sums(rows)


def _until(asked: Asked, now: datetime) -> tuple[datetime, datetime]:
    begins_at, ends_at = asked.period
    return begins_at, min(ends_at, now)


def _as_sums(rows: Iterable[Row]) -> _Sums:
    sums: _Sums = {}
    for *key, lasted, begun in rows:
        before = sums.get(tuple(key), (0, 0))
        sums[tuple(key)] = before[0] + int(lasted), before[1] + int(begun)
    return sums


@cache
def slices_sql() -> str:
    """The statement that cuts the history of states into quarters of an hour."""
    return Path(__file__).with_name("time_slices.sql").read_text(encoding="utf-8")


def slice_values(begin: datetime, end: datetime) -> dict[str, Any]:
    """The values of `slices_sql` for a span of time."""
    return {
        "begin": begin, "end": end, "low": uuid7_floor(begin), "high": uuid7_floor(end + timedelta(milliseconds=1)),
    }  # fmt: skip


def _from_history(asked: Asked, begin: datetime, end: datetime) -> list[Row]:
    if begin >= end:
        return []
    users = asked.only.get("agent")
    of = ("true", "true") if users is None else ("u.id = ANY(%(users)s)", "u.user_id = ANY(%(users)s)")
    columns = {"agent": "t.user_id", "state": "t.state", "reason_id": "t.reason_id"}
    keys = [clock(one) or columns[one] for one in asked.by]
    listed, grouped = ", ".join([bucket(asked.interval), *keys]), ", ".join(str(n + 1) for n in range(1 + len(keys)))
    where = "t.state = ANY(%(states)s)" if "state" in asked.only else "true"
    values = {**slice_values(begin.astimezone(UTC), end.astimezone(UTC)), "zone": asked.zone, "users": users}
    values["states"] = list(asked.only.get("state", ()))
    slices = slices_sql().format(users=of[0], users_of_changes=of[1])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {listed}, sum(t.lasted_ms), sum(t.begun) FROM ({slices}) AS t WHERE {where} GROUP BY {grouped}",  # noqa: S608
            values,
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _as_times(sums: _Sums) -> list[AgentTimes]:
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for (*key, state), (lasted, _) in sums.items():
        found.setdefault(tuple(key), {})[state] = lasted
    rows = (
        AgentTimes(key[0], key[1:], _seconds(sum(by.values())), *(_seconds(by.get(state, 0)) for state in STATES))
        for key, by in found.items()
    )
    return sorted(rows, key=lambda row: (row.begins.isoformat() if row.begins else "", row.keys))


def _as_pauses(sums: _Sums) -> list[PauseTimes]:
    rows = (PauseTimes(key[0], key[1:-1], key[-1], _seconds(ms), begun) for key, (ms, begun) in sums.items())
    return sorted(rows, key=lambda row: (row.begins.isoformat() if row.begins else "", row.keys, row.reason_id))


def _seconds(milliseconds: int) -> int:
    return (milliseconds + 500) // 1000
