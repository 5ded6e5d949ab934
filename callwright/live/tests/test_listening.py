"""The LISTEN connection of a web process: what it tells, in which order, and what it makes up for when it was cut."""

import asyncio
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from callwright.live.access import in_thread
from callwright.live.models import LiveEvent
from callwright.live.operations.publish import Change, publish
from callwright.live.stream import Streams
from callwright.live.tests.conversation import PATIENCE_S, Conversation, act, log_in, tell

pytestmark = pytest.mark.django_db(transaction=True)


def cut_and_tell(*changes: Change) -> None:
    """Commits the changes when the LISTEN connection is gone and has not come back."""
    with transaction.atomic(), connection.cursor() as cursor:
        publish(changes, now=datetime.now(UTC))
        cursor.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND query ~ 'live_liveevent|LISTEN' AND pid <> pg_backend_pid()"""
        )
        assert (True,) in cursor.fetchall()
        cursor.execute("SELECT pg_sleep(0.02)")  # it ends in less, and is not tried again within 0.05 s


async def test_the_listening_connection_is_cut_and_nothing_is_lost(streams: Streams, owner: Any) -> None:
    mine = await Conversation(streams, await act(log_in)(owner), "pbx").opened()
    await act(tell)(Change(topic="pbx", name="link", key="1"))
    assert (await mine.change())["key"] == "1"
    await act(cut_and_tell)(Change(topic="pbx", name="link", key="2"))
    assert (await mine.change())["key"] == "2"
    await mine.leave()
    assert not streams.hub.clients


async def test_after_a_cut_nothing_is_told_from_before_the_process_began(streams: Streams, owner: Any) -> None:
    await act(tell)(Change(topic="pbx", name="link", key="long before"))
    mine = await Conversation(streams, await act(log_in)(owner), "pbx").opened()
    await act(cut_and_tell)(Change(topic="pbx", name="link", key="1"))
    assert (await mine.change())["key"] == "1"
    await act(cut_and_tell)(Change(topic="pbx", name="link", key="2"))
    assert (await mine.change())["key"] == "2"
    assert await mine.silence()


async def test_the_first_change_of_all_is_told_also_when_it_came_in_a_gap(streams: Streams, owner: Any) -> None:
    await LiveEvent.objects.all().adelete()
    mine = await Conversation(streams, await act(log_in)(owner), "pbx").opened()
    await act(cut_and_tell)(Change(topic="pbx", name="link", key="1"))
    assert (await mine.change())["key"] == "1"


async def test_what_was_begun_before_the_process_and_committed_later_is_told(streams: Streams, owner: Any) -> None:
    session = await act(log_in)(owner)
    begun, commit = threading.Event(), threading.Event()

    def tell_slowly() -> None:
        with transaction.atomic():
            publish([Change(topic="pbx", name="link", key="begun before")], now=datetime.now(UTC))
            begun.set()
            assert commit.wait(PATIENCE_S)

    slow = asyncio.create_task(in_thread(tell_slowly))
    try:
        assert await asyncio.to_thread(begun.wait, PATIENCE_S)
        await act(tell)(Change(topic="pbx", name="link", key="newer"))
        mine = await Conversation(streams, session, "pbx").opened()
    finally:
        commit.set()
        await slow
    assert (await mine.change())["key"] == "begun before"


async def test_a_change_that_has_to_be_read_comes_before_a_newer_one_told_in_full(streams: Streams, owner: Any) -> None:
    mine = await Conversation(streams, await act(log_in)(owner), "pbx").opened()

    def tell_both() -> None:
        with transaction.atomic():  # one commit, so that both are heard at once
            many = [Change("pbx", "link", "7", data={"status": "up", "name": "Zoë " * 20})] * 150
            publish(many, now=datetime.now(UTC))
            publish([Change("pbx", "link", "7", data={"status": "down"})], now=datetime.now(UTC))

    await act(tell_both)()
    said = [(await mine.change())["data"]["status"] for _ in range(151)]
    assert said == ["up"] * 150 + ["down"]
