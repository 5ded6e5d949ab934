"""A board is worked out once for all who see the same, and screens are sent what changed (REP-6)."""

import asyncio
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from callwright.live import boards, topics
from callwright.live.boards import declare_board
from callwright.live.client import Client
from callwright.live.hub import Hub
from callwright.live.queries.log import Logged
from callwright.live.tests.conversation import Conversation
from callwright.live.tests.test_digest import heard
from callwright.live.topics import Listener, declare_pass, may_hear

Asked = list[list[Any]]


class Floor:
    """What is worked out, and for whom it was."""

    def __init__(self) -> None:
        self.asked: Asked = []
        self.values: dict[str, Any] = {"a": 1, "b": 2}
        self.error: Exception | None = None

    def work_out(self, groups: Sequence[Any], since: float) -> dict[Any, dict[str, Any]]:
        self.asked.append(list(groups))
        if self.error is not None:
            raise self.error
        return {group: {**self.values, "of": str(group)} for group in groups}


@pytest.fixture
def floor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Floor]:
    monkeypatch.setattr(boards, "_boards", {})
    monkeypatch.setattr(topics, "_rules", dict(topics._rules))
    monkeypatch.setattr(topics, "_passes", {})
    found = Floor()
    declare_board(
        "wall", of=["calls"], group=lambda listener, rest, language: (rest, listener.accounts),
        work_out=found.work_out, rule=lambda listener, rest: listener.role == "supervisor",
    )  # fmt: skip
    yield found


def screen(hub: Hub, topic: str = "wall:1", accounts: frozenset[int] | None = None) -> Client:
    client = Client(Listener(1, "supervisor", accounts, SimpleNamespace(language="en")), frozenset({topic}), "")
    hub.add(client)
    return client


def call(id: int) -> Logged:
    return Logged(id, "calls", "call", "x", 7, {})


async def told(client: Client) -> list[dict[str, Any]]:
    return [message["data"] for message in await heard(client)]


async def test_ten_screens_cost_what_one_costs_and_are_sent_what_changed(floor: Floor) -> None:
    hub = Hub()
    screens = [screen(hub) for _ in range(10)]
    await hub.boards.tell()
    assert floor.asked == [[("1", None)]]
    for one in screens:
        (first,) = await told(one)
        assert first["all"] and first["set"].items() >= {"a": 1, "b": 2}.items()
    floor.values = {"a": 1, "c": 3}
    hub.send([call(1), call(2), call(3)])
    await hub.boards.tell()
    assert len(floor.asked) == 2  # three changes are one paint
    for one in screens:
        (news,) = await told(one)
        assert (news["set"], news["gone"]) == ({"c": 3}, ["b"])
    await hub.boards.tell()
    assert len(floor.asked) == 2


async def test_who_comes_later_is_given_all_and_the_others_nothing_anew(floor: Floor) -> None:
    hub = Hub()
    first = screen(hub)
    await hub.boards.tell()
    await told(first)
    later = screen(hub)
    await hub.boards.tell()
    assert [set(one["set"]) for one in await told(later)] == [{"a", "b", "of"}]
    assert [one["set"] for one in await told(first)] == [{}]


async def test_nothing_is_worked_out_when_nobody_looks(floor: Floor) -> None:
    hub = Hub()
    client = screen(hub)
    await hub.boards.tell()
    hub.remove(client)
    hub.send([call(1)])
    await hub.boards.tell()
    assert len(floor.asked) == 1


async def test_rights_that_change_make_another_group(floor: Floor) -> None:
    hub = Hub()
    client = screen(hub, accounts=frozenset({7, 8}))
    await hub.boards.tell()
    client.listener = Listener(1, "supervisor", frozenset({8}), SimpleNamespace(language="en"))
    hub.send([call(1)])
    await hub.boards.tell()
    first, second = await told(client)
    assert first["set"]["of"] != second["set"]["of"] and second["all"]


async def test_a_database_that_is_away_is_said_once_and_then_all_goes_on(floor: Floor) -> None:
    hub = Hub()
    client = screen(hub)
    await hub.boards.tell()
    await told(client)
    floor.error = OperationalError("gone")
    hub.send([call(1)])
    for _ in range(3):
        await hub.boards.tell()
    assert [one.get("away") for one in await told(client)] == [True]
    floor.error, floor.values = None, {"a": 9, "b": 2}
    await hub.boards.tell()
    assert [one["set"] for one in await told(client)] == [{"a": 9}]


async def test_a_fault_of_ours_takes_nothing_else_with_it(floor: Floor) -> None:
    hub = Hub()
    client = screen(hub)
    floor.error = KeyError("a fault")
    await hub.boards.tell()
    assert not client._waiting


async def test_a_beat_comes_although_nothing_happens(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boards, "BEAT_EVERY_S", 0.2)
    hub = Hub()
    client = screen(hub)
    task = asyncio.create_task(hub.boards.tell_for_ever())
    await asyncio.sleep(1.5)
    task.cancel()
    assert len(await told(client)) >= 2


def test_a_pass_opens_its_own_board_and_nothing_else(floor: Floor) -> None:
    listener = Listener(-5, "screen", None, None, frozenset({"wall:1"}))
    assert may_hear(listener, "wall:1")
    for topic in ("wall:2", "wall", "calls", "access", "desk:-5", "agent:5"):
        assert not may_hear(listener, topic)


@pytest.mark.django_db(transaction=True)
async def test_a_pass_is_proved_and_ends_when_it_is_taken_away(floor: Floor, streams: Any) -> None:
    from callwright.live.operations.publish import Change
    from callwright.live.tests.conversation import act, tell

    good = {"let-me-in"}
    declare_pass(
        "/wall/live", cookie="wall_pass",
        source=lambda value: Listener(-5, "screen", None, None, frozenset({"wall:1"})) if value in good else None,
    )  # fmt: skip
    refused = await Conversation(streams, "", "calls", path="/wall/live", other_cookies="wall_pass=wrong;").over()
    assert refused.status == 401
    screen = Conversation(streams, "", "calls", path="/wall/live", other_cookies="wall_pass=let-me-in;")
    await screen.opened()
    first = await screen.change()
    assert (first["topic"], first["data"]["all"]) == ("wall:1", True)
    assert streams.hub.users == frozenset()  # it is no user whose desk could be open
    good.clear()
    await act(tell)(Change("access", "changed", "-5"))
    assert (await screen.over()).ended
