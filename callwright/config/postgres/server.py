"""One embedded PostgreSQL server: made, started, waited for, provided with a database, stopped."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from callwright.config.parent_death import end_with_parent
from callwright.config.postgres.account import NoAccount, server_account
from callwright.config.postgres.binaries import NoBinaries, find_binaries
from callwright.config.postgres.cluster import create_cluster, forget_dead_server, provide_database
from callwright.config.postgres.layout import Layout, make_folders

_START_LIMIT_S = 120.0
_LOGGING = {  # one file a weekday, overwritten after a week
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
}


class ServerError(Exception):
    """The embedded server cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Options:
    unsafe_but_fast: bool = False
    """No fsync: for tests only, a power cut loses the database."""


class Server:
    """The server of one data folder. Only the process that holds the lock starts it."""

    def __init__(self, layout: Layout, options: Options | None = None) -> None:
        self.layout = layout
        self.options = options or Options()
        try:
            self.account = server_account(layout.data)
            self.binaries = find_binaries(self.account)
        except (NoAccount, NoBinaries) as error:
            raise ServerError(str(error)) from error
        self.process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    def prepare(self) -> None:
        """Create folders and data when missing; raises ServerError when another process owns the server."""
        try:
            make_folders(self.layout, self.account)
        except PermissionError as error:
            raise ServerError(str(error)) from error
        self._take_lock()
        try:
            create_cluster(self.layout, self.account, self.binaries)
        except subprocess.CalledProcessError as error:
            raise ServerError(f"PostgreSQL could not create its data in {self.layout.data}:\n{error.stderr}") from error
        self._check_version()

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        handle = os.open(self.layout.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise ServerError(
                f"Another callwright is using the data folder {self.layout.home}. Stop it first."
            ) from None
        self._lock = handle

    def _check_version(self) -> None:
        major = (self.layout.data / "PG_VERSION").read_text().strip()
        if major != str(self.binaries.major):
            raise ServerError(
                f"The data in {self.layout.data} was made by PostgreSQL {major}, but PostgreSQL "
                f"{self.binaries.major} is installed. See 'Upgrade' in docs/operations.md."
            )

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the server once, as a child that ends with us, without waiting for it."""
        forget_dead_server(self.layout)
        with self.layout.start_log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                preexec_fn=end_with_parent(signal.SIGINT),  # SIGINT is PostgreSQL's fast, clean stop
                start_new_session=True,  # Ctrl-C in a terminal must stop the others first
                **self.account.popen_arguments(),
            )
        return self.process

    def _command(self) -> list[str]:
        settings = {
            "unix_socket_directories": str(self.layout.socket),
            "port": str(self.layout.port),
            "listen_addresses": "127.0.0.1" if self.layout.tcp_port else "",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",
            "random_page_cost": "1.1",
            "lc_messages": "C",
        }
        if self.options.unsafe_but_fast:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal"}
            settings |= {"max_wal_senders": "0", "autovacuum": "off"}
        else:
            settings |= _LOGGING | {"log_directory": str(self.layout.log_folder)}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self.binaries.program("postgres"), "-D", str(self.layout.data), *flags]

    def answers(self) -> bool:
        """Whether a server takes connections on our socket now."""
        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        """A connection as the server's administrator; raises psycopg.OperationalError."""
        return psycopg.connect(
            host=str(self.layout.socket),
            port=self.layout.port,
            user="callwright_admin",
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def start(self) -> None:
        """Start and wait until the database is ready; retries, because for about two seconds after a kill -9 the
        old server's children still hold its memory. Raises ServerError after 120 seconds."""
        limit = time.monotonic() + _START_LIMIT_S
        while True:
            process = self.spawn()
            while process.poll() is None and time.monotonic() < limit:
                if self.answers():
                    provide_database(self)
                    return
                time.sleep(0.05)
            if time.monotonic() >= limit:
                self.stop()
                last_words = self.layout.start_log.read_text(errors="replace")[-2000:]
                raise ServerError(f"PostgreSQL did not start within {_START_LIMIT_S:.0f} s. It said:\n{last_words}")
            time.sleep(0.3)

    def stop(self) -> None:
        """Stop cleanly, within 30 seconds; then hand the data folder back."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)  # leaves recovery to the next start; nothing is lost
                self.process.wait(10)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


@contextlib.contextmanager
def running_server(layout: Layout, options: Options | None = None) -> Iterator[Server]:
    """The server of a data folder for the length of a command: the one already running, else one of our own."""
    server = Server(layout, options)
    if layout.socket.exists() and server.answers():
        yield server
        return
    try:
        server.prepare()
        server.start()
        yield server
    finally:
        server.stop()
