"""`callwright demo`: invented data to look at, into an empty installation only."""

import argparse

from callwright.config.commands.migrate import migrations_due
from callwright.config.database import database
from callwright.config.failure import CommandFailed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kind",
        choices=("bureau", "house"),
        default="bureau",
        help="a bureau with 40 customers beside its own office, or a house with one account (default: bureau)",
    )
    parser.add_argument("--pbx", choices=("fake", "asterisk", "none"), default="fake", help="the PBX to link to")
    parser.add_argument("--if-empty", action="store_true", help="do nothing when there is data already")


def run(arguments: argparse.Namespace) -> int:
    with database():
        from django.utils import timezone

        from callwright.config.demo.house import Kind
        from callwright.config.demo.load import is_empty, load_demo
        from callwright.config.demo.pbx import keep_port_free

        if migrations_due():
            raise CommandFailed("The tables are not up to date: run 'callwright migrate' first.")
        if not is_empty():
            if arguments.if_empty:
                keep_port_free()
                return 0
            raise CommandFailed("This installation is in use; demonstration data goes into an empty one only.")
        print("Loading demonstration data, about ten seconds …", flush=True)  # noqa: T201
        loaded = load_demo(kind=Kind(arguments.kind), pbx=arguments.pbx, now=timezone.now())
        keep_port_free()
        print(  # noqa: T201
            f"Demonstration data: {loaded.accounts} accounts, {loaded.contacts} contact numbers, {loaded.calls} calls."
        )
    return 0
