"""The stream through its own door: an ASGI conversation over the test database."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from django.contrib.auth import logout
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from callwright.live import stream
from callwright.live.client import MOST_WAITING, Client
from callwright.live.hub import MOST_STREAMS_OF_A_USER, Hub
from callwright.live.listening import connection_parameters
from callwright.live.models import LiveEvent
from callwright.live.operations.forget_old import forget_old
from callwright.live.operations.publish import Change
from callwright.live.queries.log import Logged, newest_id
from callwright.live.queries.replay import Missed, missed_since
from callwright.live.stream import Streams
from callwright.live.tests.conversation import PATIENCE_S, Conversation, act, log_in, tell
from callwright.live.topics import Listener

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_change_reaches_those_who_listen_to_its_topic(streams: Streams, owner: Any, colleague: Any) -> None:
    mine = Conversation(streams, await act(log_in)(owner), f"desk:{owner.pk}")
    other = Conversation(streams, await act(log_in)(colleague), f"desk:{colleague.pk}")
    await mine.opened()
    await other.opened()
    await act(tell)(Change(topic=f"desk:{owner.pk}", name="call", key="7", data={"status": "ringing"}))
    assert await mine.change() == {
        "topic": f"desk:{owner.pk}", "name": "call", "key": "7", "data": {"status": "ringing"},
    }  # fmt: skip
    assert await other.silence()


async def test_changes_that_are_too_many_for_one_notice_arrive_all(streams: Streams, owner: Any) -> None:
    mine = await Conversation(streams, await act(log_in)(owner), f"desk:{owner.pk}").opened()
    topic, keys = f"desk:{owner.pk}", [f"call {number}" for number in range(150)]
    await act(tell)(*(Change(topic=topic, name="call", key=key, data={"name": "Zoë " * 20}) for key in keys))
    assert [(await mine.change())["key"] for _ in keys] == keys


async def test_a_change_of_an_account_is_told_only_to_those_who_may_see_it(
    streams: Streams, owner: Any, outsider: Any, account: Any
) -> None:
    inside = await Conversation(streams, await act(log_in)(owner), "calls").opened()
    outside = await Conversation(streams, await act(log_in)(outsider), "calls").opened()
    await act(tell)(Change(topic="calls", name="call", key="1", account_id=account.pk))
    assert (await inside.change())["key"] == "1"
    assert await outside.silence()


async def test_closed_doors(streams: Streams, owner: Any, colleague: Any, customer: Any) -> None:
    session = await act(log_in)(owner)
    for topics in (f"desk:{colleague.pk}", f"calls,desk:{colleague.pk}", "access", "nobody-declared-this", ""):
        refused = Conversation(streams, session, topics)
        await refused.over()
        assert refused.status == 403, topics
    stranger = Conversation(streams, "made-up", "calls")
    await stranger.over()
    assert stranger.status == 401
    portal = Conversation(streams, await act(log_in)(customer), "calls")
    await portal.over()
    assert portal.status == 403
    assert not streams.hub.clients


@pytest.mark.parametrize("other", ['prefs={"a":1}; ', "x=a b; ", "foo; ", "u=Jörg; ", 'cut="off; '])
async def test_cookies_of_others_do_not_hide_the_session(streams: Streams, owner: Any, other: str) -> None:
    mine = Conversation(streams, await act(log_in)(owner), "calls", other_cookies=other)
    async with asyncio.timeout(PATIENCE_S):
        while not mine.status:  # noqa: ASYNC110 - refused or opened
            await asyncio.sleep(0.02)
    assert mine.status == 200


@pytest.mark.parametrize("away", [timedelta(0), timedelta(minutes=30)])
async def test_what_was_missed_is_replayed_also_when_it_was_committed_out_of_order(
    streams: Streams, owner: Any, account: Any, other_account: Any, away: timedelta
) -> None:
    topic, left = f"desk:{owner.pk}", datetime.now(UTC) - away
    await act(tell)(Change(topic=topic, name="call", key="long before"), now=left - timedelta(minutes=2))
    await act(tell)(Change(topic=topic, name="call", key="before"), now=left)
    seen = await act(newest_id)()
    await act(tell)(
        Change(topic=topic, name="call", key="late", account_id=account.pk),
        Change(topic=topic, name="call", key="foreign", account_id=other_account.pk),
        Change(topic="calls", name="call", key="another topic"),
        now=left,
    )
    # The page saw the later id first: an earlier one that became visible afterwards must come all the same.
    back = await Conversation(streams, await act(log_in)(owner), topic, since=str(seen + 1)).opened()
    assert {(await back.change())["key"], (await back.change())["key"]} == {"before", "late"}
    assert await back.silence()


@pytest.fixture
def told_while_reading(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> list[Change]:
    """These changes are heard after what was missed has been read, and before it is sent."""
    changes: list[Change] = []

    def read(listener: Listener, topics: frozenset[str], since: int) -> Missed:
        missed = missed_since(listener, topics, since)
        tell(*changes)
        patience = time.monotonic() + PATIENCE_S
        while streams.hub.newest < newest_id() and time.monotonic() < patience:
            time.sleep(0.01)
        return missed

    monkeypatch.setattr(stream, "missed_since", read)
    return changes


async def test_what_happens_while_the_missed_is_read_comes_after_it(
    streams: Streams, owner: Any, told_while_reading: list[Change]
) -> None:
    await act(tell)(Change(topic="calls", name="call", key="before"))
    seen = await act(newest_id)()
    await act(tell)(Change(topic="pbx", name="link", key="7", data={"status": "up"}))
    told_while_reading.append(Change(topic="pbx", name="link", key="7", data={"status": "down"}))
    back = await Conversation(streams, await act(log_in)(owner), "pbx", since=str(seen)).opened()
    assert [(await back.change())["data"]["status"] for _ in range(2)] == ["up", "down"]


async def test_what_happens_while_a_reload_is_found_due_comes_after_it(
    streams: Streams, owner: Any, told_while_reading: list[Change]
) -> None:
    told_while_reading.append(Change(topic="calls", name="call", key="7"))
    unknown = str(await act(newest_id)() + 1_000_000)
    back = await Conversation(streams, await act(log_in)(owner), "calls", since=unknown).opened()
    assert [(await back.block())["event"] for _ in range(2)] == ["reload", "live"]


async def test_an_id_that_is_too_old_or_unknown_means_reload(streams: Streams, owner: Any) -> None:
    session = await act(log_in)(owner)
    await LiveEvent.objects.all().adelete()
    old = datetime.now(UTC) - timedelta(hours=2)
    await act(tell)(Change(topic="calls", name="call", key="1"), now=old)
    first = await act(newest_id)()
    await act(tell)(Change(topic="calls", name="call", key="2"), now=old)
    await act(tell)(Change(topic="calls", name="call", key="3"))
    assert await act(forget_old)(now=datetime.now(UTC)) == 2
    assert await LiveEvent.objects.acount() == 1
    for since in (str(first), str(first + 1_000_000), "not a number"):
        back = await Conversation(streams, session, "calls", since=since).opened()
        assert (await back.block())["event"] == "reload", since


class LingeringSession(SessionStore):
    """Ends later than a stream can be told to prove its rights."""

    def flush(self) -> None:
        time.sleep(0.3)
        super().flush()


async def test_logging_out_ends_the_stream(streams: Streams, owner: Any) -> None:
    session = await act(log_in)(owner)
    mine = await Conversation(streams, session, f"desk:{owner.pk}").opened()

    def leave() -> None:
        request = HttpRequest()
        request.session, request.user = LingeringSession(session), owner
        logout(request)

    await act(leave)()
    await mine.over()
    assert mine.ended and not streams.hub.clients


async def test_rights_that_were_taken_away_count_at_once(streams: Streams, owner: Any, account: Any) -> None:
    mine = await Conversation(streams, await act(log_in)(owner), "calls").opened()
    await owner.account_rights.all().adelete()
    await act(tell)(Change(topic="access", name="changed", key=str(owner.pk)))
    await asyncio.sleep(0.3)
    await act(tell)(Change(topic="calls", name="call", key="1", account_id=account.pk))
    assert await mine.silence()


@pytest_asyncio.fixture
async def deaf(owner: Any) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """No process can begin to listen, until it is called."""
    async with await psycopg.AsyncConnection.connect(**connection_parameters()) as connection:
        await connection.execute("LOCK TABLE live_liveevent")
        yield connection.commit


async def asking(streams: Streams) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not streams.hub.clients:  # noqa: ASYNC110 - nobody else waits for this
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("deaf")
async def test_a_browser_that_goes_before_changes_are_heard_leaves_no_stream_behind(
    owner: Any, streams: Streams
) -> None:
    mine = Conversation(streams, await act(log_in)(owner), "calls")
    await asking(streams)
    await mine.leave()
    assert not streams.hub.clients


@pytest.mark.usefixtures("deaf")
async def test_a_browser_is_not_told_that_it_is_connected_while_changes_cannot_be_heard(
    owner: Any, streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARD_WITHIN_S", 0.2)
    mine = await Conversation(streams, await act(log_in)(owner), "calls").over()
    assert mine.status == 503 and not streams.hub.clients


async def test_logging_out_before_changes_are_heard_ends_the_stream_too(
    owner: Any, streams: Streams, deaf: Callable[[], Awaitable[None]]
) -> None:
    session = await act(log_in)(owner)
    mine = Conversation(streams, session, "calls")
    await asking(streams)
    await act(SessionStore(session).flush)()
    await deaf()
    await mine.over()
    assert mine.ended and not streams.hub.clients


async def test_too_many_streams_of_one_user(streams: Streams, owner: Any) -> None:
    session = await act(log_in)(owner)
    for _ in range(MOST_STREAMS_OF_A_USER):
        await Conversation(streams, session, "calls").opened()
    one_more = Conversation(streams, session, "calls")
    await one_more.over()
    assert one_more.status == 429


def test_a_client_that_does_not_read_is_cut_off_and_the_others_are_not() -> None:
    hub = Hub()
    listener = Listener(user_id=1, role="agent", accounts=None)
    slow, other = (Client(listener, frozenset({"calls"}), "") for _ in range(2))
    hub.add(slow)
    for number in range(MOST_WAITING + 1):
        hub.send([Logged(number + 1, "calls", "call", "", None, {})])
    hub.add(other)
    hub.send([Logged(MOST_WAITING + 5, "calls", "call", "", None, {})])
    assert slow.closed and not other.closed


async def test_what_is_replayed_does_not_make_a_client_too_slow() -> None:
    client = Client(Listener(user_id=1, role="agent", accounts=None), frozenset({"calls"}), "")
    client.put(b"live ")
    client.put_first([b"missed "] * MOST_WAITING)
    client.put(b"live ")
    assert await client.take() == b"missed " * MOST_WAITING + b"live live "
    client.put_first([])
    with pytest.raises(TimeoutError):  # nothing missed is nothing to send, and no end of the stream
        async with asyncio.timeout(0.1):
            await client.take()
