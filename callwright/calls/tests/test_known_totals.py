"""Counts and groups from totals are those of the calls, in every zone and on days of 23 and 25 hours (REP-8)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest

from callwright.calls.models import Call, DirtyDay
from callwright.calls.operations.rollup_changes import note_days
from callwright.calls.operations.rollup_days import add_up_dirty_days
from callwright.calls.queries import register
from callwright.calls.queries.groups import groups_of
from callwright.calls.queries.known_totals import known_groups, known_total
from callwright.calls.queries.register import Total, total_of
from callwright.calls.search import parse_search
from callwright.calls.testing import add_call
from callwright.calls.tests.looking import AMSTERDAM, LONG_DAYS
from callwright.calls.viewpoint import Viewpoint
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db
CHANGES = [
    *LONG_DAYS,
    ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
    ("Asia/Riyadh", date(2026, 3, 29), 24),
]


def search_of(query: str) -> Any:
    return parse_search(parse_qs(query))[0]


def added_up(*calls: Any) -> None:
    note_days({(call.account_id, call.local_day) for call in calls}, now=datetime.now(UTC))
    add_up_dirty_days(datetime.now(UTC))


def of_zone(account: Any, zone: str) -> Any:
    account.time_zone = zone
    account.save()
    return account


def hours_of(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """A call each half hour from the evening before to the morning after."""
    begin = datetime.combine(day, datetime.min.time(), zone).astimezone(UTC) - timedelta(hours=3)
    for n in range(2 * 31):
        yield begin + timedelta(minutes=30 * n, seconds=1)


@pytest.mark.parametrize(("name", "day", "hours"), CHANGES)
def test_days_of_other_lengths(owner: Any, account: Any, name: str, day: date, hours: float) -> None:
    zone = ZoneInfo(name)
    of_zone(account, name)
    calls = [add_call(account, at, talk_s=1, local_day=at.astimezone(zone).date()) for at in hours_of(day, zone)]
    added_up(*calls)
    view = Viewpoint(zone, datetime.combine(day + timedelta(days=9), datetime.min.time(), zone).astimezone(UTC), "NL")
    search = search_of(f"from={day}&to={day}")
    known = known_total(owner, search, view)
    assert known is not None and known.calls == known.talk_s == 2 * hours
    assert len(register.register_page(owner, search, view, limit=100).rows) == 2 * hours
    groups = groups_of(owner, search_of(f"from={day - timedelta(days=1)}&to={day + timedelta(days=1)}&group=day"), view)
    assert {group.value: group.calls for group in groups.groups}[day] == 2 * hours
    for group in groups.groups:
        assert len(register.register_page(owner, group.search, view, limit=100).rows) == group.calls
    after = Viewpoint(zone, datetime.combine(day + timedelta(days=1), datetime.min.time(), zone).astimezone(UTC), "NL")
    assert total_of(owner, search_of("period=yesterday"), after).calls == 2 * hours
    groups = groups_of(owner, search_of("period=yesterday&group=day"), after)
    assert [group.calls for group in groups.groups] == [2 * hours]


NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
VIEW = Viewpoint(ZoneInfo(AMSTERDAM), NOW, "NL")


@pytest.fixture
def many(account: Any, other_account: Any, pbx: Any, owner: Any, colleague: Any) -> list[Any]:
    """Calls over five months, today and the present minute among them, in two accounts."""
    queues = [Queue.objects.create(pbx=pbx, name=name) for name in ("orders", "other")]
    statuses, directions = ("answered", "missed", "busy", "abandoned"), ("inbound", "outbound", "internal")
    calls = []
    for n in range(150):
        at = NOW - timedelta(hours=24 * n + n % 23)
        calls.append(
            add_call(
                other_account if n % 4 == 0 else account, at, status=statuses[n % 4], direction=directions[n % 3],
                talk_s=n, queue=queues[n % 2] if n % 5 else None, employee=(owner, colleague, None)[n % 3],
                local_day=at.astimezone(ZoneInfo(AMSTERDAM)).date(),
            )
        )  # fmt: skip
    calls.append(add_call(account, NOW - timedelta(minutes=2), status="ringing", local_day=NOW.date()))
    calls.append(
        add_call(account, NOW - timedelta(days=2), status="talking", local_day=(NOW - timedelta(days=2)).date())
    )
    added_up(*calls)
    return calls


QUERIES = [
    "period=all", "period=quarter", "period=month", "period=week", "from=2026-08-01&to=2026-09-30",
    "from=2026-07-20&to=2026-10-05", "from=2026-10-05", "to=2026-10-05", "period=all&status=missed&status=busy",
    "period=quarter&direction=inbound", "period=all&employee=none", "period=all&employee={owner}",
    "period=month&employee={owner}&status=busy", "period=all&account={account}", "period=all&status=talking",
    "period=all&account={account}&queue={queue}&direction=outbound", "period=all&account={account}&employee={owner}",
]  # fmt: skip


@pytest.mark.parametrize("by", ["", "day", "account", "status", "employee"])
def test_totals_know_what_a_count_finds(many: list[Any], administrator: Any, owner: Any, account: Any, by: str) -> None:
    for query, viewer in product(QUERIES, (administrator, owner)):
        asked = query.format(owner=owner.pk, account=account.pk, queue=many[1].queue_id)
        search = search_of(f"{asked}&group={by}" if by else asked)
        rows = register.register_page(viewer, search_of(asked), VIEW, limit=500).rows
        known = known_groups(viewer, search, VIEW)
        # of all accounts by account, those of one employee are as many days as calls
        assert (known is not None and not known.is_old) or (by == "account" and search.employee is not None)
        if by:
            groups = groups_of(viewer, search, VIEW).groups
            assert (sum(g.calls for g in groups), sum(g.talk_s for g in groups)) == (
                len(rows), sum(row.talk_s for row in rows),
            )  # fmt: skip
            for group in groups[:4]:
                inside = register.register_page(viewer, group.search, VIEW, limit=500).rows
                assert (len(inside), sum(row.talk_s for row in inside)) == (group.calls, group.talk_s)
        else:
            assert total_of(viewer, search, VIEW) == Total(len(rows), sum(row.talk_s for row in rows))


def test_totals_are_not_used_where_they_do_not_know(
    many: list[Any], administrator: Any, owner: Any, account: Any, other_account: Any
) -> None:
    for query in (
        "period=all&number=5678",
        "period=all&text=a",
        "period=all&group=contact",
        "period=all&talk_from=3",
        "",
    ):
        assert known_groups(owner, search_of(query), VIEW) is None, query
    of_zone(other_account, "Asia/Tokyo")  # its days are others: what differs is counted
    for viewer in (administrator, owner):
        assert known_groups(viewer, search_of("period=all"), VIEW) is not None
    assert total_of(administrator, search_of("period=all"), VIEW).calls == Call.objects.count()


def test_a_count_is_right_while_days_wait_to_be_added_up(
    many: list[Any], owner: Any, account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = add_call(account, NOW - timedelta(days=40), talk_s=9)
    note_days({(account.pk, late.local_day)}, now=NOW)
    known = known_total(owner, search_of("period=all"), VIEW)
    mine = Call.objects.filter(account=account).count()
    assert known is not None and (known.is_old, known.calls) == (True, mine - 1)
    assert total_of(owner, search_of("period=all"), VIEW).calls == mine
    monkeypatch.setattr(register, "COUNT_LIMIT", 50)  # too many to count: seconds behind is better than "more than"
    assert total_of(owner, search_of("period=all"), VIEW).calls == mine - 1
    DirtyDay.objects.update(at=NOW - timedelta(minutes=5))  # nobody adds up
    assert total_of(owner, search_of("period=all"), VIEW) == Total(50, None)
