"""How long a change takes from its publication to every one of many open streams.

    .venv/bin/python -m benchmarks.live_fanout [--clients 1000] [--rate 20] [--seconds 15]

Starts an embedded PostgreSQL and the web server, opens the streams as logged-in agents, then publishes changes of two
kinds: `desk:<user>` for one stream each, and once a second one on `pbx` for all. Prints p50, p99 and the worst in
milliseconds, from just before the transaction that publishes to the bytes at the client.
"""

import argparse
import asyncio
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._database import embedded_database, free_port


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=20.0, help="desk changes a second")
    parser.add_argument("--seconds", type=float, default=15.0)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    folder.chmod(0o755)
    server = embedded_database(folder)
    web = None
    try:
        sessions = _agents(options.clients)
        port = free_port()
        web = subprocess.Popen([sys.executable, "-m", "callwright.config.command", "web", "--port", str(port)])
        asyncio.run(_measure(options, sessions, port))
    finally:
        if web is not None:
            web.terminate()
            web.wait(10)
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _agents(count: int) -> list[tuple[int, str]]:
    """(user id, session key) of `count` logged-in agents."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from callwright.staff.models import User

    User.objects.bulk_create(
        [User(username=f"a{n}", name=f"Agent {n}", password="!", all_accounts=True) for n in range(count)]
    )
    found = []
    for user in User.objects.all():
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        found.append((user.pk, session.session_key))
    return found


class Client:
    """One stream, read as bytes arrive."""

    def __init__(self, user_id: int, session: str, took: dict[str, list[float]]) -> None:
        self.user_id, self.session, self.took = user_id, session, took
        self.open = asyncio.Event()

    async def run(self, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        topics = f"desk:{self.user_id},calls,pbx"
        writer.write(
            f"GET /live/stream?topics={topics} HTTP/1.1\r\nHost: localhost\r\n"
            f"Cookie: sessionid={self.session}\r\n\r\n".encode()
        )
        status = await reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(status.decode())
        while line := await reader.readline():
            if line.startswith(b": open"):
                self.open.set()
            elif line.startswith(b"data: "):
                change = json.loads(line[6:])
                self.took[change["name"]].append(time.perf_counter() - change["data"]["sent"])


async def _measure(options: argparse.Namespace, sessions: list[tuple[int, str]], port: int) -> None:
    await _until_open(port)
    took: dict[str, list[float]] = {"one": [], "all": []}
    clients = [Client(user_id, session, took) for user_id, session in sessions]
    started = time.perf_counter()
    tasks = []
    for client in clients:
        tasks.append(asyncio.create_task(client.run(port)))
        if len(tasks) % 50 == 0:
            await asyncio.wait_for(client.open.wait(), 60)
    for client in clients:
        await asyncio.wait_for(client.open.wait(), 60)
    print(f"{len(clients)} streams open after {time.perf_counter() - started:.1f} s")
    await asyncio.sleep(2)
    sent = await asyncio.to_thread(_publish, options, [client.user_id for client in clients])
    await asyncio.sleep(2)
    for task in tasks:
        task.cancel()
    _print("one of them", took["one"], sent["one"])
    _print("all of them", took["all"], sent["all"] * len(clients))


def _publish(options: argparse.Namespace, users: list[int]) -> dict[str, int]:
    from django.db import connection, transaction
    from django.utils import timezone

    from callwright.live.operations.publish import Change, publish

    sent = {"one": 0, "all": 0}
    begin = time.perf_counter()
    while (now := time.perf_counter() - begin) < options.seconds:
        kind = "all" if now >= sent["all"] + 1 else "one"
        topic = "pbx" if kind == "all" else f"desk:{random.choice(users)}"
        with transaction.atomic():
            publish([Change(topic=topic, name=kind, data={"sent": time.perf_counter()})], now=timezone.now())
        sent[kind] += 1
        time.sleep(random.expovariate(options.rate))
    connection.close()
    return sent


async def _until_open(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.1)
    raise RuntimeError("the web server did not start")


def _print(name: str, seconds: list[float], expected: int) -> None:
    ordered = sorted(value * 1000 for value in seconds)
    if not ordered:
        print(f"{name}: nothing arrived of {expected}")
        return
    at = lambda share: ordered[min(len(ordered) - 1, int(len(ordered) * share))]  # noqa: E731
    print(
        f"to {name}: {len(ordered)} of {expected} arrived, "
        f"p50 {at(0.5):.1f} ms, p99 {at(0.99):.1f} ms, worst {ordered[-1]:.1f} ms"
    )


if __name__ == "__main__":
    main()
