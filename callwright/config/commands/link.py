"""`callwright link`: the process that holds the connections to the PBXs."""

import argparse

from callwright.config.database import database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: the PBXs are in the database."""


def run(_arguments: argparse.Namespace) -> int:
    with database():
        import uvloop

        from callwright.kit.collecting import collect_seldom
        from callwright.telephony.link.run import run_link

        collect_seldom()
        uvloop.run(run_link())
    return 0
