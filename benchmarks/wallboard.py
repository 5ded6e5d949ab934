"""What a wallboard with many agents costs: for one screen and for ten, and how quickly it is painted.

    .venv/bin/python -m benchmarks.wallboard [--agents 500] [--rate 5] [--seconds 20] [--screens 1,10]

An embedded PostgreSQL, the web server, agents in twenty queues, 20 000 calls of today. Agents change their states at
the rate given; screens without a login hear it. One of them is Chromium at 1080 lines, the others read their stream.
Prints, for each number of screens: processor time of the web server and of the database for each change and of a
second, paints a second, how long the script of a paint took in Chromium, and until the frame after it stood.
"""

import argparse
import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks._database import embedded_database, free_port
from benchmarks._processor import used_by

QUEUES = 20
STATES = ("ready", "talking", "wrap_up", "paused", "ringing")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", type=int, default=500)
    parser.add_argument("--calls", type=int, default=20_000, help="of today")
    parser.add_argument("--rate", type=float, default=5.0, help="changes of agents' states a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--screens", default="1,10")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    folder.chmod(0o755)
    server = embedded_database(folder)
    web = None
    try:
        postmaster = int((server.layout.data / "postmaster.pid").read_text().splitlines()[0])
        token = _furnish(options)
        port = free_port()
        web = subprocess.Popen([sys.executable, "-m", "callwright.config.command", "web", "--port", str(port)])
        _until_open(port)
        for screens in (int(one) for one in options.screens.split(",")):
            _measure(options, screens, port, token, (web.pid, postmaster))
    finally:
        if web is not None:
            web.terminate()
            web.wait(10)
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _furnish(options: argparse.Namespace) -> str:
    """Agents at their phones, queues, calls of today, one wallboard; returns the token of its screen."""
    from callwright.accounts.models import Account
    from callwright.floor.models import Wallboard
    from callwright.floor.operations.screens import make_screen
    from callwright.staff.models import AgentState, Extension, User
    from callwright.telephony.models import Pbx, Queue, QueueMember

    now, choice = datetime.now(UTC), random.Random(4)
    account = Account.objects.create(name="Bench", is_default=True)
    pbx = Pbx.objects.create(slug="bench", name="Bench", state="up")
    queues = Queue.objects.bulk_create([Queue(pbx=pbx, name=f"q{n}", account=account) for n in range(QUEUES)])
    users = User.objects.bulk_create(
        [
            User(username=f"a{n}", name=f"Agent Number {n}", password="!", all_accounts=True)
            for n in range(options.agents)
        ]
    )
    Extension.objects.bulk_create(
        [Extension(pbx=pbx, number=str(1000 + n), employee=user, taken_at=now) for n, user in enumerate(users)]
    )
    AgentState.objects.bulk_create(
        [AgentState(user=user, state=choice.choice(STATES), wanted="ready", since=now) for user in users]
    )
    QueueMember.objects.bulk_create(
        [
            QueueMember(queue=queues[(n + more) % QUEUES], extension=str(1000 + n), at=now)
            for n in range(options.agents)
            for more in range(3)
        ]
    )
    _calls(options.calls, account, queues, now)
    boss = User.objects.create(username="boss", name="Boss", password="!", role="supervisor", all_accounts=True)
    board = Wallboard.objects.create(name="Bench", all_accounts=True, changed_at=now)
    return make_screen(viewer=boss, wallboard_id=board.pk, name="Wall", expires_at=None, now=now)[1]


def _calls(count: int, account: Any, queues: list[Any], now: datetime) -> None:
    from django.db import connection

    from callwright.calls.testing import add_call

    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    template = add_call(account, midnight + timedelta(seconds=1), queue=queues[0])
    names = [field.column for field in type(template)._meta.concrete_fields if field.column not in ("id", "queue_id")]
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO calls_call (id, queue_id, {columns})
                SELECT overlay(id::text PLACING lpad(to_hex(n), 12, '0') FROM 25)::uuid, %s + n %% %s, {columns}
                FROM calls_call, generate_series(1, %s) AS n WHERE id = %s""",
            [queues[0].pk, QUEUES, count, template.pk],
        )
        cursor.execute("ANALYZE")


_WATCH = """
    window.paints = [];
    window.shown = [];
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntriesByName("board-paint")) {
        window.paints.push(duration);
        requestAnimationFrame(() => setTimeout(() => window.shown.push(performance.now() - startTime)));
      }
    }).observe({ entryTypes: ["measure"] });
