"""The pages of reports: who sees them, what they show, and that each figure leads to exactly its calls."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from callwright.calls.queries.conditions import conditions_of
from callwright.calls.search import parse_search
from callwright.reports.report import all_reports
from callwright.reports.tests.conftest import NOW

CODES = [one.code for one in all_reports()]


def results(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return str(answer.content.decode())


@pytest.fixture
def admin(make_user: Callable[..., Any], browser_of: Callable[..., Any]) -> Any:
    return browser_of(make_user("ada", role="administrator", all_accounts=True))


def test_the_overview_lists_all_reports(supervisor_client: Any) -> None:
    text = results(supervisor_client, "/reports/")
    for code in CODES:
        assert f'href="/reports/{code}/"' in text


@pytest.mark.parametrize("code", CODES)
def test_each_report_opens_empty_and_says_so(code: str, supervisor_client: Any, now: datetime) -> None:
    text = results(supervisor_client, f"/reports/{code}/")
    assert "Traceback" not in text and 'id="report"' in text


@pytest.mark.parametrize("code", CODES)
def test_agents_and_customers_see_no_report(code: str, owner_client: Any, customer_client: Any) -> None:
    assert owner_client.get(f"/reports/{code}/").status_code == 403
    assert customer_client.get(f"/reports/{code}/").status_code == 403


def every_view() -> list[tuple[str, str]]:
    return [(one.code, by) for one in all_reports() for by in one.shape.bys]


def test_each_report_opens_by_each_of_its_rows(random_calls: None, admin: Any, now: datetime) -> None:
    for code, by in every_view():
        text = results(admin, f"/reports/{code}/?by={by}")
        # nobody registered anything or was logged in
        assert "<tbody>" in text or code in ("topics", "registrations", "crossed")


# ── figures and their calls ──────────────────────────────────────────────────────────────────────────────────────────

LINK = re.compile(r'<a href="(/calls/\?[^"]*)"[^>]*>([\d,]+)</a>')


def calls_behind(user: Any, address: str) -> int:
    """How many calls the register finds under an address."""
    search, problems = parse_search(parse_qs(urlsplit(unescape(address)).query))
    assert problems == ()
    conditions = conditions_of(user, search, zone=ZoneInfo(user.time_zone), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM calls_call c WHERE {conditions.sql}", conditions.values)
        return int(cursor.fetchone()[0])


COUNTED = [
    ("calls", by, more)
    for by in ("time", "account", "queue", "user", "direction", "category", "hour", "weekday")
    for more in ("", "&zone=Asia/Kathmandu")
] + [
    ("calls", "time", "&interval=hour&period=yesterday"), ("calls", "time", "&interval=week&zone=America/New_York"),
    ("calls", "time", "&interval=month&period=this_year"), ("queues", "queue", "&within=5"), ("queues", "user", ""),
    ("queues", "time", "&within=60&period=custom&from=2026-10-20&to=2026-10-30"), ("categories", "category", ""),
    ("hours", "weekday", ""), ("hours", "weekday", "&figure=answered&zone=Asia/Kathmandu"),
    ("calls", "time", "&direction=outbound"),
]  # fmt: skip


def test_each_figure_equals_the_calls_to_which_it_leads(random_calls: None, admin: Any, now: datetime) -> None:
    from callwright.staff.models import User

    user = User.objects.get(username="ada")
    for code, by, more in COUNTED:
        text = results(admin, f"/reports/{code}/?by={by}&show=table{more}")
        table = text[text.index("<tbody>") : text.index("</tfoot>")]
        found = {link: said.replace(",", "") for link, said in LINK.findall(table)}
        assert len(found) > 3, (code, by, more)
        for link, said in list(found.items())[::4]:
            assert calls_behind(user, link) == int(said), link


def test_a_figure_counts_only_accounts_of_the_viewer(
    random_calls: None, supervisor: Any, supervisor_client: Any, account: Any, other_account: Any, now: datetime
) -> None:
    from callwright.calls.models import Call

    ended = Call.objects.exclude(status="talking").filter(
        started_at__gte=datetime(2026, 10, 20, tzinfo=UTC), account=account
    )
    text = results(supervisor_client, "/reports/calls/?by=account&period=custom&from=2026-10-20&to=2026-11-18")
    assert account.name.replace("&", "&amp;") in text and other_account.name not in text
    assert f">{ended.count()}</a>" in text
    hostile = results(supervisor_client, f"/reports/calls/?by=account&account={other_account.pk}")
    assert "Nothing in this period" in hostile and other_account.name not in hostile


HOSTILE = [
    "period=never", "period=custom&from=2026-02-30", "from=1&to=2", "by=password", "account=abc", "account=-1",
    "account=99999999999999999999", "queue=1%27%3B", "zone=../../etc/passwd", "within=7", "interval=minute",
    "interval=hour&from=2026-01-01&to=2026-12-31", "from=1991-01-01&to=2099-12-31", "sort=%3Cscript%3E", "direction=up",
    "figure=all", "across=by", "again=365", "topic=x", "show=all", "compare=perhaps",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
@pytest.mark.parametrize("code", ["calls", "queues", "crossed", "resolution"])
def test_what_an_address_cannot_mean_is_left_out(code: str, query: str, supervisor_client: Any, now: datetime) -> None:
    text = results(supervisor_client, f"/reports/{code}/?{query}")
    assert "<script>" not in text.split("</head>")[1]


def test_what_was_left_out_is_told(supervisor_client: Any, now: datetime) -> None:
    assert "“never” is not one of the choices" in results(supervisor_client, "/reports/calls/?period=never")
    assert "there is no time zone “Mars/Base”" in results(supervisor_client, "/reports/calls/?zone=Mars/Base")
    assert "is no day" in results(supervisor_client, "/reports/calls/?from=2026-02-30")
    assert "at most three years" in results(supervisor_client, "/reports/calls/?from=1991-01-01&to=2099-12-31")


def test_there_is_no_report_of_another_name(supervisor_client: Any) -> None:
    assert supervisor_client.get("/reports/secrets/").status_code == 404


def test_a_page_takes_few_queries(
    random_calls: None, supervisor_client: Any, now: datetime, django_assert_max_num_queries: Any
) -> None:
    supervisor_client.get("/reports/calls/")
    with django_assert_max_num_queries(24):
        results(supervisor_client, "/reports/calls/?by=account")
