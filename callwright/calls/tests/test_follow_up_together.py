"""Two people at once, a worker that dies, and two workers: nothing lost, nothing doubled (CALL-6)."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from callwright.calls.models import Call, FollowUpAct, FollowUpPending, FollowUpReason
from callwright.calls.operations.follow_up_acts import (
    BeingCalled,
    ChangedMeanwhile,
    Seen,
    begin_call_back,
    close_follow_up,
)
from callwright.calls.operations.follow_up_changes import Note, note_clients
from callwright.calls.operations.follow_up_work import work_out_follow_ups

pytestmark = pytest.mark.django_db(transaction=True)


def now() -> datetime:
    return datetime.now(UTC)


def note(*calls: Call) -> None:
    note_clients(Note(one.account_id, one.started_at, one.id, one.contact_id, one.client_number) for one in calls)


@pytest.fixture
def missed(made: Any) -> Any:
    call = made(now() - timedelta(minutes=5), status="missed")
    note(call)
    work_out_follow_ups(now())
    call.refresh_from_db()
    return call


def at_once(*works: Any) -> list[Any]:
    """What each of the works, begun in the same moment, returned or raised."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(n: int) -> None:
        barrier.wait(10)
        try:
            results[n] = works[n]()
        except Exception as error:
            results[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return results


def test_two_people_call_back_at_the_same_moment_and_one_dials(missed: Any, owner: Any, colleague: Any) -> None:
    seen = Seen(missed.follow_up, None)
    works = [
        lambda by=by: begin_call_back(account_id=missed.account_id, call_id=missed.id, seen=seen, by=by, now=now())
        for by in (owner.pk, colleague.pk)
    ]
    results = at_once(*works)
    assert sorted(type(one) for one in results if not isinstance(one, str)) == [BeingCalled]
    assert results.count("+31612345678") == 1
    assert list(FollowUpAct.objects.order_by("id").values_list("kind", flat=True)) == ["assigned", "calling"]


def test_two_people_close_the_same_call_and_one_is_told(missed: Any, owner: Any, colleague: Any) -> None:
    reason, seen = FollowUpReason.objects.get_or_create(code="wrong_number")[0].pk, Seen(missed.follow_up, None)
    works = [
        lambda by=by: close_follow_up(
            account_id=missed.account_id, call_id=missed.id, seen=seen, reason_id=reason, by=by, now=now()
        )
        for by in (owner.pk, colleague.pk)
    ]
    results = at_once(*works)
    assert results.count(1) == 1 and sum(isinstance(one, ChangedMeanwhile) for one in results) == 1
    assert FollowUpAct.objects.filter(kind="closed").count() == 1


def test_workers_at_once_and_people_between_them_end_in_one_truth(made: Any, owner: Any) -> None:
    calls = [
        made(now() - timedelta(minutes=60 - n), status="missed", client_number=f"+3161234{n:04}") for n in range(20)
    ]
    backs = [
        made(now() - timedelta(minutes=10), direction="outbound", client_number=call.client_number)
        for call in calls[::2]
    ]
    note(*calls)
    work_out_follow_ups(now())
    note(*backs)
    reason = FollowUpReason.objects.get_or_create(code="wrong_number")[0].pk

    def close() -> int:
        for call in calls[1::4]:
            close_follow_up(
                account_id=call.account_id, call_id=call.id, seen=Seen("not_called_back", None), reason_id=reason,
                by=owner.pk, now=now(),
            )  # fmt: skip
        return 1

    def work() -> int:
        for _ in range(20):
            work_out_follow_ups(now(), batch=3)
        return 1

    assert at_once(work, work, close) == [1, 1, 1]
    work_out_follow_ups(now())
    states = {call.id: Call.objects.get(pk=call.pk).follow_up for call in calls}
    assert all(states[call.id].startswith("called_back") for call in calls[::2])
    assert all(states[call.id] == "closed" for call in calls[1::4])
    assert all(states[call.id] == "not_called_back" for call in calls[3::4])
    assert not FollowUpPending.objects.exists()


_DIES = """
import django, os, signal
django.setup()
from datetime import datetime, UTC
from callwright.calls.operations import follow_up_states, follow_up_work
written = follow_up_states._write
def dies(rows, now):
    written(rows, now)
    print("written", flush=True)
    signal.pause()
follow_up_states._write = dies
follow_up_work.work_out_follow_ups(datetime.now(UTC))
"""


@pytest.mark.fault
def test_a_worker_that_is_killed_half_way_loses_and_doubles_nothing(made: Any) -> None:
    missed = made(now() - timedelta(minutes=5), status="missed")
    back = made(now() - timedelta(minutes=2), direction="outbound")
    note(missed, back)
    settings = connection.settings_dict
    environment = {**os.environ, "DATABASE_URL": _url(settings), "DJANGO_SETTINGS_MODULE": "callwright.config.settings"}
    worker = subprocess.Popen([sys.executable, "-c", _DIES], env=environment, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None and worker.stdout.readline() == "written\n"
    assert Call.objects.get(pk=missed.pk).follow_up == ""  # nobody sees what may still be undone
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    worker.stdout.close()
    until = time.monotonic() + 10
    while FollowUpPending.objects.exists() and time.monotonic() < until:
        work_out_follow_ups(now())
    found = Call.objects.get(pk=missed.pk)
    assert (found.follow_up, found.follow_up_call_id) == ("called_back", back.id)


def _url(settings: dict[str, Any]) -> str:
    parts = psycopg.conninfo.conninfo_to_dict(
        psycopg.conninfo.make_conninfo(
            host=settings["HOST"], port=settings["PORT"], user=settings["USER"], password=settings["PASSWORD"] or None
        )
    )
    from urllib.parse import quote, urlencode

    user, password = quote(str(parts.pop("user"))), parts.pop("password", None)
    return f"postgresql://{user}{f':{quote(str(password))}' if password else ''}@/{settings['NAME']}?{urlencode(parts)}"
