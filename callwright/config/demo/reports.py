"""What reports of the demonstration have to tell: how agents spent the last weeks, what they registered, and a report
that is sent every Monday.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from math import sin
from random import Random

from callwright.calls.models import Call
from callwright.config.demo.base import Base
from callwright.kit.identity import uuid7_of
from callwright.registration.models import Category, Registration, Topic
from callwright.registration.operations.dirty import note_changed
from callwright.reports.models import SavedReport, Schedule
from callwright.reports.rules import When, next_at
from callwright.staff.models import AgentStateChange, PauseReason

_DAYS = 60
_WORK = (time(7, 55), time(17, 30))
_PAUSES = (("break", time(10, 15), 12), ("lunch", time(12, 20), 35), ("back-office", time(15, 40), 15))
_REGISTERED = 0.86


def load_reports(base: Base, random: Random, *, now: datetime) -> None:
    """Set last, when the calls are there."""
    _load_states(base, random, now)
    _load_registrations(random, now)
    _load_saved(base, now)


# ── how agents spent their time ──────────────────────────────────────────────────────────────────────────────────────


def _load_states(base: Base, random: Random, now: datetime) -> None:
    reasons = {one.code: one.pk for one in PauseReason.objects.all()}
    talks: dict[tuple[int, date], list[tuple[datetime, datetime]]] = {}
    since = now - timedelta(days=_DAYS)
    answered = Call.objects.filter(started_at__gte=since, ended_at__isnull=False, answered_at__isnull=False)
    for user, begins, ends in answered.order_by("answered_at").values_list("employee_id", "answered_at", "ended_at"):
        if user is not None and begins is not None and ends is not None:
            talks.setdefault((user, begins.date()), []).append((begins, ends))
    rows = []
    for place, ((user, day), calls) in enumerate(sorted(talks.items())):
        if day >= now.date():
            continue  # of today the live state speaks
        for number, (at, state, reason) in enumerate(_day(random, day, calls)):
            id = uuid7_of(at, f"demo-state-{place}-{number}")
            rows.append(AgentStateChange(id=id, user_id=user, state=state, reason_id=reasons.get(reason), at=at))
    AgentStateChange.objects.bulk_create(rows, batch_size=2_000)


def _day(random: Random, day: date, calls: list[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, str, str]]:
    """The states of a working day: talks with their wrap-up, pauses where nobody talked."""
    free = min(datetime.combine(day, _WORK[0], UTC), calls[0][0]) + timedelta(minutes=random.random() * 4)
    end = max(datetime.combine(day, _WORK[1], UTC), calls[-1][1] + timedelta(minutes=5))
    yield min(free, calls[0][0] - timedelta(seconds=30)), "ready", ""
    plans = [(datetime.combine(day, at, UTC), reason, minutes) for reason, at, minutes in _PAUSES]
    for begins, ends in [*calls, (end, end)]:
        while plans and plans[0][0] + timedelta(minutes=plans[0][2] + 2) < begins:
            at, reason, minutes = plans.pop(0)
            at = max(at, free + timedelta(seconds=1))
            back = at + timedelta(minutes=minutes * (0.8 + random.random() / 2))
            if back < begins:
                yield at, "paused", reason
                yield back, "ready", ""
                free = back
        if begins < end and begins > free:
            yield begins, "talking", ""
            done = ends + timedelta(seconds=random.choice((8, 15, 20, 25, 40, 60, 90)))
            yield ends, "wrap_up", ""
            yield done, "ready", ""
            free = done
    yield max(end, free + timedelta(seconds=1)), "logged_out", ""


# ── what they registered ─────────────────────────────────────────────────────────────────────────────────────────────


def _load_registrations(random: Random, now: datetime) -> None:
    offered = _offered()
    if not offered or Registration.objects.exists():
        return
    rows, days = [], set()
    calls = Call.objects.filter(status="answered", employee__isnull=False, ended_at__lt=now).exclude(
        direction="internal"
    )
    for call in calls.only(
        "id", "account_id", "employee_id", "queue_id", "direction", "started_at", "local_day"
    ).iterator():
        if random.random() > _REGISTERED:
            continue
        words = [ticked for several, topics in offered for ticked in _ticked(random, call, several, topics)]
        if not words:
            continue
        at = call.started_at + timedelta(minutes=4)
        days.add((call.account_id, call.local_day))
        rows.append(
            Registration(
                id=uuid7_of(call.started_at, f"demo-{call.id}"), account_id=call.account_id, call_id=call.id,
                by_id=call.employee_id, queue_id=call.queue_id, direction=call.direction, started_at=call.started_at,
                local_day=call.local_day, topics=[topic for topic, _words in words],
                words=[list(said) for _topic, said in words], created_at=at, updated_at=at,
            )
        )  # fmt: skip
    Registration.objects.bulk_create(rows, batch_size=1_000)
    for account, day in sorted(days):
        note_changed(account, day, now)


_Ticked = tuple[int, tuple[str, str, str]]


def _offered() -> list[tuple[Category, list[_Ticked]]]:
    """The categories of calls, each with its topics and the words of them."""
    found = []
    for category in Category.objects.filter(retired_at=None, for_campaigns=False, accounts=None, queues=None):
        topics = Topic.objects.filter(category=category, retired_at=None).select_related("parent")
        above = {one.parent_id for one in topics}
        leaves: list[_Ticked] = [
            (one.pk, (category.name, one.parent.name if one.parent else "", one.name))
            for one in topics if one.pk not in above
        ]  # fmt: skip
        if leaves:
            found.append((category, leaves))
    return found


def _ticked(random: Random, call: Call, category: Category, topics: list[_Ticked]) -> list[_Ticked]:
    if (category.directions and call.direction not in category.directions) or "call" not in (
        category.channels or ["call"]
    ):
        return []
    # A few topics are frequent, most are not, and a few come and go.
    week = call.started_at.isocalendar().week
    weights = [(1 + 0.35 * sin(week / 2 + place)) / (1 + place) for place in range(len(topics))]
    found = random.choices(topics, weights, k=2 if category.several and random.random() < 0.3 else 1)
    return list(dict(found).items())


# ── what is kept and sent ────────────────────────────────────────────────────────────────────────────────────────────


def _load_saved(base: Base, now: datetime) -> None:
    sofia, conrad = base.users["sofia"], base.users["conrad"]
    kept = (
        (sofia, "Service level of last week", "queues", "period=last_week&by=queue", True),
        (conrad, "Topics of last month", "topics", "period=last_month&by=topic", True),
        (sofia, "Yesterday by hour", "calls", "period=yesterday&interval=hour&by=time", False),
    )
    saved = [
        SavedReport.objects.create(
            owner=owner, name=name, report=report, query=query, is_shared=shared, created_at=now, changed_at=now
        )
        for owner, name, report, query, shared in kept
    ]
    when = When("week", time(7, 30), "Europe/London", weekday=1)
    Schedule.objects.create(
        saved=saved[0], owner=sofia, every=when.every, weekday=when.weekday, at=when.at, zone=when.zone,
        addresses=["board@example.com", sofia.email], language="en", next_at=next_at(when, now), created_at=now,
    )  # fmt: skip
