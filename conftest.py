"""One PostgreSQL for the whole test run, a database for each worker, and no network but loopback.

`DATABASE_URL` chooses a server of your own (its user must be allowed to create databases); without it an embedded
server is started for the run. A template database is migrated once and cloned for every worker.
"""

import asyncio
import contextlib
import hashlib
import io
import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
import pytest
from psycopg import sql

pytest_plugins = ["callwright.staff.testing", "callwright.kit.testing"]

os.environ["DJANGO_SETTINGS_MODULE"] = "callwright.config.settings"
_TEMPLATE = "CALLWRIGHT_TEST_TEMPLATE"
_EMBEDDED = "CALLWRIGHT_TEST_PROGRAMS"  # where the embedded server's programs are, when it is used
_stop: list[Callable[[], None]] = []


# ── the server ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    _close_sockets()
    if not hasattr(config, "workerinput"):  # an xdist worker inherits the environment that is made here
        _start_ground()
    django.setup()
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["callwright.staff.testing.QuickPasswordHasher"]
    _empty_again_after_a_deadlock()


def _empty_again_after_a_deadlock() -> None:
    """A page that closes at the end of a test may still have a request under way while the tables are emptied."""
    from django.db import OperationalError
    from django.db.backends.base.operations import BaseDatabaseOperations

    empty = BaseDatabaseOperations.execute_sql_flush

    def empty_again(self: BaseDatabaseOperations, statements: Any) -> None:
        for _attempt in range(3):
            try:
                return empty(self, statements)
            except OperationalError as error:
                if not isinstance(error.__cause__, psycopg.errors.DeadlockDetected):
                    raise
        return empty(self, statements)

    BaseDatabaseOperations.execute_sql_flush = empty_again  # type: ignore[method-assign]


