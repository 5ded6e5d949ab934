"""`callwright migrate`: one migration at a time, never waiting long for a busy table."""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from callwright.config.database import database
from callwright.config.failure import CommandFailed

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_LOCK = 0x43616C6C  # any constant; the same for every callwright on one database
_TRIES = 6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when migrations are due")


def run(arguments: argparse.Namespace) -> int:
    with database():
        if arguments.check:
            return 1 if migrations_due() else 0
        with _alone():
            _migrate()
    return 0


def migrations_due() -> list[str]:
    """Names of the migrations that this database still needs."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [str(step[0]) for step in executor.migration_plan(executor.loader.graph.leaf_nodes())]


@contextmanager
def _alone() -> Iterator[None]:
    """Hold an advisory lock on a connection of its own, so that machines starting together migrate in turn."""
    lock = direct_connection()
    try:
        _wait_for(lock)
        with lock.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [_LOCK])
        yield
    finally:
        lock.close()


def direct_connection() -> "BaseDatabaseWrapper":
    """Like the default connection, but not from the pool, which would hide for ten seconds that nobody answers."""
    from django.db import connection

    direct = connection.copy()
    options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
    direct.settings_dict = {**connection.settings_dict, "OPTIONS": options}
    return direct


def _wait_for(connection: "BaseDatabaseWrapper") -> None:
    from django.db import OperationalError

    for pause_s in (0.5, 1, 2, 4, None):
        try:
            connection.ensure_connection()
            return
        except OperationalError as error:
            if pause_s is None:
                raise CommandFailed(f"The database cannot be reached: {error}") from error
            time.sleep(pause_s)


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import OperationalError, connection

    for attempt in range(_TRIES):
        try:
            with connection.cursor() as cursor:
                # A migration that queues behind a long query would stop everybody behind it.
                cursor.execute("set lock_timeout = '5s'")
            due = len(migrations_due())
            call_command("migrate", interactive=False, verbosity=0)
            print(f"Tables brought up to date: {due} migrations." if due else "Tables are up to date.", flush=True)  # noqa: T201
            return
        except OperationalError as error:
            if "lock timeout" not in str(error) or attempt == _TRIES - 1:
                raise CommandFailed(f"The migration failed: {error}") from error
            sys.stderr.write("A table is busy; trying again.\n")
            time.sleep(2**attempt)
