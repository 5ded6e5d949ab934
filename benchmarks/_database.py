"""An embedded PostgreSQL of a benchmark's own, with the product's tables, and a free port."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOR_BUILDING = {
    "shared_buffers": "3GB", "maintenance_work_mem": "1GB", "max_wal_size": "3GB", "checkpoint_timeout": "1h",
    "max_parallel_workers_per_gather": "0", "max_parallel_maintenance_workers": "0",
}  # fmt: skip
"""Whoever builds has a thread for each of two cores already."""


def embedded_database(folder: Path, *, unsafe_but_fast: bool = False) -> Any:
    """Starts it in `folder`, for this process and those that it starts; whoever asked for it stops it."""
    os.environ["CALLWRIGHT_HOME"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "callwright.config.settings"
    from callwright.config.postgres import Options, Server, layout_for

    server = Server(layout_for(folder), Options(unsafe_but_fast=unsafe_but_fast))
    server.prepare()
    server.start()
    os.environ["DATABASE_URL"] = server.layout.url()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return server


@contextmanager
def building_database(folder: Path) -> Iterator[Any]:
    """The same without fsync, with much memory, and with the right to leave references unchecked, for rows that are
    made from rows. Once they are made nothing of this is left: what is measured has the product's own settings.
    """
    server = embedded_database(folder, unsafe_but_fast=True)
    try:
        with server.connect("callwright") as admin:
            for name, value in FOR_BUILDING.items():
                admin.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            admin.execute("GRANT SET ON PARAMETER session_replication_role TO callwright")
        let_go()
        server.stop()
        server.prepare()
        server.start()
        yield server
        let_go()
        with server.connect("callwright") as admin:
            admin.execute("REVOKE SET ON PARAMETER session_replication_role FROM callwright")
            admin.execute("ALTER SYSTEM RESET ALL")
            admin.execute("CHECKPOINT")
    finally:
        let_go()
        server.stop()


def let_go() -> None:
    """Closes this thread's connection and the pool behind it, before their server stops."""
    from django.db import connection

    connection.close()
    connection.close_pool()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
