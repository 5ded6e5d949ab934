"""Registering: how long the server takes to save what agents tick, with many desks at work.

    python -m benchmarks.registering [--desks 500] [--rate 20] [--seconds 60]

Starts a PostgreSQL of its own with ordinary durability and the product's web server. `rate` calls a second are
registered, each by three saves as its agent ticks two topics and writes a comment, over kept connections as a browser
has them. The floor is measured in the same run: the bare INSERT of the same two rows (what stands, and the change),
committed, over one connection. All of it shares the machine's processor.
"""

import argparse
import asyncio
import resource
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import psycopg

from benchmarks._desks import collect_no_more
from benchmarks._saving import Saver, make_topics, three_saves
from tests.faults.ground import Installation, Postgres

FLOOR = """
    WITH one AS (
        INSERT INTO registration_registration (id, account_id, call_id, by_id, direction, started_at, local_day, topics,
            words, comment, revision, created_at, updated_at)
        VALUES (%(id)s, %(account)s, %(call)s, %(by)s, 'inbound', now(), now()::date, %(topics)s, '[]', 'Two loaves', 1,
            now(), now())
    )
    INSERT INTO registration_registrationchange (id, account_id, call_id, registration_id, by_id, at, topics, words,
        comment)
    VALUES (%(change)s, %(account)s, %(call)s, %(id)s, %(by)s, now(), %(topics)s, '[]', 'Two loaves')
"""


def furnish(url: str, agents: list[dict[str, Any]], account_id: int) -> tuple[list[int], list[str]]:
    """Topics that are offered, and a call that each agent has talked."""
    topics = make_topics(url)
    from datetime import timedelta

    from django.utils import timezone

    from callwright.accounts.models import Account
    from callwright.calls.testing import add_call

    account, now = Account.objects.get(pk=account_id), timezone.now()
    calls = [
        str(add_call(account, now - timedelta(minutes=5, seconds=at), employee_id=agent["id"]).pk)
        for at, agent in enumerate(agents)
    ]
    return topics, calls


async def measure(house: Installation, topics: list[int], calls: list[str], options: argparse.Namespace) -> list[float]:
    desks = [Saver(house.web_port, agent["session"]) for agent in house.agents]
    took: list[float] = []
    chance = Random(7)

    async def register(at: int) -> None:
        for values in three_saves(topics, chance):
            took.append(await desks[at].save(calls[at], values))
            await asyncio.sleep(chance.uniform(0.2, 0.6))

    tasks, due = [], time.monotonic()
    for number in range(int(options.rate * (options.warm_up + options.seconds))):
        if number == int(options.rate * options.warm_up):
            took.clear()  # what is needed for the first time is loaded by now
            collect_no_more()
        tasks.append(asyncio.create_task(register(number % len(desks))))
        due += 1 / options.rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
    await asyncio.gather(*tasks)
    return took


def floor(url: str, account: int, by: int, rounds: int = 1000) -> list[float]:
    took = []
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(rounds):
            values = {
                "id": uuid4(), "change": uuid4(), "call": uuid4(), "account": account, "by": by, "topics": [1, 2],
            }  # fmt: skip
            began = time.perf_counter()
            connection.execute(FLOOR, values)
            took.append(time.perf_counter() - began)
    return took


def worded(name: str, took: list[float]) -> str:
    cuts = statistics.quantiles(took, n=100)
    p50, p95, p99 = (cuts[at - 1] * 1000 for at in (50, 95, 99))
    return f"{name}: p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f}, worst {max(took) * 1000:.1f} ms of {len(took)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--desks", type=int, default=500)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--warm-up", type=float, default=8)
    parser.add_argument("--workers", type=int, default=1, help="processes of the web server")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    (folder / "house").mkdir()
    postgres = Postgres(folder)
    try:
        postgres.furnish_fresh(agents=options.desks, contacts=0)
        house = Installation(postgres, folder / "house")
        account = postgres.furnished["accounts"][0]
        topics, calls = furnish(house.url, house.agents, account)
        house.start_web(workers=options.workers)
        took = asyncio.run(measure(house, topics, calls, options))
        bare = floor(house.url, account, house.agents[0]["id"])
        print(f"{options.desks} desks, {options.rate:g} calls/s, three saves each")
        print(worded("saving", took))
        print(worded("bare INSERT of the same rows", bare))
        house.end()
    finally:
        postgres.server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
