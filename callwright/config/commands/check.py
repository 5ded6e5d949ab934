"""`callwright check`: explains the configuration and the connection to the PBXs, one line a finding."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from callwright.config.commands.migrate import direct_connection, migrations_due
from callwright.config.database import database
from callwright.config.environment import BadEnvironment, home_folder, secret_key
from callwright.config.failure import CommandFailed
from callwright.config.postgres import ServerError

if TYPE_CHECKING:
    from callwright.telephony.queries.diagnosis import Finding

_SIGNS = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="the findings as a JSON list, for monitoring")
    parser.add_argument("--pbx", metavar="NAME", default="", help="look at this PBX only (its short name)")
    parser.add_argument(
        "--all-months", action="store_true", help="look for what is left of removed calls in all months, not in two"
    )
    parser.add_argument(
        "--remove-orphans", action="store_true", help="remove what is left of calls that were removed, and nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when something is a problem."""
    if arguments.remove_orphans:
        return _remove_orphans()
    try:
        findings = [_plain(one) for one in _findings(arguments.pbx, all_months=arguments.all_months)]
    except BadEnvironment as slip:  # not even Django can begin
        findings = [_of_environment(slip)]
    if arguments.json:
        json.dump(findings, sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        for one in findings:
            sys.stdout.write(_line(one))
    return 1 if any(one["level"] == "problem" for one in findings) else 0


def _remove_orphans() -> int:
    with database():
        from callwright.calls.operations.orphans import remove_orphans

        sys.stdout.write(f"{remove_orphans()} removed\n")
    return 0


def _findings(pbx: str, *, all_months: bool) -> "Iterator[Finding]":
    from django.db import DatabaseError

    try:
        with database():
            yield from _all(pbx, all_months=all_months)
    except (ServerError, DatabaseError, OSError) as error:
        yield _unreachable(str(error))


def _all(pbx: str, *, all_months: bool) -> "Iterator[Finding]":
    from django.utils import timezone
    from django.utils.translation import gettext_lazy as _

    from callwright.config.diagnosis import (
        machine_findings,
        organisation_findings,
        orphan_findings,
        pbx_findings,
        storage_findings,
        totals_findings,
    )
    from callwright.telephony.models import Pbx
    from callwright.telephony.queries.diagnosis import Finding, Level

    home = home_folder()
    yield from machine_findings(home, secret_key(home))
    yield from storage_findings()
    direct = direct_connection()  # the pool would say only that it has none to give
    direct.ensure_connection()
    direct.close()
    due = migrations_due()
    yield Finding(Level.OK, "database", _("The database answers"))
    if due:
        yield Finding(
            Level.PROBLEM, "migrations", _("The tables are not up to date"), _("Run 'callwright migrate'."),
            str(len(due)),
        )  # fmt: skip
        return
    rows = Pbx.objects.filter(slug=pbx) if pbx else Pbx.objects.all()
    if pbx and not rows:
        raise CommandFailed(
            f"There is no PBX {pbx}; known are: {', '.join(Pbx.objects.values_list('slug', flat=True))}"
        )
    yield from organisation_findings()
    yield from totals_findings(timezone.now())
    yield from orphan_findings(timezone.now(), all_months=all_months)
    for row in rows:
        yield from pbx_findings(row, timezone.now())


def _unreachable(detail: str) -> "Finding":
    import django
    from django.utils.translation import gettext_lazy as _

    from callwright.telephony.queries.diagnosis import Finding, Level

    django.setup()
    return Finding(
        Level.PROBLEM, "database", _("The database does not answer"),
        _("Check DATABASE_URL and that the server runs; without DATABASE_URL, the data folder's own server is used."),
        detail,
    )  # fmt: skip


def _plain(one: "Finding") -> dict[str, str]:
    return {
        "level": str(one.level),
        "code": one.code,
        "subject": one.subject,
        "title": str(one.title),
        "detail": one.detail,
        "what_to_do": str(one.what_to_do),
    }


def _of_environment(slip: BadEnvironment) -> dict[str, str]:
    return {
        "level": "problem", "code": "environment", "subject": "", "detail": "",
        "title": "The environment variables do not fit together", "what_to_do": str(slip),
    }  # fmt: skip


def _line(one: dict[str, str]) -> str:
    subject = f"{one['subject']}: " if one["subject"] else ""
    detail = f" ({one['detail']})" if one["detail"] else ""
    hint = f"         {one['what_to_do']}\n" if one["what_to_do"] else ""
    return f"{_SIGNS[one['level']]}  {subject}{one['title']}{detail}\n{hint}"
