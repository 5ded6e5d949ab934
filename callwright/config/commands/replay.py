"""`callwright replay`: a recorded AMI trace through the whole link, into a temporary database, out as JSON."""

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from callwright.config.failure import CommandFailed

if TYPE_CHECKING:
    from callwright.telephony.journal import Journal

_SLUG = "replay"
_LIMIT_S = 600
_APPS = ("accounts", "contacts", "staff", "telephony", "live", "messaging", "calls", "recordings", "registration")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help='the trace: "# +seconds" before each AMI message')
    parser.add_argument(
        "--trunk",
        action="append",
        default=[],
        metavar="NAME",
        help="an endpoint that leads outside (may be given several times); without it, every endpoint"
        " that is not a number of 2 to 6 digits is taken for one",
    )
    parser.add_argument("--country", default="NL", help="the country of numbers in national notation (default NL)")


def run(arguments: argparse.Namespace) -> int:
    try:
        trace = arguments.file.read_bytes()
    except OSError as error:
        raise CommandFailed(f"The trace cannot be read: {error}") from error
    with tempfile.TemporaryDirectory(prefix="callwright-replay-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with _temporary_database(folder):
            calls = replay(trace, slug=_SLUG, trunks=arguments.trunk, country=arguments.country, folder=folder)
    json.dump(calls, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0


@contextlib.contextmanager
def _temporary_database(folder: Path) -> Iterator[None]:
    """A migrated database that is gone afterwards, and Django on it; nothing but JSON may go to standard output."""
    import django

    os.environ["CALLWRIGHT_HOME"] = str(folder)
    with contextlib.ExitStack() as stack:
        given = os.environ.get("DATABASE_URL")
        os.environ["DATABASE_URL"] = stack.enter_context(_on_server(given) if given else _embedded(folder))
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        django.setup()
        from django.db import connection

        stack.callback(connection.close_pool)  # type: ignore[attr-defined]
        stack.callback(connection.close)
        _make_tables()
        yield


def _make_tables() -> None:
    """The tables that calls need, and no others: a quarter of the time of a whole migration."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] in _APPS])


@contextlib.contextmanager
def _embedded(folder: Path) -> Iterator[str]:
    from callwright.config.postgres import Options, Server, layout_for

    server = Server(layout_for(folder), Options(unsafe_but_fast=True))
    try:
        server.prepare()
        server.start()
        yield server.layout.url()
    finally:
        server.stop()


@contextlib.contextmanager
def _on_server(url: str) -> Iterator[str]:
    import psycopg
    from psycopg import sql

    name = f"callwright_replay_{uuid.uuid4().hex[:10]}"
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        raise CommandFailed(f"No temporary database can be made on the server of DATABASE_URL: {error}") from error
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def replay(trace: bytes, *, slug: str, trunks: list[str], country: str, folder: Path) -> list[dict[str, Any]]:
    """The calls of a trace, played through the link's consumer into the database. Raises CommandFailed."""
    from callwright.calls.queries.register_of_pbx import calls_of_pbx
    from callwright.telephony.asterisk.channels import TranslatorConfig
    from callwright.telephony.journal import Journal
    from callwright.telephony.link.consumer import Consumer
    from callwright.telephony.models import Pbx
    from callwright.telephony.queries.pbxs import PbxFacts

    pbx = Pbx.objects.create(slug=slug, name="Replay", trunks=trunks, home_country=country.upper(), enabled=False)
    journal = Journal(folder / "journal")
    config = TranslatorConfig(trunks=frozenset(trunks))
    consumer = Consumer(pbx=PbxFacts(pbx.id, slug, pbx.home_country), config=config, journal=journal)
    _write(trace, journal)
    consumer.start()
    deadline = time.monotonic() + _LIMIT_S
    while consumer.position != journal.end:
        if not consumer.is_alive or time.monotonic() > deadline:
            raise CommandFailed("The trace could not be worked off; the messages above say why.")
        time.sleep(0.02)
    consumer.stop()
    journal.close()
    if consumer.refused:
        raise CommandFailed(f"{consumer.refused} events could not be applied; the messages above say why.")
    return calls_of_pbx(slug)


def _write(trace: bytes, journal: "Journal") -> None:
    from callwright.telephony.asterisk.trace import read_blocks
    from callwright.telephony.journal import Record
    from callwright.telephony.link.consumer import MESSAGE

    records = [Record(MESSAGE, received_at, block) for block, received_at in read_blocks(trace)]
    for start in range(0, len(records), 200):
        journal.append(records[start : start + 200])
