"""What waits to be looked at is told, the newest comes first, and what is added up can be made anew (REG-4, REG-5)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from callwright.calls.ports import tell_before_final, tell_final
from callwright.calls.testing import add_call
from callwright.registration.asked import read
from callwright.registration.models import AskAgain, AskedAgent, QualityQuarter
from callwright.registration.operations import add_up_quality as adding
from callwright.registration.operations.ask_again import ask_again
from callwright.registration.operations.rebuild_quality import quality_differences, rebuild_quality
from callwright.registration.queries.behind import is_behind
from callwright.registration.queries.quality_agents import quality_by_agent
from callwright.registration.queries.quality_sums import quality_figures
from callwright.registration.testing_lists import add_registration, add_topics, write_down_asked

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TOLD = "Not all calls have been looked at yet"


@pytest.fixture
def topics(account):
    return add_topics("Order", "Complaint")


@pytest.fixture
def call(account, owner):
    return lambda days=0, **more: add_call(
        more.pop("account", account), NOW - days * DAY, employee=more.pop("employee", owner), **more
    )


def key(call):
    return call.account_id, call.id


def test_what_was_told_last_is_looked_at_first_and_a_turn_has_an_end(call, topics, monkeypatch):
    monkeypatch.setattr(adding, "BATCH", 1)
    monkeypatch.setattr(adding, "MOST_BATCHES", 2)
    old, middle, new = (call(days) for days in (40, 20, 0))
    ask_again([key(old), key(middle)])
    ask_again([key(new)])
    assert adding.add_up_quality(NOW) == 2
    assert set(AskedAgent.objects.values_list("call_id", flat=True)) == {new.id, middle.id}
    assert adding.add_up_quality(NOW) == 1 and not AskAgain.objects.exists()


def test_all_of_it_is_looked_at_before_days_become_final(call, topics, monkeypatch):
    monkeypatch.setattr(adding, "BATCH", 1)
    monkeypatch.setattr(adding, "MOST_BATCHES", 1)
    ask_again([key(call(days)) for days in range(5)])
    tell_before_final()
    assert AskedAgent.objects.count() == 5 and not AskAgain.objects.exists()


def test_it_is_told_as_long_as_calls_wait(
    call, topics, account, other_account, supervisor, controller, browser_of
):  # fmt: skip
    now = timezone.now()
    ask_again([key(call())])
    assert not is_behind(controller, now=now)  # the worker keeps up
    AskAgain.objects.update(at=now - timedelta(minutes=6))
    assert is_behind(controller, now=now) and is_behind(supervisor, now=now)
    assert is_behind(controller, (account.pk,), now=now) and not is_behind(controller, (other_account.pk,), now=now)
    browser = browser_of(supervisor)
    for path in ("missing/", "quality/agents/?part=table"):
        assert TOLD in browser.get(f"/registration/{path}").content.decode()
    assert "Every call is registered" not in browser.get("/registration/missing/").content.decode()
    adding.add_up_all()
    assert not is_behind(controller, now=now) and not is_behind(supervisor, now=now)
    assert TOLD not in browser.get("/registration/missing/").content.decode()


def test_who_sees_no_account_where_calls_wait_is_told_nothing(call, topics, other_account, make_user):
    ask_again([key(call())])
    AskAgain.objects.update(at=timezone.now() - timedelta(minutes=6))
    outside = make_user("olga", role="supervisor", accounts=[other_account])
    assert not is_behind(outside, now=timezone.now())


def test_quarters_that_went_astray_are_found_and_made_anew(call, topics, account, owner):
    first, last = date(2026, 10, 1), date(2026, 11, 30)
    calls = [call(days) for days in (0, 0, 3, 30)]
    add_registration(calls[0], owner, topics[0])
    write_down_asked()
    tell_final(date(2026, 10, 25), [account.pk])
    assert quality_differences(first, last) == []
    QualityQuarter.objects.update(missing=F("missing") + 5)
    QualityQuarter.objects.filter(at__lt=NOW - 2 * DAY, at__gt=NOW - 10 * DAY).delete()
    assert quality_differences(first, last) == [(account.pk, date(2026, 11, 17)), (account.pk, date(2026, 11, 20))]
    adding.keep_sums_of_quality(NOW + 40 * DAY)
    rebuild_quality(first, last)
    assert quality_differences(first, last) == []
    months = {"accounts": None, "zone": "UTC", "interval": "month"}
    figures = quality_figures(**months, begins_on=first, ends_on=last)
    told = {one.begins: (one.asked, one.registered, one.missing) for one in figures}
    assert told == {date(2026, 10, 1): (1, 0, 6), date(2026, 11, 1): (3, 1, 2)}  # final days stay as they are


def test_who_is_given_each_account_by_name_has_sums_as_who_sees_all(
    call, topics, account, other_account, make_user, administrator
):
    now = timezone.now()
    for days in range(1, 60):
        call(days)
        call(days, account=other_account)
    write_down_asked()
    adding.keep_sums_of_quality(now)
    asked = read({}, zone="Europe/Amsterdam", default="month")
    both = make_user("mona", role="supervisor", accounts=[account, other_account])
    one = make_user("mats", role="supervisor", accounts=[account])
    with CaptureQueriesContext(connection) as queries:
        table = quality_by_agent(both, asked, step="month", now=now)
    assert any("registration_qualitysum" in query["sql"] for query in queries)
    assert table == quality_by_agent(administrator, asked, step="month", now=now)
    assert quality_by_agent(one, asked, step="month", now=now).team.now.missing * 2 == table.team.now.missing > 0
