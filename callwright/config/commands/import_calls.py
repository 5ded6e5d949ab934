"""`callwright import FILE …`: call records into the register, with progress; run again after a crash, it goes on."""

import argparse
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from callwright.config.database import database
from callwright.config.failure import CommandFailed

if TYPE_CHECKING:
    from callwright.imports.models import Import


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", type=Path, help="files of call records (also .gz and .zip)")
    parser.add_argument("--pbx", default="", help="short name of the PBX whose records they are (needed if several)")
    parser.add_argument("--account", type=int, help="number of the account to which new calls belong, whatever line")
    parser.add_argument("--zone", default="", help="time zone of the file, such as Europe/Amsterdam (else found out)")
    parser.add_argument("--columns", default="", help="name of saved columns, for a CSV of another kind")
    parser.add_argument("--table", choices=("cdr", "cel"), help="read this record table of the PBX instead of files")
    parser.add_argument("--from", dest="since", type=date.fromisoformat, help="first day of the table, 2026-03-01")
    parser.add_argument("--to", dest="until", type=date.fromisoformat, help="last day of the table")


def run(arguments: argparse.Namespace) -> int:
    if not arguments.files and not arguments.table:
        raise CommandFailed("Name a file, or --table cdr with --from and --to.")
    with database():
        from callwright.config.commands.migrate import migrations_due

        if migrations_due():
            raise CommandFailed("The tables are not up to date: run 'callwright migrate' first.")
        pbx_id = _pbx(arguments.pbx)
        _check(arguments)
        results = [_import(path, pbx_id, arguments) for path in arguments.files]
        if arguments.table:
            results.append(_table(pbx_id, arguments))
    return 0 if all(results) else 1


def _pbx(slug: str) -> int:
    from callwright.telephony.models import Pbx

    found = list(Pbx.objects.filter(slug=slug) if slug else Pbx.objects.all()[:2])
    if len(found) != 1:
        known = ", ".join(Pbx.objects.values_list("slug", flat=True)) or "none is set up"
        raise CommandFailed(f"Say with --pbx of which PBX the records are: {known}.")
    return found[0].pk


def _check(arguments: argparse.Namespace) -> None:
    from callwright.accounts.models import Account

    if arguments.account is not None and not Account.objects.filter(pk=arguments.account).exists():
        known = Account.objects.order_by("pk").values_list("pk", "name")[:20]
        names = ", ".join(f"{id} {name}" for id, name in known)
        raise CommandFailed(f"There is no account with the number {arguments.account}. There are: {names}.")
    if arguments.zone and arguments.zone not in available_timezones():
        raise CommandFailed(f"There is no time zone {arguments.zone!r}; they are written like Europe/Amsterdam.")
    if arguments.since and arguments.until and arguments.until < arguments.since:
        raise CommandFailed("The day of --to is before that of --from.")


def _import(path: Path, pbx_id: int, arguments: argparse.Namespace) -> bool:
    from django.utils import timezone

    from callwright.imports.models import Import, Mapping, State
    from callwright.imports.operations.prepare import is_complete, prepare
    from callwright.imports.operations.start_import import add_import, go_on_anyway, sha256_of
    from callwright.imports.reading.text import Unreadable

    path = path.resolve()
    try:
        digest = sha256_of(path)
    except OSError as error:
        raise CommandFailed(f"The file cannot be read: {error}") from error
    row = Import.objects.filter(sha256=digest, path=str(path), origin="command").exclude(
        state__in=[State.FINISHED, State.UNDONE, State.UNDOING]
    )
    unfinished = row.order_by("-created_at").first()
    if unfinished is not None:
        return _run(go_on_anyway(import_id=unfinished.pk, now=timezone.now()))
    mapping = Mapping.objects.filter(name=arguments.columns).first() if arguments.columns else None
    if arguments.columns and mapping is None:
        raise CommandFailed(f"There are no saved columns called {arguments.columns!r}.")
    try:
        settings = prepare(path, zone=arguments.zone, mapping_id=mapping.pk if mapping else None)
    except Unreadable as error:
        raise CommandFailed(f"{path.name} cannot be read: {_words(error.reason)}") from error
    if not is_complete(settings):
        raise CommandFailed(f"{path.name} is a CSV of another kind: upload it once and save what its columns mean.")
    made = add_import(
        path=path, sha256=digest, origin="command", settings=settings, pbx_id=pbx_id, account_id=arguments.account,
        now=timezone.now(),
    )  # fmt: skip
    _print(f"{path.name}: {settings.shape}, {settings.encoding}, {settings.zone}")
    return _run(made)


def _table(pbx_id: int, arguments: argparse.Namespace) -> bool:
    from django.utils import timezone

    from callwright.imports.operations.prepare import prepare_table
    from callwright.imports.operations.start_import import add_table_import
    from callwright.imports.reading.text import Unreadable

    if arguments.since is None or arguments.until is None:
        raise CommandFailed("Say with --from and --to which days of the table are meant.")
    until = arguments.until + timedelta(days=1)
    try:
        settings = prepare_table(
            pbx_id=pbx_id, shape=arguments.table, since=arguments.since.isoformat(), until=until.isoformat()
        )
    except Unreadable as error:
        raise CommandFailed(f"The table cannot be read: {_words(error.reason)}") from error
    now = timezone.now()
    return _run(add_table_import(settings=settings, pbx_id=pbx_id, account_id=arguments.account, by=None, now=now))


def _run(row: "Import") -> bool:
    from django.utils import timezone

    from callwright.imports.models import Import, State
    from callwright.imports.operations.run_import import run_import

    Import.objects.filter(pk=row.pk).update(beat_at=timezone.now())  # no worker takes it up meanwhile
    done = run_import(row.pk, progress=_show)
    _print(
        f"{done.name}: {done.state}. {done.lines} lines, {done.added} calls new, {done.merged} merged,"
        f" {done.unchanged} unchanged, {done.bad} bad lines."
    )
    if done.problem:
        _print(_words(done.problem))
    return bool(done.state == State.FINISHED)


def _show(row: Any) -> None:
    rate = row.lines / row.worked_s if row.worked_s else 0
    share = 100 * row.bytes_read / row.bytes_total if row.bytes_total else 0
    _print(
        f"{share:5.1f} %  {row.lines} lines  {rate:.0f} lines/s  {row.bad} bad",
        end="\r" if sys.stdout.isatty() else "\n",
    )


def _words(reason: str) -> str:
    from callwright.imports.queries.wording import problem_in_words

    return problem_in_words(reason)


def _print(text: str, end: str = "\n") -> None:
    print(text, end=end, flush=True)  # noqa: T201
