"""The `callwright` command: finds the subcommand, runs it, turns its failures into words and exit codes."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType

from callwright.config.environment import BadEnvironment
from callwright.config.failure import CommandFailed
from callwright.config.postgres import ServerError

SUMMARIES = {
    "up": "start everything: database, web, link and worker, under one supervisor",
    "web": "start the web server alone",
    "link": "start the link to the PBXs alone",
    "worker": "start the background worker alone",
    "migrate": "bring the database's tables up to date",
    "administrator": "make somebody administrator, with a new password",
    "demo": "load demonstration data into an empty installation",
    "check": "explain the configuration and the connection to the PBXs",
    "import": "import call records from files or from the record table of a PBX",
    "totals": "compare the totals kept beside the calls with the calls, or add them up anew",
    "replay": "play a recorded AMI trace and print the calls that result, as JSON",
}

_MODULES = {"import": "import_calls"}  # "import" cannot be the name of a module
FAILED, INTERRUPTED = 1, 130


def main(words: Sequence[str] | None = None) -> int:
    """Run `callwright WORDS`. Exit codes: 0 done, 1 failed, 2 not understood, 130 interrupted."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callwright.config.settings")
    words = list(sys.argv[1:] if words is None else words)
    arguments = _parser(words).parse_args(words)
    module = _module(arguments.command)
    try:
        return int(module.run(arguments) or 0)
    except (BadEnvironment, CommandFailed, ServerError) as failure:
        print(f"callwright {arguments.command}: {failure}", file=sys.stderr)  # noqa: T201
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="callwright", description="The open call desk.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in SUMMARIES.items():
        command = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if name in words[:1]:  # only the one that runs is imported: `callwright replay` need not load the web server
            _module(name).add_arguments(command)
    return parser


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"callwright.config.commands.{_MODULES.get(name, name)}")


if __name__ == "__main__":
    sys.exit(main())
