"""Figures of finished calls for reports, from the totals kept beside the calls (docs/reports-figures.md).

Rows are told apart by the interval in which the calls began and by any of `BY`. All functions of reports take:

- `viewer`: only accounts that they see are counted, and nothing for those who may not see reports;
- `begins_on`, `ends_on`: days of `zone` (a name of the IANA database), both included;
- `interval`: "", "quarter_hour", "half_hour", "hour", "day", "week" (from Monday) or "month": rows of their own, also
  of that zone;
- `by`: what else tells rows apart, in the order of `keys`;
- `account_ids`, `queue_ids`, `user_ids`, `directions`, `category_ids`: what alone is counted; empty: everything. The
  id 0 stands for calls without a queue, employee or category;
- `hours`, `weekdays`: of which hours of the day and days of the week alone, of that zone too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeVar

from callwright.calls.figures import AGAIN, AGAIN_WITHIN, CALLS, edge_of
from callwright.kit.sums.asking import Asked, ask
from callwright.kit.sums.reach import Interval
from callwright.staff.queries.rights import Viewer, may, visible_account_ids

By = Literal["account", "queue", "agent", "direction", "category", "hour", "weekday"]
BY: tuple[By, ...] = ("account", "queue", "agent", "direction", "category", "hour", "weekday")
"""The hour is that of the day (0 to 23), the weekday 1 (Monday) to 7, both of the zone asked for."""

Begins = date | datetime | None
Keys = tuple[int | str, ...]
_F = TypeVar("_F", "CallFigures", "AgainFigures")


@dataclass(frozen=True, slots=True)
class CallFigures:
    """Finished calls that began in an interval. `begins`: its first day (which may lie before the period), for hours
    its moment, None without intervals; `keys`: the values of what was asked by: ids, 0 for none, codes of directions,
    hours, weekdays.

    `calls` are offered calls: all of them, whatever became of them; what is neither answered, missed nor abandoned was
    busy, failed, taken by a voice mailbox, or is unknown. `answered_within` and `abandoned_within`: of those, after
    waiting no longer than asked. Times are sums in seconds: `wait_s` of all calls until they were answered or given up,
    `answered_wait_s` of the answered ones alone; `wait_max_s` is the longest wait.
    """

    begins: Begins
    keys: Keys
    calls: int = 0
    answered: int = 0
    missed: int = 0
    abandoned: int = 0
    answered_within: int = 0
    abandoned_within: int = 0
    wait_s: int = 0
    answered_wait_s: int = 0
    talk_s: int = 0
    hold_s: int = 0
    ring_s: int = 0
    wait_max_s: int = 0


@dataclass(frozen=True, slots=True)
class AgainFigures:
    """Who called again, among inbound calls whose client's number is known. `known`: how many there were; `repeats`: of
    them, whose client had called the account within so many days before. `decided`: answered ones after which so many
    days have gone by; `again`: of these, after which the client called the account again within those days. Calls
    resolved at once are `decided - again`.
    """

    begins: Begins
    keys: Keys
    known: int = 0
    repeats: int = 0
    decided: int = 0
    again: int = 0


def call_figures(
    viewer: Viewer, *, begins_on: date, ends_on: date, zone: str, interval: Interval = "", by: Sequence[By] = (),
    account_ids: Iterable[int] = (), queue_ids: Iterable[int] = (), user_ids: Iterable[int] = (),
    directions: Iterable[str] = (), category_ids: Iterable[int] = (), within_s: int = 20,
    hours: Iterable[int] = (), weekdays: Iterable[int] = (), kept: Mapping[By, Collection[int]] | None = None,
    wanted: Collection[str] = (),
) -> list[CallFigures]:  # fmt: skip
    """The calls of a period; rows without any call are left out. `within_s`: answered within so many seconds, exact for
    those of `figures.WITHIN`, otherwise as for the next shorter one; ValueError below 5. `kept`: which ids alone are
    told apart; all others are `OTHER`. `wanted`: which figures alone are read, all others stay 0; none named: all.
    """
    asked = asked_of(
        viewer, begins_on, ends_on, zone, interval, by, account_ids, queue_ids, user_ids, directions, category_ids,
        hours, weekdays,
    )  # fmt: skip
    asked, edge = replace(asked, folded={one: ids for one, ids in (kept or {}).items()}), edge_of(within_s)
    figures = {name: f"t.{name}" for name in ("calls", "answered", "missed", "abandoned")}
    figures |= {"answered_within": f"t.answered_{edge}", "abandoned_within": f"t.abandoned_{edge}"}
    figures |= {name: f"t.{name}" for name in ("wait_s", "answered_wait_s", "talk_s", "hold_s", "ring_s")}
    figures["wait_max_s"] = "max(t.wait_max_s)"
    figures = {name: text for name, text in figures.items() if not wanted or name in wanted}
    keys, rows = len(asked.by) + 1, ask(CALLS, asked, figures)
    return in_order(CallFigures(row[0], row[1:keys], **dict(zip(figures, row[keys:], strict=True))) for row in rows)


def again_figures(
    viewer: Viewer, *, now: datetime, begins_on: date, ends_on: date, zone: str, interval: Interval = "",
    by: Sequence[By] = (), account_ids: Iterable[int] = (), queue_ids: Iterable[int] = (),
    user_ids: Iterable[int] = (), category_ids: Iterable[int] = (), within_days: int = 7,
    hours: Iterable[int] = (), weekdays: Iterable[int] = (),
) -> list[AgainFigures]:  # fmt: skip
    """Repeat callers, and calls that were resolved at once, of inbound calls; what is decided goes by `now`.
    `within_days`: one of `figures.AGAIN_WITHIN` (ValueError for another). An earlier call belongs to its own interval,
    queue and employee, not to those of the later one.
    """
    if within_days not in AGAIN_WITHIN:
        raise ValueError(f"who calls again is known within {AGAIN_WITHIN} days, not {within_days}")
    asked = asked_of(
        viewer, begins_on, ends_on, zone, interval, by, account_ids, queue_ids, user_ids, (), category_ids, hours,
        weekdays,
    )  # fmt: skip
    until, column = decided_until(now, within_days), {"": f"t.within_{within_days}"}
    found: dict[tuple[Any, ...], list[int]] = {}

    def add(key: Sequence[Any], **counts: int) -> None:
        its = found.setdefault(tuple(key), [0, 0, 0, 0])
        for name, count in counts.items():
            its[_AGAIN.index(name)] += count

    begins_at, ends_at = asked.period
    if begins_at < until:
        decided = asked.until(until)
        for *key, known, answered in ask(CALLS, decided, {"known": "t.known", "decided": "t.known_answered"}):
            add(key, known=known, decided=answered)
        for *key, side, count in ask(AGAIN, replace(decided, by=(*asked.by, "side")), column):
            add(key, **{"repeats" if side == "repeat" else side: count})
    if until < ends_at:
        rest = asked.since(until)
        for *key, count in ask(CALLS, rest, {"known": "t.known"}):
            add(key, known=count)
        for *key, count in ask(AGAIN, rest.and_only("side", ["repeat"]), column):
            add(key, repeats=count)
    return in_order(AgainFigures(key[0], key[1:], *counts) for key, counts in found.items() if any(counts))


_AGAIN = ("known", "repeats", "decided", "again")


def decided_until(now: datetime, within_days: int) -> datetime:
    """Calls before this moment, a quarter of an hour of UTC, can no more be followed by another within these days."""
    at = now.astimezone(UTC) - timedelta(days=within_days)
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


def asked_of(
    viewer: Viewer, begins_on: date, ends_on: date, zone: str, interval: Interval, by: Sequence[str],
    account_ids: Iterable[int], queue_ids: Iterable[int], user_ids: Iterable[int], directions: Iterable[str],
    category_ids: Iterable[int], hours: Iterable[int] = (), weekdays: Iterable[int] = (),
) -> Asked:  # fmt: skip
    """What is asked, of the accounts that the viewer may see reports of. ValueError for what rows cannot be told apart
    by.
    """
    if wrong := [one for one in by if one not in BY]:
        raise ValueError(f"calls are not counted by {wrong}")
    only: dict[str, list[int | str]] = {
        "queue": list(queue_ids), "agent": list(user_ids), "category": list(category_ids),
        "direction": list(directions), "hour": list(hours), "weekday": list(weekdays),
    }  # fmt: skip
    return Asked(
        begins_on, ends_on, zone, interval, tuple(by), accounts=report_accounts(viewer, account_ids),
        only={name: ids for name, ids in only.items() if ids},
    )  # fmt: skip


def report_accounts(viewer: Viewer, account_ids: Iterable[int] = ()) -> frozenset[int] | None:
    """Those of these accounts (none named: of all) of which the viewer may see reports; None means all there are."""
    if not may(viewer, "see_reports"):
        return frozenset()
    visible, wanted = visible_account_ids(viewer), frozenset(account_ids)
    if not wanted:
        return visible
    return wanted if visible is None else wanted & visible


def in_order(rows: Iterable[_F]) -> list[_F]:
    return sorted(rows, key=lambda row: (row.begins.isoformat() if row.begins else "", row.keys))
