"""A report says when some of its days are still being counted."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from callwright.calls.operations.rollup_changes import note_days
from callwright.calls.operations.rollup_days import add_up_dirty_days
from callwright.calls.operations.rollup_hours import count_quarters
from callwright.registration.models import AskAgain
from callwright.registration.operations.dirty import note_changed
from callwright.registration.operations.rollup_topics import add_up_topics
from callwright.reports.asked import Asked
from callwright.reports.queries.tables import answer
from callwright.reports.report import report_of
from callwright.reports.tests.conftest import NOW
from callwright.staff.models import TimeReach

DAY = date(2026, 11, 10)


@pytest.fixture
def is_old(make_user: Callable[..., Any]) -> Callable[..., bool]:
    viewer = make_user("ada", role="administrator", all_accounts=True)

    def found(code: str, **fields: Any) -> bool:
        report = report_of(code)
        assert report is not None
        return answer(viewer, report, Asked(by=report.shape.bys[0], **fields), zone="UTC", now=NOW).is_old

    return found


def test_days_that_are_counted_anew_are_told(account: Any, is_old: Callable[..., bool], other_account: Any) -> None:
    assert not is_old("calls")
    note_days({(account.pk, DAY)}, now=NOW)
    assert is_old("calls") and is_old("topics") and is_old("calls", account=account.pk)
    assert not is_old("calls", account=other_account.pk)
    add_up_dirty_days(NOW)
    assert is_old("calls")  # by quarters they are not counted yet
    count_quarters(NOW)
    assert not is_old("calls") and is_old("resolution")


def test_what_is_registered_anew_is_told_where_it_is_counted(account: Any, is_old: Callable[..., bool]) -> None:
    note_changed(account.pk, DAY, NOW)
    assert is_old("registrations") and not is_old("calls")
    add_up_topics(NOW)
    assert not is_old("registrations")


def test_calls_that_wait_to_be_looked_at_are_told_where_who_was_asked_is_counted(
    account: Any, other_account: Any, is_old: Callable[..., bool]
) -> None:
    AskAgain.objects.create(account=account, call_id=uuid4(), at=NOW - timedelta(minutes=6))
    assert is_old("registrations") and is_old("registrations", account=account.pk) and not is_old("topics")
    assert not is_old("registrations", account=other_account.pk)
    AskAgain.objects.update(at=NOW - timedelta(minutes=4))
    assert not is_old("registrations")


def test_what_happens_today_is_not_told_while_the_worker_keeps_up(account: Any, is_old: Callable[..., bool]) -> None:
    note_days({(account.pk, NOW.date())}, now=NOW - timedelta(seconds=40))
    assert not is_old("calls")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE calls_dirtyday SET at = %s", [NOW - timedelta(minutes=6)])
    assert is_old("calls")


def test_times_that_are_far_behind_are_told(is_old: Callable[..., bool]) -> None:
    assert not is_old("agents")
    TimeReach.objects.create(pk=1, until=NOW - timedelta(minutes=20))
    assert not is_old("agents")
    TimeReach.objects.update(until=datetime(2026, 11, 1, tzinfo=NOW.tzinfo))
    assert is_old("agents")


def test_the_page_says_so(account: Any, supervisor_client: Any, now: datetime) -> None:
    note_days({(account.pk, DAY)}, now=NOW)
    text = supervisor_client.get("/reports/calls/").content.decode()
    assert "Some of these days are being added up anew" in text
