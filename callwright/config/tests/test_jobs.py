"""The worker's reaper: a job that a killed worker had begun is run again, once."""

import asyncio
import contextlib
from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from callwright.config.jobs import DEAD_AFTER_S, REPEATED, take_up_orphans


def job_begun_by_a_worker_silent_for(seconds: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat)"
            " values (now() - make_interval(secs => %s)) returning id",
            [seconds],
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args, status, worker_id, attempts)"
            " values ('default', 'nobody.knows', '{}', 'doing', %s, 0) returning id",
            [worker],
        )
        return cursor.fetchone()[0]


async def reap_once() -> int:
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        async with worker_app.open_async():
            return await take_up_orphans(worker_app)


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_dead_worker_is_queued_again_and_a_live_one_is_left():

    orphan = job_begun_by_a_worker_silent_for(DEAD_AFTER_S + 5)
    running = job_begun_by_a_worker_silent_for(1)
    assert asyncio.run(reap_once()) == 1
    assert ProcrastinateJob.objects.get(pk=orphan).status == "todo"
    assert ProcrastinateJob.objects.get(pk=running).status == "doing"
    assert asyncio.run(reap_once()) == 0


@pytest.mark.django_db
def test_a_watched_table_that_cannot_be_looked_at_holds_up_no_import(pbx):
    from callwright.imports.models import Import, WatchedTable

    WatchedTable.objects.create(pbx=pbx, first_day=date(2026, 11, 1), position={"marks": "of another time"})
    Import.objects.create(id=UUID(int=1), name="a.csv", origin="upload", state="running", created_at=timezone.now())
    failed = []
    for repeated in REPEATED:
        if repeated.work.__module__.startswith("callwright.imports"):
            with contextlib.suppress(Exception):
                failed.append(repeated.name)
                repeated.work(timezone.now())
                failed.pop()
    assert failed == ["watched record tables"]
    assert ProcrastinateJob.objects.get().args == {"import_id": str(UUID(int=1))}
