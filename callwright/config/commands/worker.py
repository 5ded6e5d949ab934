"""`callwright worker`: runs background jobs and periodic tasks, and takes up the jobs of workers that died."""

import argparse
import asyncio
import contextlib
import os

from callwright.config.database import database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=int, default=int(os.environ.get("CALLWRIGHT_WORKER_CONCURRENCY", "4")))


def run(arguments: argparse.Namespace) -> int:
    with database():
        from callwright.config.jobs import run_worker

        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(run_worker(concurrency=arguments.concurrency))
    return 0
