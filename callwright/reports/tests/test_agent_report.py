"""The report of agents tells what the history of their states says, in each column (REP-5)."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from callwright.reports.queries.tables import answer
from callwright.reports.report import report_of
from callwright.reports.testing import Lived, live_random_days
from callwright.reports.tests.conftest import NOW
from callwright.reports.views.asked import parse_asked

STATES = ("ready", "talking", "wrap_up", "paused")
KEYS: dict[str, Callable[[int, datetime], str]] = {
    "user": lambda agent, at: str(agent),
    "hour": lambda agent, at: str(at.hour),
    "weekday": lambda agent, at: str(at.isoweekday()),
    "time": lambda agent, at: at.date().isoformat(),
}


def hours_of(lived: Lived) -> Iterator[tuple[datetime, float]]:
    """The quarters of an hour in which somebody was in a state, each with its seconds."""
    at, until = lived[0], lived[1]
    while at < until:
        quarter = at.astimezone(UTC).replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
        after = min(quarter + timedelta(minutes=15), until)
        yield at, (after - at).total_seconds()
        at = after


def truth(history: list[Lived], by: str, zone: str) -> Mapping[str, Mapping[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    first, last = datetime(2026, 11, 2).date(), datetime(2026, 11, 18).date()
    for lived in history:
        begun, _until, agent, state, reason = lived
        for place, (at, seconds) in enumerate(hours_of(lived)):
            local = at.astimezone(ZoneInfo(zone))
            if state == "logged_out" or not first <= local.date() <= last:
                continue
            row = found[KEYS[by](agent, local)]
            row["logged_in"] += seconds
            row[state] += seconds
            row["available"] += seconds if state != "paused" else 0
            row["busy"] += seconds if state in ("talking", "wrap_up") else 0
            if state == "paused":
                row[f"pause-{reason}"] += seconds
                row["pauses"] += place == 0
                row[f"pauses-{reason}"] += place == 0
        assert begun.tzinfo is not None
    return found


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Asia/Kathmandu"])
def test_each_column_is_what_the_agents_did(
    zone: str, owner: Any, colleague: Any, make_user: Callable[..., Any], db: None
) -> None:
    history = live_random_days([owner, colleague], now=NOW, seed=5)
    boss, kind = make_user("ada", role="administrator", all_accounts=True), report_of("agents")
    assert kind is not None
    for by in KEYS:
        query = {"by": by, "from": "2026-11-02", "to": "2026-11-18", "zone": zone, "interval": "day", "compare": "no"}
        asked, problems = parse_asked({name: [value] for name, value in query.items()}, kind.shape)
        table = answer(boss, kind, asked, zone="UTC", now=NOW).table
        said = {row.key: {one.code: one.value(row.figures) for one in table.columns} for row in table.rows}
        expected = truth(history, by, zone)
        assert problems == () and expected.keys() <= said.keys()
        for key, row in said.items():
            real = expected.get(key, {})
            names = ["logged_in", *STATES, "pauses", *(name for name in row if name.startswith("pause"))]
            for name in names:
                assert abs((row[name] or 0) - real.get(name, 0)) <= 3, (by, key, name)
            share = real["busy"] / real["available"] if real.get("available") else None
            assert (row["occupancy"] is None) == (share is None), (by, key)
            assert share is None or row["occupancy"] is None or abs(row["occupancy"] - share) < 0.01
        assert sum(1 for name in said[next(iter(said))] if name.startswith("pauses-")) == 3
        total = {one.code: one.value(table.total.figures) for one in table.columns}
        assert total["pauses"] == sum(row["pauses"] or 0 for row in said.values()) > 5
