"""Workers are killed while they send mail: no message is lost, and none is doubled but the one they were at (MSG-4)."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from callwright.kit.identity import uuid7_now
from callwright.messaging.testing import Post, serving
from tests.faults.ground import Installation
from tests.faults.load import until

pytestmark = pytest.mark.fault

SERVER = """
    INSERT INTO messaging_mailserver (id, enabled, host, port, security, verify_certificate, username, sealed_password,
        from_address, from_name, public_url, kept_days, failures, problem, answer)
    VALUES (1, true, '127.0.0.1', %s, 'none', true, '', '', 'desk@example.org', 'Desk', '', 90, 0, '', '')
    RETURNING id
"""
MAIL = """
    WITH mail AS (
        INSERT INTO messaging_mail (id, key, event, subject, text, html, language, reply_to, attachments, message_id,
            state, perhaps_sent, created_at, tries, doubts)
        VALUES (%s, %s, '', %s, 'x', '<p>x</p>', 'en', '', '[]', '', 'waiting', false, now(), 0, 0) RETURNING id
    )
    INSERT INTO messaging_mailrecipient (mail_id, address, name, state, answer)
    SELECT id, %s, '', 'waiting', '' FROM mail RETURNING id
"""


def queue(house: Installation, count: int) -> None:
    now = datetime.now(UTC)
    for n in range(count):
        house.rows(MAIL, uuid7_now(now), str(uuid4()), f"Message {n}", f"p{n}@example.org")


def states(house: Installation) -> Counter[str]:
    return Counter(dict(house.rows("SELECT state, count(*) FROM messaging_mail GROUP BY state")))


def time_passes(house: Installation) -> None:
    """The leases of the dead run out, and what was to be tried later is due."""
    house.rows("UPDATE messaging_mail SET leased_until = now() WHERE state = 'sending' RETURNING id")
    house.rows("UPDATE messaging_mail SET due_at = now() WHERE state = 'waiting' AND due_at > now() RETURNING id")


async def test_a_worker_killed_while_the_server_takes_a_message(house: Installation) -> None:
    post = Post(delay_s=2.0)
    with serving(post) as port:
        house.rows(SERVER, port)
        queue(house, 1)
        worker = house.start("worker")
        await until(lambda: post.offered == 1, 90, "the message is being handed over")
        await asyncio.to_thread(worker.kill)
        assert states(house) == {"sending": 1}
        await until(lambda: len(post.received) == 1, 30, "the server took it, whoever hears that")
        post.delay_s = 0
        house.start("worker")
        await asyncio.sleep(5)
        assert post.offered == 1  # its lease still holds: perhaps somebody is at it
        house.rows("UPDATE messaging_mail SET leased_until = now() RETURNING id")
        doubt = "SELECT count(*) FROM messaging_mail WHERE state = 'waiting' AND perhaps_sent AND due_at > now()"
        await until(lambda: house.rows(doubt) == [(1,)], 90, "it is told as perhaps sent")
        assert post.offered == 1
        time_passes(house)
        await until(lambda: states(house) == {"sent": 1}, 90, "it was sent")
    assert len(post.received) == 2
    assert len({one.message["Message-ID"] for one in post.received}) == 1  # the server can tell that it is the same
    rows = house.rows("SELECT outcome FROM messaging_mailattempt ORDER BY id")
    assert rows == [("doubt",), ("sent",)]


async def test_workers_killed_again_and_again_lose_no_message(house: Installation) -> None:
    post = Post(delay_s=0.02)
    with serving(post) as port:
        house.rows(SERVER, port)
        queue(house, 150)
        kills = 3
        for n in range(kills):
            workers = [house.start("worker") for _ in range(2)]
            reached = 30 * (n + 1)
            await until(lambda: len(post.received) >= reached, 90, f"{reached} messages")  # noqa: B023
            for worker in workers:
                await asyncio.to_thread(worker.kill)
            time_passes(house)
        house.start("worker")

        def all_sent() -> bool:
            time_passes(house)
            return states(house) == {"sent": 150}

        await until(all_sent, 90, "all are sent")
    times = Counter(one.message["Subject"] for one in post.received)
    assert set(times) == {f"Message {n}" for n in range(150)}
    doubled = [subject for subject, count in times.items() if count > 1]
    assert len(doubled) <= kills * 2  # the one message that each worker was at
    numbers = {(one.message["Subject"], one.message["Message-ID"]) for one in post.received}
    assert len(numbers) == 150
