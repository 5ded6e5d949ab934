"""What takes long is shown after the page."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from time import monotonic
from typing import Any

import pytest
from django.db import connection

from callwright.calls.queries.patience import SearchTooLong
from callwright.reports.asked import Asked
from callwright.reports.queries.reading import reading
from callwright.reports.queries.tables import answer
from callwright.reports.report import Figured, all_reports, report_of
from callwright.reports.table import Ask
from callwright.reports.tests.conftest import NOW
from callwright.staff.queries.rights import Viewer

CODES = [one.code for one in all_reports()]


@pytest.fixture
def admin(make_user: Callable[..., Any]) -> Any:
    return make_user("ada", role="administrator", all_accounts=True)


@pytest.mark.parametrize("code", CODES)
def test_a_page_that_would_wait_stands_first_and_its_figures_come_after_it(
    code: str, random_calls: None, admin: Any, browser_of: Callable[..., Any], now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("callwright.reports.views.report.FIRST_S", 0.0)
    browser = browser_of(admin)
    text = browser.get(f"/reports/{code}/?zone=Asia/Kathmandu").content.decode()
    assert 'id="report-form"' in text and "Loading …" in text and "<tbody>" not in text
    (days,) = re.findall(r'class="report-days"><strong>([^<]+)<', text)  # of which it will tell
    (address,) = re.findall(r'<section id="report"[^>]* hx-get="([^"]+)" hx-trigger="load"', text)
    later = browser.get(unescape(address), headers={"HX-Request": "true"})
    part = later.content.decode()
    assert "hx-trigger" not in part and "Loading …" not in part and f"<strong>{days}</strong>" in part
    assert "HX-Push-Url" not in later.headers
    asked = browser.get(f"/reports/{code}/?zone=Asia/Kathmandu", headers={"HX-Request": "true"})
    assert asked.headers["HX-Push-Url"].startswith(f"/reports/{code}/?")
    assert asked.content.decode() == part


def slow(viewer: Viewer, ask: Ask, now: datetime) -> Figured:
    """Takes half a minute for any time before this month."""
    found = report_of("calls")
    assert found is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_sleep(30 * (%s::date < %s::date)::int)", [ask.begins_on, (NOW - timedelta(30)).date()]
        )
    return found.read(viewer, ask, now)


def test_without_time_for_the_period_before_the_period_itself_is_shown(random_calls: None, admin: Any) -> None:
    calls = report_of("calls")
    assert calls is not None
    report, asked, began = replace(calls, read=slow), Asked(by="account"), monotonic()
    with reading(10):
        found = answer(admin, report, asked, zone="UTC", now=NOW, before_within_s=1)
    assert found.is_first and found.ask_before is None
    assert found.table.total.figures["calls"] > 0 and found.table.total.before is None
    with pytest.raises(SearchTooLong), reading(1):
        answer(admin, report, asked, zone="UTC", now=NOW)
    assert monotonic() - began < 10
    whole = answer(admin, calls, asked, zone="UTC", now=NOW)
    assert not whole.is_first and whole.table.total.figures == found.table.total.figures
    assert whole.table.total.before is not None


def test_all_statements_of_a_report_share_one_time(db: None) -> None:
    began = monotonic()
    with pytest.raises(SearchTooLong), reading(0.6), connection.cursor() as cursor:
        for _ in range(20):
            cursor.execute("SELECT pg_sleep(0.2)")
    assert 0.5 < monotonic() - began < 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db(transaction=True)
def test_a_report_is_read_at_one_moment() -> None:
    with reading(5), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_isolation')")
        assert cursor.fetchone() == ("repeatable read",)
