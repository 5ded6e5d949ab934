"""The pages of reports: who sees them, and what they show whatever is asked."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from callwright.reports.report import all_reports

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
    with django_assert_max_num_queries(36):  # a third of them set the moment and the time of reading
        results(supervisor_client, "/reports/calls/?by=account")


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def strangers(make_user: Callable[..., Any], other_account: Any, pbx: Any) -> dict[str, int]:
    """What the supervisor, who sees another account, has nothing to do with."""
    from callwright.registration.testing import make_category
    from callwright.staff.models import AccountRight
    from callwright.telephony.models import Queue

    agent = make_user("stranger", name="Stranger Person")
    AccountRight.objects.create(user=agent, account=other_account)
    queue = Queue.objects.create(pbx=pbx, name="secret", label="Secret queue", account=other_account)
    category, [topic] = make_category("Secret category", "Secret topic")
    category.accounts.add(other_account)
    return {"user": agent.pk, "queue": queue.pk, "topic": topic.pk, "account": other_account.pk}


def test_nobody_reads_names_of_other_accounts_by_their_numbers(
    strangers: dict[str, int], other_account: Any, supervisor_client: Any, admin: Any, now: datetime
) -> None:
    names = ["Stranger Person", "Secret queue", "Secret topic", other_account.name]
    for what, number in strangers.items():
        text = results(supervisor_client, f"/reports/crossed/?{what}={number}")
        assert f"#{number}</bdi>" in text and not any(name in text for name in names), what
        file = supervisor_client.get(f"/reports/crossed/file/?format=xlsx&{what}={number}").content
        assert file.startswith(b"PK")
    text = results(admin, "/reports/crossed/?" + "&".join(f"{what}={number}" for what, number in strangers.items()))
    assert all(name in text for name in names)


def test_only_topics_of_the_viewers_accounts_are_offered(
    strangers: dict[str, int], account: Any, supervisor_client: Any, admin: Any, now: datetime
) -> None:
    from callwright.registration.testing import make_category

    make_category("Everybody", "Of all")
    mine, _topics = make_category("Ours", "Of us")
    mine.accounts.add(account)
    text = results(supervisor_client, "/reports/topics/")
    assert "Of all" in text and "Of us" in text and "Secret" not in text
    assert "Secret topic" in results(admin, "/reports/topics/")


def test_zones_that_databases_do_not_know_are_told(supervisor_client: Any, now: datetime) -> None:
    for zone in ("localtime", "posixrules", "Factory", "right/UTC"):
        assert f"there is no time zone “{zone}”" in results(supervisor_client, f"/reports/calls/?zone={zone}")


# ── intervals ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_newest_intervals_are_never_left_out(random_calls: None, admin: Any, now: datetime) -> None:
    days = results(admin, "/reports/calls/?by=time&interval=day&period=this_year&compare=no")
    assert days.count('<th scope="row">') == 322 + 1 and "18 Nov 2026</bdi></th>" in days
    assert days.count('class="stem-room"') == 322
    hours = results(admin, "/reports/calls/?by=time&interval=hour&period=this_year&compare=no")
    assert hours.count('<th scope="row">') == 322 + 1 and "too long for this interval. You see it by: Days." in hours


def test_quarters_and_half_hours_of_any_zone_add_up_to_its_hours(random_calls: None, admin: Any, now: datetime) -> None:
    from callwright.reports.queries.tables import answer
    from callwright.reports.report import report_of
    from callwright.reports.views.asked import parse_asked
    from callwright.staff.models import User

    kind = report_of("calls")
    assert kind is not None
    for zone in ("Asia/Kathmandu", "Europe/Amsterdam", "America/St_Johns"):
        found: dict[str, dict[str, int]] = {}
        for interval in ("hour", "half_hour", "quarter_hour"):
            query = {
                "by": ["time"],
                "interval": [interval],
                "from": ["2026-10-24"],
                "to": ["2026-10-26"],
                "zone": [zone],
            }
            wish, problems = parse_asked(query, kind.shape)
            assert problems == ()
            sums = found.setdefault(interval, {})
            for row in answer(User.objects.get(username="ada"), kind, wish, zone="UTC", now=now).table.rows:
                sums[row.key[:13]] = sums.get(row.key[:13], 0) + row.figures.get("calls", 0)
        assert found["hour"] == found["half_hour"] == found["quarter_hour"] and sum(found["hour"].values()) > 2
