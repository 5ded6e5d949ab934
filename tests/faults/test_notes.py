"""The worker is killed while it sends notes: each reaches the people of its account once (ACC-6)."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from callwright.kit.identity import uuid7_of
from callwright.messaging.testing import Post, serving
from tests.faults.ground import Installation
from tests.faults.load import until
from tests.faults.test_mail import SERVER, time_passes

pytestmark = pytest.mark.fault

CALL = """
    INSERT INTO calls_call (id, account_id, pbx_key, source, direction, status, from_number, from_received, from_name,
        to_number, to_received, dialled_number, dialled_received, client_number, extension, answered_by,
        transferred_to, rung, started_at, ended_at, ring_s, wait_s, hold_s, talk_s, hangup_by, cause_text, complete,
        local_day, comment, updated_at)
    SELECT %s, a.id, %s, 'test', 'inbound', 'answered', '', '', %s, '', '', '', '', '', '', '', '', '{}', %s, %s, 0, 0,
        0, 10, '', '', true, now()::date, '', now()
    FROM accounts_account a ORDER BY a.id LIMIT 1 RETURNING account_id
"""
TO = """
    INSERT INTO accounts_noterecipient (account_id, name, email, phone, by_default)
    VALUES (%s, 'A', %s, '', true) RETURNING id
"""
NOTE = """
    INSERT INTO calls_callnote (account_id, call_id, text, recipients, created_at, updated_at, waits_since)
    VALUES (%s, %s, %s, jsonb_build_array(jsonb_build_object('id', %s::bigint, 'name', 'A', 'email', 'a@b.example')),
        now(), now(), now() - interval '10 minutes') RETURNING id
"""
NOTES = 25


def write(house: Installation) -> None:
    now = datetime.now(UTC)
    recipient = 0
    for n in range(NOTES):
        key, at = f"note-{n}", now - timedelta(minutes=20, milliseconds=n)
        call = uuid7_of(at, key)
        ((account,),) = house.rows(CALL, call, key, f"Caller {n}", at, at + timedelta(seconds=10))
        if not recipient:
            ((recipient,),) = house.rows(TO, account, "office@baker.example")
        house.rows(NOTE, account, call, f"Note {n}", recipient)


async def test_a_worker_killed_while_it_sends_notes_loses_none_and_doubles_none(house: Installation) -> None:
    post = Post(delay_s=0.05)
    with serving(post) as port:
        house.rows(SERVER, port)
        write(house)
        for reached in (3, 12):
            workers = [house.start("worker") for _ in range(2)]
            await until(lambda: len(post.received) >= reached, 90, f"{reached} notes")  # noqa: B023
            for worker in workers:
                await asyncio.to_thread(worker.kill)
            time_passes(house)
        house.start("worker")

        def all_sent() -> bool:
            time_passes(house)
            return house.rows("SELECT count(*) FROM calls_callnote WHERE state = 'sent'") == [(NOTES,)]

        await until(all_sent, 90, "every note says that it was sent")
    assert house.rows("SELECT count(*), max(version) FROM calls_notesending WHERE state = 'sent'") == [(NOTES, 1)]
    assert house.rows("SELECT count(*) FROM messaging_mail WHERE event = 'call_note'") == [(NOTES,)]
    times = Counter(one.message["Subject"] for one in post.received)
    assert set(times) == {f"Note on the call from Caller {n}" for n in range(NOTES)}
    numbers = {(one.message["Subject"], one.message["Message-ID"]) for one in post.received}
    assert len(numbers) == NOTES  # what a killed worker handed over without an answer comes under the same number
