"""An installation of its own for each fault: a durable PostgreSQL that may be killed, and the product's processes."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from callwright.config.postgres import Options, Server, layout_for

ROOT = Path(__file__).resolve().parents[2]
SECRET_KEY = "only for the tests of faults"
_TEMPLATE = "furnished"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postgres:
    """A server with ordinary durability, and a furnished database in it from which others are cloned."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self.server = Server(layout_for(folder), Options())
        self.server.prepare()
        self.server.start()
        self.furnished: dict[str, Any] = {}
        self._count = 0

    def furnish(self, source: str, *, agents: int) -> None:
        """`source`: the URL of a migrated, empty database; its tables are copied."""
        url = self.server.layout.url(_TEMPLATE)
        self._execute("CREATE DATABASE {} OWNER callwright", _TEMPLATE)
        program = self.server.binaries.program
        dump = subprocess.run([program("pg_dump"), "--no-owner", source], check=True, capture_output=True)
        words = [program("psql"), "-qX", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, url]
        subprocess.run(words, input=dump.stdout, check=True)
        self._furnish(url, agents, 0)

    def furnish_fresh(self, *, agents: int, contacts: int) -> None:
        """Migrates first; for those who have no migrated database to copy."""
        self._execute("CREATE DATABASE {} OWNER callwright", _TEMPLATE)
        url = self.server.layout.url(_TEMPLATE)
        command = [sys.executable, "-m", "callwright.config.command", "migrate"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment(url))
        self._furnish(url, agents, contacts)

    def _furnish(self, url: str, agents: int, contacts: int) -> None:
        words = ["--agents", str(agents), "--contacts", str(contacts)]
        command = [sys.executable, "-m", "tests.faults.furnish", *words]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT, env=environment(url))
        self.furnished = json.loads(done.stdout)

    def clone(self) -> str:
        """A fresh furnished database; returns its URL."""
        self._count += 1
        name = f"house_{self._count}"
        self._execute("CREATE DATABASE {} TEMPLATE {} OWNER callwright", name, _TEMPLATE)
        return self.server.layout.url(name)

    def _execute(self, text: str, *names: str) -> None:
        with self.server.connect("postgres") as connection:
            connection.execute(sql.SQL(text).format(*(sql.Identifier(name) for name in names)))

    def kill(self) -> None:
        """kill -9 of the server's first process; its children notice and go."""
        assert self.server.process is not None
        self.server.process.kill()
        self.server.process.wait()

    def stop(self) -> None:
        assert self.server.process is not None
        self.server.process.send_signal(signal.SIGINT)
        self.server.process.wait(30)

    async def start(self) -> None:
        """As the supervisor does: spawned by the main thread, with which it ends, and again while it is refused."""
        process = self.server.spawn()
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(self.server.answers):
                await asyncio.sleep(0.1)
                if process.poll() is not None:
                    process = self.server.spawn()


def environment(url: str, home: Path | None = None, **more: str) -> dict[str, str]:
    known = {**os.environ, "DATABASE_URL": url, "CALLWRIGHT_SECRET_KEY": SECRET_KEY, "PYTHONUNBUFFERED": "1", **more}
    known.pop("CALLWRIGHT_PG_PORT", None)
    return known | ({"CALLWRIGHT_HOME": str(home)} if home else {})


class Process:
    """One of the product's processes, which writes what it says into a file."""

    def __init__(self, name: str, words: list[str], environment: dict[str, str], log: Path, **options: Any) -> None:
        self.name, self.log = name, log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "callwright.config.command", *words],
                cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True, **options,
            )  # fmt: skip

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """kill -9, of its first process alone; what it started must notice by itself."""
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """An orderly stop; what is left of it is killed."""
        if self.runs:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


class Installation:
    """A database with a house in it, and the processes that a test starts on it."""

    def __init__(self, postgres: Postgres, folder: Path) -> None:
        self.postgres, self.folder = postgres, folder
        self.url = postgres.clone()
        self.home = folder / "home"
        self.home.mkdir()
        self.processes: list[Process] = []
        self.web_port = free_port()

    @property
    def agents(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.postgres.furnished["agents"]
        return found

    def link_to(self, port: int, **fields: Any) -> None:
        """The PBX's row says that it is at this port; a link that runs takes it up."""
        known = {"host": "127.0.0.1", "port": port, "enabled": True, **fields}
        names = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in known)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("UPDATE telephony_pbx SET {}").format(names), list(known.values()))

    def start(self, name: str, *words: str, home: Path | None = None, **options: Any) -> Process:
        """`callwright NAME`, as a process of its own."""
        (home or self.home).mkdir(exist_ok=True)
        log = self.folder / f"{name}-{len(self.processes)}.log"
        process = Process(name, [name, *words], environment(self.url, home or self.home), log, **options)
        self.processes.append(process)
        return process

    def start_web(self, *, workers: int = 1) -> Process:
        process = self.start("web", "--port", str(self.web_port), "--workers", str(workers))
        until(lambda: _listens(self.web_port), 40, "the web server listens")
        return process

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(query.encode(), parameters).fetchall()

    def end(self) -> None:
        for process in self.processes:
            process.end()

    def last_words(self) -> str:
        return "\n".join(f"── {one.name}\n{one.said()[-3000:]}" for one in self.processes)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(condition: Callable[[], bool], limit_s: float, what: str) -> None:
    """Waits for something outside this process. Raises TimeoutError."""
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {limit_s:g} s")
        time.sleep(0.05)
