"""Random calls, registrations and working days of which reports can be asked, for tests and journeys."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from callwright.calls.testing import add_call
from callwright.kit.identity import uuid7_of

STATUSES = [*["answered"] * 6, "missed", "missed", "abandoned", "busy", "failed", "voicemail", "unknown", "talking"]
NUMBERS = ["", "+31201111111", "+31202222222", "+31203333333"]


def add_random_calls(
    accounts: Sequence[Any], people: Sequence[Any], queue: Any, *, now: datetime, seed: int, many: int = 160
) -> None:
    """Calls of the last two months with everything that reports tell apart, and some that go on; adds them up."""
    from callwright.calls.models import Call
    from callwright.calls.operations.rollup_again import look_who_called_again
    from callwright.calls.operations.rollup_hours import count_quarters, note_hours
    from callwright.contacts.models import Category

    category, random = Category.objects.get_or_create(name="VIP")[0], Random(seed)
    began = [now - timedelta(minutes=random.randrange(60 * 24 * 60)) for _ in range(many)]
    for at in began:
        add_call(
            random.choice(accounts), at, status=random.choice(STATUSES),
            direction=random.choice(["inbound", "inbound", "outbound"]), queue=random.choice([queue, None]),
            employee=random.choice([*people, None]), category=random.choice([category, None, None]),
            wait_s=random.choice([0, 5, 6, 20, 21, 60]), client_number=random.choice(NUMBERS),
        )  # fmt: skip
    note_hours(set(Call.objects.values_list("account_id", "local_day")))
    count_quarters(now)
    look_who_called_again(now)


def register_random_calls(people: Sequence[Any], *, now: datetime, seed: int) -> list[Any]:
    """Most answered calls are registered, some by two people, with one topic or several; returns the topics."""
    from callwright.calls.models import Call
    from callwright.registration.models import Registration
    from callwright.registration.operations.dirty import note_changed
    from callwright.registration.operations.rollup_topics import add_up_topics
    from callwright.registration.testing import make_category

    _reason, reasons = make_category("Reason", "Order", "Complaint", "Question")
    _mood, moods = make_category("Mood", "Friendly", "Angry")
    random = Random(seed)
    for call in Call.objects.filter(status="answered").exclude(direction="internal"):
        for person in random.sample(list(people), min(len(people), random.choice([0, 1, 1, 1, 2]))):
            ticked = random.sample([*reasons, *moods], random.choice([1, 1, 2, 3]))
            at = call.started_at + timedelta(minutes=3)
            Registration.objects.create(
                id=uuid7_of(call.started_at, f"{call.pk}{person.pk}"), account_id=call.account_id, call_id=call.id,
                by=person, queue_id=call.queue_id, direction=call.direction, started_at=call.started_at,
                local_day=call.local_day, topics=[one.pk for one in ticked],
                words=[["Reason", "", one.name] for one in ticked], created_at=at, updated_at=at,
            )  # fmt: skip
            note_changed(call.account_id, call.local_day, now)
    add_up_topics(now)
    return [*reasons, *moods]


def ask_about_random_calls(*, now: datetime) -> None:
    """Agents were asked to register inbound calls alone; writes down who was and did, and adds it up."""
    from callwright.registration.models import Category, OfferSpell
    from callwright.registration.operations.add_up_quality import keep_sums_of_quality
    from callwright.registration.testing_lists import LONG_AGO, write_down_asked

    category = Category.objects.get(name="Reason")
    OfferSpell.objects.create(category=category, since=now - LONG_AGO, directions=["inbound"])
    write_down_asked()
    keep_sums_of_quality(now)


Lived = tuple[datetime, datetime, int, str, int]
"""From when until when an agent was in a state, and for which reason (0 for none)."""


def live_random_days(people: Sequence[Any], *, now: datetime, seed: int, days: int = 20) -> list[Lived]:
    """States of agents of the last days, added up; returns what was lived, the states that go on until `now`."""
    from callwright.staff.models import AgentStateChange, PauseReason
    from callwright.staff.operations.add_up_times import add_up_times

    random = Random(seed)
    reasons = [PauseReason.objects.get_or_create(code=f"r{n}", defaults={"label": f"Reason {n}"})[0] for n in range(2)]
    found: list[Lived] = []
    for person in people:
        at, state = now - timedelta(days=days, minutes=random.randrange(600)), "logged_out"
        while at < now:
            state = random.choice([one for one in _STATES if one != state])
            reason = random.choice([None, *reasons]) if state == "paused" else None
            until = at + timedelta(seconds=random.choice([40, 700, 5_000, 20_000, 50_000]) + random.randrange(60))
            AgentStateChange.objects.create(
                id=uuid7_of(at, "agent-state", str(person.pk), state), user_id=person.pk, state=state, reason=reason,
                at=at,
            )  # fmt: skip
            found.append((at, min(until, now), person.pk, state, reason.pk if reason else 0))
            at = until
    add_up_times(now)
    return found


_STATES = ["ready", "ringing", "talking", "wrap_up", "paused", "logged_out"]
