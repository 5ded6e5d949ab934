"""What the worker does without being asked: nothing of it is forgotten, all of it can be done where nothing is due."""

import logging
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from callwright.calls.operations.rollup_days import add_up_dirty_days
from callwright.calls.queries.known_totals import WAIT
from callwright.config.jobs import LONGEST_REST_S, REPEATED, Repeated, _figures
from callwright.reports.queries.counting import LATE

# how many seconds after it became due each must have been begun
AT_THE_LATEST_S = {
    "calls.operations.too_long_work.watch_talk_times": 1,  # flagged at the second (CALL-7)
    "calls.operations.follow_up_work.work_out_follow_ups": 1,  # a missed call is open within a second (CALL-6)
    "calls.operations.rollup_days.add_up_dirty_days": 5,
    "calls.operations.account_days.follow_zones": 5,
    "recordings.operations.look_after.fetch_due": 1,
    "recordings.operations.look_after.tidy": 60,
    "imports.jobs.take_up": 5,
    "imports.jobs.look_into_tables": 5,
    "imports.operations.watch_folders.watch_folders": 5,
    "imports.operations.tidy.tidy": 3600,
    "messaging.jobs.send_mail": 1,
    "config.jobs._by_the_second": 1,
    "config.jobs._figures": 5,  # reports know a call within seconds (REP-5)
    "config.jobs._sums": 30,
    "calls.operations.rollup_again.look_who_called_again": 60,
    "calls.operations.send_due_notes.send_due_notes": 2,  # sent at once (ACC-6)
    "calls.operations.note_outcomes.hear_what_was_missed": 60,
    "floor.operations.listening.look_after_listening": 5,  # nobody listens without the right (REP-6)
    "floor.operations.tidy.tidy": 3600,
    "registration.operations.add_up_quality.add_up_quality": 5,  # unregistered calls are known within seconds (REG-4)
    "registration.operations.demand.look_after_due": 2,  # nobody is held for nothing (REG-3)
    "registration.operations.quality_evaluate.evaluate_due": 5,  # at once on demand (REG-5)
    "reports.operations.send_due.send_due": 60,
    "reports.operations.send_due.tidy": 3600,
}
BY_THE_CLOCK = {
    "calls.partitions_ahead": "17 3 * * *",
    "calls.retention": "37 2 * * *",
    "calls.expire_exports": "11 * * * *",
    "messaging.forget_old": "40 3 * * *",
    "desk.pause_absent": "* * * * *",
    "live.forget_old": "*/10 * * * *",
}


def name_of(repeated: Repeated) -> str:
    return f"{repeated.work.__module__}.{repeated.work.__qualname__}".removeprefix("callwright.")


def test_everything_that_has_to_be_done_every_few_seconds_is() -> None:
    assert {name_of(one) for one in REPEATED} == set(AT_THE_LATEST_S)
    assert {name_of(one): one.seconds for one in REPEATED if one.seconds > AT_THE_LATEST_S[name_of(one)]} == {}
    assert len({one.name for one in REPEATED}) == len(REPEATED)  # the log tells them apart


@pytest.mark.parametrize("repeated", REPEATED, ids=name_of)
def test_what_takes_long_rests_for_long_but_not_for_ever(repeated: Repeated) -> None:
    assert repeated.pause_s(0.01) == repeated.seconds
    assert repeated.pause_s(3600) <= max(repeated.seconds, LONGEST_REST_S)
    if repeated.work in (add_up_dirty_days, _figures):
        assert repeated.pause_s(0.5) >= 10, "a day that is added up anew must not take a core of a long day's calls"
    else:
        assert repeated.pause_s(0.5) == repeated.seconds, "what is due by the second must not wait"


def test_what_was_counted_before_is_used_while_the_worker_rests() -> None:
    """Else lists of a busy house would count calls one by one, as if the worker did not run."""
    assert timedelta(seconds=2 * LONGEST_REST_S) < WAIT
    assert timedelta(seconds=2 * LONGEST_REST_S) < LATE


def test_what_the_clock_calls_for_is_known_to_the_worker() -> None:
    found = {name: task.cron for (name, _), task in app.periodic_registry.periodic_tasks.items()}
    assert {name: cron for name, cron in found.items() if not name.startswith("builtin")} == BY_THE_CLOCK
    # one that waits to be done is not asked for again
    assert all(app.tasks[name].queueing_lock == name for name in BY_THE_CLOCK)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("repeated", REPEATED, ids=name_of)
def test_each_can_be_done_where_nothing_is_due(repeated: Repeated, caplog: Any) -> None:
    repeated.work(timezone.now())
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", BY_THE_CLOCK)
def test_what_the_clock_calls_for_can_be_done_where_nothing_is_due(name: str, caplog: Any) -> None:
    app.tasks[name](timestamp=int(time.time()))
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
