"""`callwright up` and its parts as separate processes: started, killed, stopped; nothing left behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from callwright.config.tests.test_postgres import gone

pytestmark = pytest.mark.fault


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def until(found: Callable[[], object], within_s: float = 120) -> object:
    limit = time.monotonic() + within_s
    while time.monotonic() < limit:
        if answer := found():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {within_s} s: {found}")


def descendants(pid: int) -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text().split()):
                found |= {child} | descendants(child)
    return found


def words_of(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


class Running:
    """One `callwright up` in a data folder of its own."""

    def __init__(self, home: Path, database_url: str | None, *options: str) -> None:
        self.port = free_port()
        self.log = home / "up.log"
        environment = {**os.environ, "CALLWRIGHT_HOME": str(home / "var")}
        environment.pop("DATABASE_URL")
        if database_url:
            environment["DATABASE_URL"] = database_url
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "callwright.config.command", "up", "--port", str(self.port), *options],
                env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return True
        except OSError:
            return False

    def child(self, words: str) -> int | None:
        matching = [pid for pid in descendants(self.process.pid) if words in words_of(pid)]
        return min(matching) if matching else None

    def end(self) -> None:
        left = descendants(self.process.pid) if self.process.poll() is None else set()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert all(gone(pid) for pid in left)


@pytest.fixture
def start(request, fresh_database) -> Iterator[Callable[..., Running]]:
    import shutil
    import tempfile

    home = Path(tempfile.mkdtemp(prefix="callwright-up-"))
    home.chmod(0o755)
    made: list[Running] = []

    def make(*options: str, embedded: bool = False) -> Running:
        made.append(Running(home, None if embedded else fresh_database, *options))
        return made[-1]

    yield make
    for running in made:
        running.end()
    shutil.rmtree(home)


def test_a_killed_child_is_started_again_and_ctrl_c_leaves_no_process(start):
    up = start()
    until(up.answers)
    for words in ("command worker", "command web"):
        old = until(lambda words=words: up.child(words))
        os.kill(old, signal.SIGKILL)
        until(lambda words=words, old=old: up.child(words) not in (None, old))
    until(up.answers)
    everyone = descendants(up.process.pid)
    assert len(everyone) >= 3
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(60) == 0
    assert all(gone(pid) for pid in everyone)
    log = up.log.read_text()
    assert "ended (signal SIGKILL); starts again" in log
    assert log.rstrip().endswith("Stopped.")


def test_no_process_outlives_a_supervisor_that_was_killed(start):
    up = start(embedded=True)
    until(up.answers)
    everyone = descendants(up.process.pid)
    assert any("postgres" in words_of(pid) for pid in everyone)
    up.process.kill()
    up.process.wait()
    assert all(gone(pid, within_s=40) for pid in everyone)


def test_a_killed_embedded_database_comes_back_under_the_running_product(start):
    up = start(embedded=True)
    until(up.answers)
    data = up.log.parent / "var" / "postgres"
    server = until(lambda: up.child(f"-D {data}"))
    os.kill(server, signal.SIGKILL)
    until(lambda: up.child(f"-D {data}") not in (None, server))

    def migrated() -> bool:
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(f"postgresql://callwright@/callwright?host={data / 'run'}") as connection,
        ):
            return connection.execute("select count(*) from django_migrations").fetchone()[0] > 0
        return False

    until(migrated)
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(60) == 0


def test_a_port_in_use_is_told_in_words_before_anything_starts(start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        up = start("--port", str(port))
        assert up.process.wait(30) == 1
    assert f"Cannot listen on 127.0.0.1 port {port}" in up.log.read_text()
    assert f"--port {port + 1}" in up.log.read_text()
