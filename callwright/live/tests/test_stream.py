"""The stream through its own door: an ASGI conversation over the test database."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, logout
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpRequest

from callwright.live import stream
from callwright.live.hub import MOST_STREAMS_OF_A_USER, MOST_WAITING, Client, Hub
from callwright.live.listening import connection_parameters
from callwright.live.models import LiveEvent
from callwright.live.operations.forget_old import forget_old
from callwright.live.operations.publish import Change, publish
from callwright.live.queries.log import Logged, newest_id
from callwright.live.stream import Streams
from callwright.live.topics import Listener

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 30  # on a machine with other things to do


def log_in(user: Any) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def tell(*changes: Change, now: datetime | None = None) -> None:
    with transaction.atomic():
        publish(changes, now=now or datetime.now(UTC))


class Conversation:
    """One browser's stream: what was answered, and a way to go away."""

    def __init__(self, streams: Streams, session: str, topics: str, since: str = "") -> None:
        self.status = 0
        self.ended = False
        self._body: asyncio.Queue[bytes] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._rest = ""
        headers = [(b"cookie", f"sessionid={session}".encode())]
        if since:
            headers.append((b"last-event-id", since.encode()))
        scope = {"type": "http", "method": "GET", "path": "/live/stream", "headers": headers}
        scope["query_string"] = f"topics={topics}".encode()
        self.task = asyncio.create_task(streams(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.ended = not message.get("more_body", False)
            await self._body.put(message["body"])

    async def block(self) -> dict[str, str]:
        """The next event (pings and the opening comment are passed over)."""
        async with asyncio.timeout(PATIENCE_S):  # for all of it: pings come more often than patience ends
            while True:
                while "\n\n" in self._rest:
                    block, _, self._rest = self._rest.partition("\n\n")
                    fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
                    if "event" in fields:
                        return fields
                self._rest += (await self._body.get()).decode()

    async def change(self) -> dict[str, Any]:
        return json.loads((await self.block())["data"])

    async def silence(self, seconds: float = 0.3) -> bool:
        # wait_for of Python 3.11 can lose its cancellation to a ping that comes at the same moment, and wait for ever.
        try:
            async with asyncio.timeout(seconds):
                await self.block()
        except TimeoutError:
            return True
        return False

    async def opened(self) -> "Conversation":
        assert b": open" in await asyncio.wait_for(self._body.get(), PATIENCE_S)
        return self

    async def leave(self) -> None:
        self._gone.set()
        await self.over()

    async def over(self) -> "Conversation":
        """Waits until the server has ended it."""
        await asyncio.wait_for(self.task, PATIENCE_S)
        return self


@pytest_asyncio.fixture
async def streams() -> AsyncIterator[Streams]:
    running = Streams()
    yield running
    for client in list(running.hub.clients):
        client.close()
    await asyncio.sleep(0.05)
    await running.stop()


act = sync_to_async


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


async def test_the_listening_connection_is_cut_and_nothing_is_lost(streams: Streams, owner: Any) -> None:
    mine = await Conversation(streams, await act(log_in)(owner), "pbx").opened()
    await act(tell)(Change(topic="pbx", name="link", key="1"))
    assert (await mine.change())["key"] == "1"
    cut = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND query ~ 'live_liveevent|LISTEN' AND pid <> pg_backend_pid()"""
    async with await psycopg.AsyncConnection.connect(**connection_parameters(), autocommit=True) as connection:
        assert (await connection.execute(cut)).rowcount >= 1
    await act(tell)(Change(topic="pbx", name="link", key="2"))
    assert (await mine.change())["key"] == "2"
    await mine.leave()
    assert not streams.hub.clients


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
