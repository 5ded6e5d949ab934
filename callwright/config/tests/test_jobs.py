"""The worker's reaper: a job that a killed worker had begun is run again, once."""

import asyncio

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from callwright.config.jobs import DEAD_AFTER_S, take_up_orphans


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
