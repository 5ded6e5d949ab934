"""Parts of pages travel with the change, in the order of what happened, and only to whom they were drawn for."""

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from callwright.live import topics
from callwright.live.client import Client
from callwright.live.hub import Hub
from callwright.live.queries.log import Logged
from callwright.live.topics import Listener, declare_part

pytestmark = pytest.mark.django_db(transaction=True)


class Drawing:
    """What was drawn for whom; each drawing waits until it is let go."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, str, bool]] = []
        self.go = threading.Semaphore(0)
        self.began = threading.Event()
        self.fails = False

    def __call__(self, user: Any, key: str, data: dict[str, Any], is_known: bool) -> str | None:
        self.asked.append((user, key, is_known))
        self.began.set()
        assert self.go.acquire(timeout=10)
        if self.fails:
            raise RuntimeError("the template is broken")
        return f"<p>{data['phase']}</p>" if data["phase"] != "gone" else None


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Drawing]:
    monkeypatch.setattr(topics, "_parts", {})
    drawing = Drawing()
    declare_part("desk", "call", drawing)
    yield drawing


def change(id: int, phase: str, *, name: str = "call", key: str = "7", account: int | None = None) -> Logged:
    return Logged(id, "desk:1", name, key, account, {"phase": phase})


def listening(hub: Hub, user_id: int = 1, accounts: frozenset[int] | None = None) -> Client:
    client = Client(Listener(user_id, "agent", accounts, user=f"user {user_id}"), frozenset({"desk:1"}), "")
    hub.add(client)
    return client


async def heard(client: Client) -> list[tuple[str, str, str | None]]:
    piece = (await asyncio.wait_for(client.take(), 10)).decode()
    said = [json.loads(line.removeprefix("data: ")) for line in piece.splitlines() if line.startswith("data: ")]
    return [(one["name"], one["data"]["phase"], one.get("part")) for one in said]


async def test_a_part_comes_with_its_change_and_says_whether_the_page_has_it(drawing: Drawing) -> None:
    hub = Hub()
    client = listening(hub)
    drawing.go.release(2)
    hub.send([change(1, "ringing")])
    assert await heard(client) == [("call", "ringing", "<p>ringing</p>")]
    hub.send([change(2, "talking")])
    assert await heard(client) == [("call", "talking", "<p>talking</p>")]
    assert drawing.asked == [("user 1", "7", False), ("user 1", "7", True)]
    listening(hub)  # the page was loaded again: it has what it drew itself, whatever that is
    drawing.go.release()
    hub.send([change(3, "ended")])
    await heard(client)
    assert drawing.asked[-1] == ("user 1", "7", False)


async def test_what_happens_while_a_part_is_drawn_comes_after_it_and_is_drawn_once(drawing: Drawing) -> None:
    hub = Hub()
    client = listening(hub)
    hub.send([change(1, "ringing")])
    await asyncio.to_thread(drawing.began.wait, 10)
    hub.send([change(2, "talking"), change(3, "on hold"), change(4, "", name="note")])
    hub.send([change(5, "other call", key="8")])
    drawing.go.release(3)
    said: list[tuple[str, str, str | None]] = []
    while len(said) < 4:
        said += await heard(client)
    of_this_call = [one for one in said if one[1] != "other call"]
    assert of_this_call == [
        ("call", "ringing", "<p>ringing</p>"), ("call", "on hold", "<p>on hold</p>"), ("note", "", None),
    ]  # fmt: skip


async def test_where_nothing_can_be_drawn_the_change_comes_alone(
    drawing: Drawing, caplog: pytest.LogCaptureFixture
) -> None:
    hub = Hub()
    client = listening(hub)
    drawing.go.release(2)
    hub.send([change(1, "gone")])
    assert await heard(client) == [("call", "gone", None)]
    drawing.fails = True
    hub.send([change(2, "ringing")])
    assert await heard(client) == [("call", "ringing", None)]
    assert "could not be drawn" in caplog.text


async def test_a_part_is_not_sent_to_whom_it_was_not_drawn_for(drawing: Drawing) -> None:
    hub = Hub()
    mine, foreign, closed = listening(hub), listening(hub, user_id=2), listening(hub, accounts=frozenset({5}))
    drawing.go.release()
    hub.send([change(1, "ringing", account=4)])
    assert {await told(mine), await told(foreign)} == {"<p>ringing</p>", None}
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await closed.take()


async def told(client: Client) -> str | None:
    return (await heard(client))[0][2]
