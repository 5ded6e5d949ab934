"""What many pages show alike is drawn once for all who see the same, and told to them soon after a change."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.utils import translation

from callwright.live import topics
from callwright.live.client import Client
from callwright.live.hub import Hub
from callwright.live.queries.log import Logged
from callwright.live.stream import _language
from callwright.live.tests.test_digest import heard
from callwright.live.topics import Listener, declare_shared

Draw = Callable[[frozenset[int] | None], str]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[frozenset[int] | None, str]]]:
    """For whom the number was drawn, in turn."""
    found: list[tuple[frozenset[int] | None, str]] = []

    def draw(accounts: frozenset[int] | None) -> str:
        found.append((accounts, translation.get_language()))
        return f"<b>{len(found)}</b>"

    declared(monkeypatch, draw)
    yield found


def declared(monkeypatch: pytest.MonkeyPatch, draw: Draw) -> None:
    monkeypatch.setattr(topics, "_shared", {})
    monkeypatch.setattr(topics, "_rules", dict(topics._rules))
    declare_shared("number", of="missed", draw=draw, rule=lambda listener, rest: True)


def listening(hub: Hub, accounts: set[int] | None, language: str = "en", topic: str = "number") -> Client:
    listener = Listener(
        1, "agent", None if accounts is None else frozenset(accounts), SimpleNamespace(language=language)
    )
    client = Client(listener, frozenset({topic}), "")
    hub.add(client)
    return client


def change(id: int, account: int | None = 7) -> Logged:
    return Logged(id, "missed", "changed", "", account, {})


async def told(hub: Hub, *clients: Client) -> None:
    """What is told because they began to listen."""
    await hub.tell_shared()
    for client in clients:
        await heard(client)


async def test_it_is_drawn_once_for_each_accounts_and_language(drawn: list[tuple[frozenset[int] | None, str]]) -> None:
    hub = Hub()
    clients = [listening(hub, {7}), listening(hub, {7}), listening(hub, {7}, "nl"), listening(hub, None)]
    await told(hub, *clients)
    drawn.clear()
    hub.send([change(1), change(2), change(3)])
    await hub.tell_shared()
    assert sorted(drawn, key=str) == sorted([({7}, "en"), ({7}, "nl"), (None, "en")], key=str)
    messages = [await heard(client) for client in clients]
    assert [len(one) for one in messages] == [1, 1, 1, 1]
    assert messages[0] == messages[1] != messages[2]
    assert messages[0][0].items() >= {"topic": "number", "name": "shared"}.items()
    assert messages[0][0]["part"].startswith("<b>")
    await hub.tell_shared()
    assert not any(client._waiting for client in clients)  # nothing new, nothing said


async def test_who_begins_to_listen_is_told_how_it_is(drawn: list[tuple[frozenset[int] | None, str]]) -> None:
    hub = Hub()
    client = listening(hub, {7})
    elsewhere = listening(hub, {7}, topic="missed")
    await hub.tell_shared()
    assert [one["part"] for one in await heard(client)] == ["<b>1</b>"]
    assert not elsewhere._waiting and len(drawn) == 1


async def test_who_has_not_chosen_a_language_reads_that_of_the_browser(
    drawn: list[tuple[frozenset[int] | None, str]],
) -> None:
    hub = Hub()
    listener = Listener(1, "agent", None, SimpleNamespace(language=""))
    for headers in ({b"accept-language": "nl-NL,nl;q=0.9"}, {b"cookie": "django_language=hu"}, {}):
        hub.add(Client(listener, frozenset({"number"}), "", _language(headers)))
    await hub.tell_shared()
    assert sorted(language for _, language in drawn) == ["en", "hu", "nl"]


async def test_rights_that_change_while_it_is_drawn_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub()
    client = listening(hub, {7})

    def draw(accounts: frozenset[int] | None) -> str:
        client.listener = Listener(1, "agent", frozenset({8}), SimpleNamespace(language="en"))
        return f"<b>{accounts}</b>"

    declared(monkeypatch, draw)
    hub.send([change(1)])
    await hub.tell_shared()
    assert not client._waiting
    await hub.tell_shared()
    assert [one["part"] for one in await heard(client)] == ["<b>frozenset({8})</b>"]


async def test_a_database_that_is_away_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Exception | str] = [OperationalError("gone"), "<b>2</b>"]

    def draw(accounts: frozenset[int] | None) -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    declared(monkeypatch, draw)
    hub = Hub()
    client = listening(hub, None)
    await hub.tell_shared()
    assert not client._waiting
    await hub.tell_shared()
    assert [one["part"] for one in await heard(client)] == ["<b>2</b>"]


async def test_a_part_that_cannot_be_drawn_takes_nothing_else_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(accounts: frozenset[int] | None) -> str:
        raise KeyError("a fault of ours")

    declared(monkeypatch, draw)
    hub = Hub()
    client = listening(hub, None)
    await hub.tell_shared()
    await hub.tell_shared()
    assert not client._waiting