def _start_ground() -> None:
    folder = Path(tempfile.mkdtemp(prefix="callwright-test-"))
    folder.chmod(0o755)
    (folder / "static").mkdir()
    _stop.append(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["CALLWRIGHT_HOME"] = str(folder)
    os.environ[_TEMPLATE] = f"callwright_test_{uuid.uuid4().hex[:10]}"
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = _embedded(folder)


def _embedded(folder: Path) -> str:
    from callwright.config.postgres import Options, Server, layout_for

    server = Server(layout_for(folder), Options(unsafe_but_fast=True))
    _stop.append(server.stop)
    server.prepare()
    server.start()
    os.environ[_EMBEDDED] = str(server.binaries.folder)
    return server.layout.url()


def pytest_unconfigure() -> None:
    while _stop:
        _stop.pop()()


# ── who runs beside whom ──────────────────────────────────────────────────────────────────────────────────────────────

_ONE_AFTER_ANOTHER = ("browser", "asterisk", "fault")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with big machinery of one kind share it on one worker, instead of having it twice and at the same time."""
    for item in items:
        kind = next((name for name in _ONE_AFTER_ANOTHER if item.get_closest_marker(name)), None)
        if kind and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(kind))


# ── databases ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _url_of(database: str) -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{database}"))


class Databases:
    """Makes databases with the full, migrated schema, in about a tenth of a second each."""

    def __init__(self) -> None:
        self._maintenance = os.environ["DATABASE_URL"]
        self._template = os.environ[_TEMPLATE]
        self._made: list[str] = []
        self._ensure_template()

    def _execute(self, text: str, *names: str) -> None:
        with psycopg.connect(self._maintenance, autocommit=True) as connection:
            connection.execute(sql.SQL(text).format(*(sql.Identifier(name) for name in names)))

    def _ensure_template(self) -> None:
        with psycopg.connect(self._maintenance, autocommit=True) as connection:
            connection.execute("select pg_advisory_lock(hashtext(%s))", [self._template])
            found = connection.execute("select 1 from pg_database where datname = %s", [self._template]).fetchone()
            if found is None:
                part = f"{self._template}_part"
                self._execute("drop database if exists {} with (force)", part)
                self._execute("create database {}", part)
                _fill(_url_of(part))
                self._execute("alter database {} rename to {}", part, self._template)

    def clone(self) -> str:
        """A fresh database; returns its URL. Hand it to a process as DATABASE_URL."""
        name = self._name()
        self._execute("create database {} template {}", name, self._template)
        return _url_of(name)

    def empty(self) -> str:
        """A database without tables; returns its URL."""
        name = self._name()
        self._execute("create database {}", name)
        return _url_of(name)

    def _name(self) -> str:
        self._made.append(f"{self._template}_{uuid.uuid4().hex[:8]}")
        return self._made[-1]

    def drop_all(self) -> None:
        for name in self._made:
            self._execute("drop database if exists {} with (force)", name)

    def drop_template(self) -> None:
        self._execute("drop database if exists {} with (force)", self._template)


def _fill(url: str) -> None:
    """Migrate an empty database; on the embedded server from a dump of the last time, while nothing has changed."""
    if _EMBEDDED not in os.environ:
        _run(sys.executable, "-m", "django", "migrate", "--verbosity=0", url=url)
        return
    programs = Path(os.environ[_EMBEDDED])
    dump = Path(__file__).parent / ".pytest_cache" / "d" / f"schema-{_fingerprint()}.sql"
    if dump.exists():
        _run(programs / "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", dump, url, url=url)
        return
    _run(sys.executable, "-m", "django", "migrate", "--verbosity=0", url=url)
    dump.parent.mkdir(parents=True, exist_ok=True)
    part = dump.with_suffix(f".{os.getpid()}")
    _run(programs / "pg_dump", "--no-owner", "-f", part, url, url=url)
    for old in dump.parent.glob("schema-*.sql"):
        old.unlink(missing_ok=True)
    part.rename(dump)


def _fingerprint() -> str:
    """Changes with everything that the migrated schema is made of; monthly partitions make it depend on the month."""
    root = Path(__file__).parent
    made_of = sorted((root / "callwright").glob("*/migrations/*.py")) + sorted((root / "callwright").glob("*/models*"))
    made_of += [root / "requirements" / "base.txt", root / "callwright/calls/operations/ensure_partitions.py"]
    digest = hashlib.sha256(f"{date.today():%Y-%m} {os.environ[_EMBEDDED]}".encode())
    for file in made_of:
        if file.is_file():
            digest.update(f"{file}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:20]


def _run(*words: object, url: str) -> None:
    done = subprocess.run(
        [str(word) for word in words], env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"The migrations fail on an empty database:\n{done.stderr}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a real disk of its own that is hardly larger than nothing."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Fresh migrated databases: `databases.clone()` gives the URL of a new one."""
    made = Databases()
    yield made
    made.drop_all()


@pytest.fixture
def fresh_database(databases: Databases) -> str:
    """The URL of a migrated, empty database for one test that runs processes of its own."""
    return databases.clone()


@pytest.fixture(scope="session")
def django_db_setup(databases: Databases, django_db_blocker: Any) -> Iterator[None]:
    """Replaces pytest-django's: every worker uses a clone of the template."""
    from django.conf import settings
    from django.db import connections

    from callwright.config.environment import database_settings

    os.environ["DATABASE_URL"] = databases.clone()
    connection = connections["default"]
    # The same dictionary that Django's connection holds; without the pool, whose threads would outlive a test.
    fresh = database_settings(Path(os.environ["CALLWRIGHT_HOME"]))
    fresh["OPTIONS"].pop("pool", None)
    settings.DATABASES["default"].update(fresh)
    connection.settings_dict.update(fresh)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


# ── what tests leave behind ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(autouse=True)
def _nobodys_language_and_zone() -> None:
    """A page that was asked for in another language or time zone must not change the next test of this process."""
    from django.utils import timezone, translation

    translation.activate("en")
    timezone.deactivate()


@pytest.fixture(autouse=True)
def _nobodys_colleagues() -> None:
    """What was drawn a moment ago for one test is not for the next, whose users bear the same ids."""
    from callwright.desk.views.colleagues import forget_colleagues

    forget_colleagues()


# ── tests that never end ────────────────────────────────────────────────────────────────────────────────────────

LONGEST_TEST_S = 400
LONGEST_SETUP_S = 1200  # of what a whole module shares, such as a run of all scenarios on several PBXs
_FRAMES = 15  # of a thread: further out stands pytest itself


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    return (yield from _not_for_ever(item, "the setup of", LONGEST_SETUP_S))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    return (yield from _not_for_ever(item, "", LONGEST_TEST_S))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    return (yield from _not_for_ever(item, "what follows", LONGEST_TEST_S))


def _not_for_ever(item: pytest.Item, part: str, seconds: int) -> Iterator[None]:
    """What waits for ever fails with the place where it waits, instead of stopping the whole run."""

    def give_up(_signal: int, frame: FrameType | None) -> None:
        sys.stderr.write(_what_waits(frame))
        raise TimeoutError(f"{part} {item.nodeid} did not end within {seconds} s".strip())

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _what_waits(frame: FrameType | None) -> str:
    """The stacks of all threads, and of all tasks of the loop that runs in this one."""
    told = io.StringIO()
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    for ident, innermost in {**sys._current_frames(), threading.get_ident(): frame}.items():
        told.write(f"\n── thread {names.get(ident, ident)} ──\n{''.join(traceback.format_stack(innermost, _FRAMES))}")
    with contextlib.suppress(RuntimeError):  # no loop runs here
        for task in asyncio.all_tasks():
            told.write(f"\n── task {task.get_name()} ──\n")
            told.write("".join(_stack_of(task.get_coro())))
    return told.getvalue()


def _stack_of(awaited: Any) -> Iterator[str]:
    """What a task waits for, from its outermost coroutine to the innermost: `Task.get_stack` knows only the first."""
    while frame := getattr(awaited, "cr_frame", None) or getattr(awaited, "ag_frame", None):
        yield from traceback.format_list(traceback.extract_stack(frame, limit=1))
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "ag_await", None)
    yield f"  waits for {awaited!r}\n"


# ── the network ───────────────────────────────────────────────────────────────────────────────────────────────────


def _is_local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    try:
        return ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return name in ("localhost", socket.gethostname())


def _close_sockets() -> None:
    """Tests talk to this machine alone: everything else is refused at once, with the address in the message."""
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto

    def guard(address: Any) -> None:
        if isinstance(address, tuple) and not _is_local(address[0]):
            raise PermissionError(f"A test tried to reach {address[0]}; only loopback is open to tests.")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        guard(address)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        guard(address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
        guard(rest[-1])
        return sendto(self, data, *rest)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]
    socket.socket.sendto = guarded_sendto  # type: ignore[method-assign,assignment]
