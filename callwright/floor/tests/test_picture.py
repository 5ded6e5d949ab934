"""What the floor and wallboards show: who waits, agents by queue, today's figures, and only what may be seen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import pytest

from callwright.calls.models import CallFacts
from callwright.calls.queries.follow_up import waiting_number
from callwright.calls.queries.hours_raw import call_figures_raw
from callwright.calls.testing import add_call
from callwright.floor.boards import _wallboards, floor_now
from callwright.floor.models import Wallboard
from callwright.floor.queries.day import forget_day
from callwright.floor.queries.picture import milliseconds
from callwright.floor.queries.snapshot import take_snapshot
from callwright.floor.rules import midnight, service_level, short_name
from callwright.staff.models import AgentState
from callwright.telephony.models import Pbx, Queue, QueueMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def waits(account: Any, queue: Any, pbx: Any, now: datetime) -> Callable[..., Any]:
    def join(seconds: int, **fields: Any) -> Any:
        joined = now - timedelta(seconds=seconds)
        call = add_call(
            fields.pop("account", account), joined - timedelta(seconds=30), status="ringing", pbx=pbx,
            queue=fields.pop("queue", queue), **fields,
        )  # fmt: skip
        visit = {"queue": "support", "joined": [joined.isoformat()], "left": []}
        CallFacts.objects.create(call=call, account=call.account, facts={"queues": {"support": visit}})
        return call

    return join


def test_waiting_counts_from_the_queue_and_not_from_the_call(
    waits: Callable[..., Any], queue: Any, now: datetime
) -> None:
    call = waits(75)
    waits(20)
    found = floor_now(None)
    assert found[f"w:{call.id}"]["t"] == milliseconds(now - timedelta(seconds=75))
    assert (found[f"q:{queue.pk}"]["w"], found[f"q:{queue.pk}"]["l"]) == (2, milliseconds(now - timedelta(seconds=75)))


def test_a_caller_who_left_the_queue_waits_no_more(waits: Callable[..., Any], now: datetime, queue: Any) -> None:
    call = waits(60)
    facts = CallFacts.objects.get()
    facts.facts["queues"]["support"]["left"] = [[now.isoformat(), "connected"]]
    facts.save()
    assert f"w:{call.id}" not in floor_now(None)


def test_agents_are_counted_by_queue(owner: Any, colleague: Any, queue: Any, pbx: Any, now: datetime) -> None:
    AgentState.objects.update_or_create(user=owner, defaults={"state": "ready", "wanted": "ready", "since": now})
    AgentState.objects.update_or_create(user=colleague, defaults={"state": "wrap_up", "wanted": "ready", "since": now})
    second = Queue.objects.create(pbx=pbx, name="sales")
    QueueMember.objects.create(queue=second, extension="201", at=now, paused=True)
    found = floor_now(None)
    first, other = found[f"q:{queue.pk}"], found[f"q:{second.pk}"]
    assert [first[column] for column in "ftup"] == [1, 0, 1, 0]
    assert [other[column] for column in "ftup"] == [0, 0, 0, 1]  # paused in this queue alone


def test_the_service_level_is_of_all_calls_that_came(account: Any, queue: Any, now: datetime) -> None:
    for wait_s, status in ((5, "answered"), (19, "answered"), (20, "answered"), (21, "answered"), (9, "missed")):
        add_call(account, now, status=status, wait_s=wait_s, queue=queue)
    add_call(account, now, status="abandoned", queue=queue)
    add_call(account, now, direction="outbound", queue=queue)
    add_call(account, now - timedelta(days=2), queue=queue)
    add_call(account, now, status="missed")
    found = floor_now(None)
    assert found[f"q:{queue.pk}"]["sl"] == 50  # 3 of 6
    assert found["day"] == {"a": 4, "m": 2, "b": 1, "c": 0, "o": 7, "sl": 42}


def test_the_service_level_is_that_of_reports(
    account: Any, queue: Any, now: datetime, administrator: Any, talk: Callable[..., Any], owner: Any
) -> None:
    """Whatever became of a call, it was offered; one that is talked in is reported once it is over."""
    for status in ("answered", "missed", "abandoned", "voicemail", "busy", "failed", "unknown"):
        add_call(account, now, status=status, wait_s=3, queue=queue)
    add_call(account, now, status="answered", wait_s=90, queue=queue)
    add_call(account, now, status="ringing", queue=queue)
    today = now.date()
    [asked] = call_figures_raw(
        administrator, begins_on=today, ends_on=today, zone="UTC", directions=["inbound"], within_s=20
    )  # fmt: skip
    day = floor_now(None)["day"]
    assert (day["o"], day["a"]) == (asked.calls, asked.answered) == (8, 2)
    assert day["sl"] == asked.answered_within * 100 // asked.calls == 12
    talk(owner)
    forget_day()
    assert floor_now(None)["day"]["o"] == 9


def test_missed_and_not_called_back_are_those_that_wait_whatever_day_they_are_of(
    account: Any, queue: Any, now: datetime, administrator: Any
) -> None:
    for day, number in ((0, "+31612345678"), (1, "+31612345679"), (40, "+31612345670"), (0, "")):
        fields = {"client_number": number, "from_number": number}
        add_call(
            account, now - timedelta(days=day), status="missed", follow_up="not_called_back", queue=queue, **fields
        )
    assert floor_now(None)["day"]["c"] == waiting_number(administrator) == 3  # nobody can call back a withheld number


def test_who_talks_with_whom_is_seen_where_the_account_is(
    owner: Any, account: Any, other_account: Any, talk: Callable[..., Any]
) -> None:
    call = talk(owner)
    own = floor_now(frozenset({account.pk}))[f"a:{owner.pk}"]
    assert (own["s"], own["c"]["id"], own["c"]["acc"], own["c"]["who"]) == (
        "talking", str(call.id), account.name, "06 12345678",
    )  # fmt: skip
    assert f"a:{owner.pk}" not in floor_now(frozenset({other_account.pk}))


def test_a_wall_names_no_caller(owner: Any, queue: Any, talk: Callable[..., Any], waits: Callable[..., Any]) -> None:
    waits(30)
    talk(owner)
    wall = Wallboard.objects.create(name="Hall", all_accounts=True, changed_at=midnight_now())
    (picture,) = _wallboards([(wall.pk, None)], monotonic()).values()
    assert "12345678" not in str(picture)
    assert all(set(value) <= {"q", "n", "t"} for name, value in picture.items() if name.startswith("w:"))


def midnight_now() -> datetime:
    from django.utils import timezone

    return midnight(timezone.now(), "UTC")


@pytest.mark.parametrize(("names", "shown"), [("full", "Olivia Twist"), ("short", "Olivia T."), ("none", "")])
def test_names_can_be_shortened_or_left_out(owner: Any, queue: Any, names: str, shown: str) -> None:
    type(owner).objects.filter(pk=owner.pk).update(name="Olivia Twist")
    wall = Wallboard.objects.create(name="Hall", all_accounts=True, names=names, changed_at=midnight_now())
    (picture,) = _wallboards([(wall.pk, None)], monotonic()).values()
    assert picture[f"a:{owner.pk}"]["n"] == shown
    assert picture[f"a:{owner.pk}"]["e"] == "201"


def test_a_wallboard_shows_its_accounts_and_queues_alone(
    owner: Any, account: Any, other_account: Any, queue: Any, pbx: Any, make_user: Any, waits: Callable[..., Any]
) -> None:
    theirs = Queue.objects.create(pbx=pbx, name="theirs", account=other_account)
    stranger = make_user("otto", accounts=[other_account], extension=("230", pbx))
    seen, unseen = waits(10), waits(20, account=other_account, queue=theirs)
    wall = Wallboard.objects.create(name="Hall", changed_at=midnight_now())
    wall.accounts.set([account])
    (picture,) = _wallboards([(wall.pk, None)], monotonic()).values()
    assert f"w:{seen.id}" in picture and f"w:{unseen.id}" not in picture
    assert f"q:{queue.pk}" in picture and f"q:{theirs.pk}" not in picture
    assert f"a:{owner.pk}" in picture and f"a:{stranger.pk}" not in picture
    empty = _wallboards([(wall.pk, frozenset({other_account.pk}))], monotonic())[wall.pk, frozenset({other_account.pk})]
    assert not [name for name in empty if name[:2] in ("w:", "q:", "a:")]


def test_what_a_pbx_that_is_away_said_is_marked_unknown(owner: Any, queue: Any, pbx: Any, now: datetime) -> None:
    Pbx.objects.filter(pk=pbx.pk).update(state="down", state_at=now)
    found = floor_now(None)
    assert found[f"x:{pbx.pk}"] == {"n": pbx.name, "t": milliseconds(now)}
    assert found[f"q:{queue.pk}"]["x"] and found[f"a:{owner.pk}"]["x"]


def test_looking_costs_the_same_for_any_number_of_groups(
    owner: Any, queue: Any, account: Any, other_account: Any, django_assert_num_queries: Any, now: datetime
) -> None:
    walls = [Wallboard.objects.create(name=str(n), all_accounts=True, changed_at=now) for n in range(5)]
    with django_assert_num_queries(7):  # the wallboards, the day, and five for all that goes on
        _wallboards(
            [(wall.pk, accounts) for wall in walls for accounts in (None, frozenset({account.pk}))], monotonic()
        )


def test_a_snapshot_knows_members_by_pbx(queue: Any, pbx: Any, now: datetime) -> None:
    seen = replace(take_snapshot(now), calls=[])
    assert seen.members[pbx.pk, "201"] == {queue.pk: False}


def test_rules() -> None:
    assert [short_name(name) for name in ("Ada Lovelace", "Cher", "Jean Luc de Rop")] == ["Ada L.", "Cher", "Jean R."]
    assert [service_level(799, 1000), service_level(0, 0), service_level(5, 5)] == [79, None, 100]
