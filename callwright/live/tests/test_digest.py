"""Changes that hundreds of open pages show are gathered, so that each page hears once a second at most."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from callwright.live import topics
from callwright.live.client import Client
from callwright.live.hub import Hub
from callwright.live.queries.log import Logged
from callwright.live.topics import Listener, declare_digest


@pytest.fixture
def _gathers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(topics, "_digests", [])
    monkeypatch.setattr(topics, "_rules", dict(topics._rules))
    declare_digest("people", of="floor", name="state", rule=lambda listener, rest: True)
    yield


def change(id: int, key: str, state: str, name: str = "state") -> Logged:
    return Logged(id, "floor", name, key, None, {"state": state})


def listening(hub: Hub, topic: str) -> Client:
    client = Client(Listener(1, "agent", None), frozenset({topic}), "")
    hub.add(client)
    return client


async def heard(client: Client) -> list[dict[str, Any]]:
    piece = (await asyncio.wait_for(client.take(), 1)).decode()
    return [json.loads(line.removeprefix("data: ")) for line in piece.splitlines() if line.startswith("data: ")]


@pytest.mark.usefixtures("_gathers")
async def test_many_changes_become_one_message_with_the_newest_of_each() -> None:
    hub = Hub()
    agent, supervisor = listening(hub, "people"), listening(hub, "floor")
    hub.send([change(1, "7", "ringing"), change(2, "8", "paused"), change(3, "7", "talking")])
    hub.send([change(4, "9", "", name="seat")])
    await hub.tell_digests()
    [message] = await heard(agent)
    assert message["topic"] == "people"
    assert message["data"] == {"7": {"state": "talking"}, "8": {"state": "paused"}}
    assert len(await heard(supervisor)) == 4
    await hub.tell_digests()
    assert not agent._waiting  # nothing new, nothing said
