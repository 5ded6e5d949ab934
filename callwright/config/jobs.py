"""The background worker: procrastinate's, plus a reaper for the jobs that a killed worker left behind."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone
from procrastinate import App, exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from callwright.calls.operations.account_days import follow_zones
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.calls.operations.note_outcomes import hear_what_was_missed
from callwright.calls.operations.rollup_again import look_who_called_again
from callwright.calls.operations.rollup_days import add_up_dirty_days
from callwright.calls.operations.rollup_hours import count_quarters, keep_sums_of_calls
from callwright.calls.operations.send_due_notes import send_due_notes
from callwright.calls.operations.too_long_work import watch_talk_times
from callwright.desk.operations.keep_in_step import order_again
from callwright.floor.operations.listening import look_after_listening
from callwright.floor.operations.tidy import tidy as tidy_floor
from callwright.imports.jobs import look_into_tables, take_up
from callwright.imports.operations.tidy import tidy as tidy_imports
from callwright.imports.operations.watch_folders import watch_folders
from callwright.messaging.jobs import send_mail
from callwright.recordings.operations.look_after import fetch_due, tidy
from callwright.registration.operations.add_up_quality import add_up_quality, keep_sums_of_quality
from callwright.registration.operations.demand import look_after_due
from callwright.registration.operations.quality_evaluate import evaluate_due
from callwright.registration.operations.rollup_topics import add_up_topics, keep_sums_of_topics
from callwright.reports.operations.send_due import send_due as send_due_reports
from callwright.reports.operations.send_due import tidy as tidy_reports
from callwright.staff.operations.add_up_times import add_up_times
from callwright.staff.operations.note_calls import end_due_wrap_ups
from callwright.telephony.operations.send_command import expire_commands

HEARTBEAT_S = 5.0
DEAD_AFTER_S = 20.0
_KEPT_HOURS = 24 * 30
_REST = 20.0  # times as long as it took: a twentieth of one core each, until the longest rest is reached
LONGEST_REST_S = 10.0

log = logging.getLogger("callwright.worker")


def _by_the_second(now: datetime) -> None:
    end_due_wrap_ups(now)
    expire_commands(now)
    order_again(now)


def _figures(now: datetime) -> None:
    count_quarters(now)
    add_up_topics(now)


def _sums(now: datetime) -> None:
    keep_sums_of_calls(now)
    keep_sums_of_topics(now)
    keep_sums_of_quality(now)
    add_up_times(now)


async def run_worker(*, concurrency: int) -> None:
    """Run jobs until told to stop by SIGTERM or SIGINT; jobs that run then have 20 seconds to finish."""
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        async with worker_app.open_async():
            reaper = asyncio.create_task(_reap_for_ever(worker_app))
            tickers = [asyncio.create_task(_repeat(work)) for work in REPEATED]
            try:
                await worker_app.run_worker_async(
                    concurrency=concurrency,
                    update_heartbeat_interval=HEARTBEAT_S,
                    stalled_worker_timeout=DEAD_AFTER_S,
                    shutdown_graceful_timeout=20.0,
                )
            finally:
                for task in (reaper, *tickers):
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await task


@dataclass(frozen=True, slots=True)
class Repeated:
    """What is due every few seconds; too often for a row in the table of jobs each time. Several workers may do it.

    `rest`: it is left alone for at least so many times as long as it took, up to ten seconds. What adds up a day anew
    takes longer the longer the day, and is not to slow down the calls of a busy evening.
    """

    name: str
    seconds: float
    work: Callable[[datetime], object]
    rest: float = 0.0

    def pause_s(self, took_s: float) -> float:
        """How long it is left alone after it took so long."""
        return max(self.seconds, min(LONGEST_REST_S, self.rest * took_s))


REPEATED = (
    Repeated("recordings", 1.0, fetch_due),
    Repeated("recordings kept long enough", 60.0, tidy),
    Repeated("wrap-ups and orders", 1.0, _by_the_second),
    Repeated("too long calls", 1.0, watch_talk_times),
    Repeated("calls to be registered", 2.0, look_after_due),
    Repeated("totals of the calls", 3.0, add_up_dirty_days, rest=_REST),
    Repeated("figures of reports", 3.0, _figures, rest=_REST),
    Repeated("who was asked to register", 3.0, add_up_quality),
    Repeated("sums of reports", 20.0, _sums),
    Repeated("who called again", 60.0, look_who_called_again),
    Repeated("days of accounts in another time zone", 3.0, follow_zones),
    Repeated("follow-up of missed calls", 0.5, work_out_follow_ups),
    Repeated("imports", 5.0, take_up),
    Repeated("watched folders", 5.0, watch_folders),
    Repeated("watched record tables", 5.0, look_into_tables),
    Repeated("imports kept long enough", 3600.0, tidy_imports),
    Repeated("quality of registrations", 5.0, evaluate_due),
    Repeated("mail", 1.0, send_mail),
    Repeated("reports to be sent", 5.0, send_due_reports),
    Repeated("files of reports kept long enough", 3600.0, tidy_reports),
    Repeated("who listens in", 3.0, look_after_listening),
    Repeated("notices of the floor kept long enough", 3600.0, tidy_floor),
    Repeated("notes on calls", 2.0, send_due_notes),
    Repeated("what became of notes", 60.0, hear_what_was_missed),
)


async def _repeat(repeated: Repeated) -> None:
    # A thread of its own: a mail server that takes minutes to answer holds up nothing else.
    thread = ThreadPoolExecutor(1, thread_name_prefix=repeated.name)
    while True:
        began = time.monotonic()
        try:
            await asyncio.get_running_loop().run_in_executor(thread, _once, repeated)
        except DatabaseError as error:
            log.warning("What is due by the second (%s) could not be done: %s", repeated.name, error)
        except Exception:  # a fault in one of them must not end it until somebody starts the worker again
            log.exception("What is due by the second (%s) failed", repeated.name)
        await asyncio.sleep(repeated.pause_s(time.monotonic() - began))


def _once(repeated: Repeated) -> None:
    close_old_connections()
    try:
        repeated.work(timezone.now())
    finally:
        connections.close_all()


async def _reap_for_ever(app: App) -> None:
    while True:
        try:
            await take_up_orphans(app)
            await app.job_manager.delete_old_jobs(nb_hours=_KEPT_HOURS, include_failed=False)
        except exceptions.ConnectorException as error:
            log.warning("Looking for the jobs of dead workers failed: %s", error)
        await asyncio.sleep(DEAD_AFTER_S)


async def take_up_orphans(app: App) -> int:
    """Queue again what dead workers had begun; returns how many jobs. So every job must bear being run twice."""
    orphans = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_S)
    taken = 0
    for job in orphans:
        with contextlib.suppress(exceptions.ConnectorException):  # another worker's reaper was faster
            await app.job_manager.retry_job(job)
            taken += 1
            log.warning("Job %s (%s) of a worker that died is queued again", job.id, job.task_name)
    return taken