"""


class Reader(threading.Thread):
    """A screen that only hears."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(daemon=True)
        request = urllib.request.Request(f"http://127.0.0.1:{port}/floor/screen/live")
        request.add_header("Cookie", f"callwright_screen={token}")
        self.answer = urllib.request.urlopen(request, timeout=60)
        self.messages = 0

    def run(self) -> None:
        try:
            for line in self.answer:
                self.messages += line.startswith(b"data: ")
        except (OSError, ValueError, AttributeError):  # closed while it reads
            return


def _measure(options: argparse.Namespace, screens: int, port: int, token: str, roots: tuple[int, int]) -> None:
    from playwright.sync_api import sync_playwright

    readers = [Reader(port, token) for _ in range(screens - 1)]
    for reader in readers:
        reader.start()
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        page = chromium.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"http://127.0.0.1:{port}/floor/screen/#{token}")
        page.wait_for_selector("[data-board]:not([hidden])", timeout=60_000)
        time.sleep(3)
        page.evaluate(_WATCH)
        before, began = [_spent(pid) for pid in roots], time.perf_counter()
        with ThreadPoolExecutor(1) as apart:  # Playwright's loop runs in this one
            changes = apart.submit(_change, options).result()
        went = time.perf_counter() - began
        after = [_spent(pid) for pid in roots]
        paints, shown = page.evaluate("[window.paints, window.shown]")
        chromium.close()
    for reader in readers:
        reader.answer.close()
    spent = [two - one for one, two in zip(before, after, strict=True)]
    web, database = (f"{1000 * one / changes:.1f} ms a change, {one / went:.2f} of a core" for one in spent)
    print(
        f"{screens} screens, {options.agents} agents, {changes / went:.1f} changes/s: web server {web}; database "
        f"{database}; {len(paints) / went:.1f} paints/s: script {_quantiles(paints)}, frame {_quantiles(shown)} ms; "
        f"load average {os.getloadavg()[0]:.1f}"
    )


def _change(options: argparse.Namespace) -> int:
    """Agents begin and end talks by the operation that a phone's events end in; returns how often."""
    from callwright.staff.models import User
    from callwright.staff.operations.set_state import set_state

    choice = random.Random(7)
    users = list(User.objects.filter(username__startswith="a").values_list("pk", flat=True))
    until, changes = time.perf_counter() + options.seconds, 0
    while time.perf_counter() < until:
        began = time.perf_counter()
        state = choice.choice(["ready", "logged_out", "ready"])
        set_state(user_id=choice.choice(users), choice=state, now=datetime.now(UTC))  # type: ignore[arg-type]
        changes += 1
        time.sleep(max(0.0, 1 / options.rate - (time.perf_counter() - began)))
    return changes


def _spent(root: int) -> float:
    """Seconds of processor time of a process and its children, those that ended too."""
    parents: dict[int, list[int]] = {}
    used = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                one = used[int(entry.name)] = used_by(int(entry.name))
                parents.setdefault(one.parent, []).append(int(entry.name))
    waiting, total = [root], 0.0
    while waiting:
        pid = waiting.pop()
        waiting += parents.get(pid, [])
        total += used[pid].own_s + used[pid].ended_s
    return total


def _quantiles(values: list[float]) -> str:
    ordered = sorted(values) or [0.0]
    return ", ".join(
        f"{name} {ordered[min(len(ordered) - 1, int(share * len(ordered)))]:.1f}"
        for name, share in (("p50", 0.5), ("p99", 0.99), ("worst", 1.0))
    )


def _until_open(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5)
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the web server does not answer")


if __name__ == "__main__":
    main()
