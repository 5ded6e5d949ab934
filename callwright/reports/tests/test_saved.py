"""Reports kept under names: own, shared, changed, deleted with a way back; and the screens of what is sent."""

from datetime import UTC, datetime
from typing import Any

import pytest

from callwright.reports.models import Run, SavedReport, Schedule

QUERY = "period=last_month&by=queue&direction=inbound"


def saved(client: Any, name: str = "Queues of last month", **more: str) -> Any:
    return client.post("/reports/calls/save/", {"query": QUERY, "name": name, **more})


def test_a_report_is_saved_and_opens_with_its_question(supervisor: Any, supervisor_client: Any) -> None:
    answer = saved(supervisor_client)
    one = SavedReport.objects.get()
    assert answer.url == f"/reports/calls/?{QUERY}&saved={one.pk}" and one.query == QUERY
    text = supervisor_client.get(answer.url).content.decode()
    assert "Queues of last month" in text and '<option value="last_month" selected>' in text
    assert supervisor_client.get(f"/reports/saved/{one.pk}/").url == answer.url


@pytest.mark.parametrize(
    ("name", "words"), [("", "Give the report a name"), ("queues of LAST month", "another report")]
)
def test_a_name_must_be_given_and_be_ones_own(name: str, words: str, supervisor: Any, supervisor_client: Any) -> None:
    saved(supervisor_client)
    answer = saved(supervisor_client, name)
    assert answer.status_code == 422 and words in answer.content.decode() and SavedReport.objects.count() == 1


def test_a_shared_report_is_found_by_colleagues_with_the_right_and_changed_by_nobody_else(
    supervisor: Any, supervisor_client: Any, controller: Any, owner_client: Any, browser_of: Any
) -> None:
    colleague = browser_of(controller)
    saved(supervisor_client)
    one = SavedReport.objects.get()
    assert "Queues of last month" not in colleague.get("/reports/").content.decode()
    assert colleague.get(f"/reports/saved/{one.pk}/").status_code == 404
    supervisor_client.post(f"/reports/saved/{one.pk}/change/", {"name": "Queues", "shared": "1"})
    text = colleague.get("/reports/").content.decode()
    assert "Queues" in text and f"shared by {supervisor.name}" in text
    assert colleague.get(f"/reports/saved/{one.pk}/").status_code == 302
    assert colleague.post(f"/reports/saved/{one.pk}/change/", {"name": "Mine"}).status_code == 404
    assert colleague.post(f"/reports/saved/{one.pk}/delete/").status_code == 404
    assert owner_client.get(f"/reports/saved/{one.pk}/").status_code == 403
    one.refresh_from_db()
    assert (one.name, one.deleted_at) == ("Queues", None)


def test_a_saved_report_is_changed_to_what_the_page_shows(supervisor: Any, supervisor_client: Any) -> None:
    saved(supervisor_client)
    one = SavedReport.objects.get()
    form = supervisor_client.get(f"/reports/calls/save/?saved={one.pk}&query=period%3Dtoday").content.decode()
    assert f'action="/reports/saved/{one.pk}/change/"' in form
    supervisor_client.post(f"/reports/saved/{one.pk}/change/", {"name": one.name, "query": "period=today&by=account"})
    one.refresh_from_db()
    assert one.query == "period=today&by=account"


def test_deleting_can_be_undone(supervisor: Any, supervisor_client: Any) -> None:
    saved(supervisor_client)
    one = SavedReport.objects.get()
    answer = supervisor_client.post(f"/reports/saved/{one.pk}/delete/", headers={"HX-Request": "true"})
    assert f"/reports/saved/{one.pk}/restore/" in answer.headers["HX-Trigger"]
    assert "Queues of last month" not in supervisor_client.get("/reports/").content.decode()
    supervisor_client.post(f"/reports/saved/{one.pk}/restore/", headers={"HX-Request": "true"})
    assert "Queues of last month" in supervisor_client.get("/reports/").content.decode()


def test_what_an_old_report_cannot_mean_any_more_is_left_out(supervisor: Any, supervisor_client: Any) -> None:
    now = datetime.now(UTC)
    values = {"owner": supervisor, "created_at": now, "changed_at": now}
    gone = SavedReport.objects.create(name="Old", report="no-such-report", query="x=1", **values)
    odd = SavedReport.objects.create(name="Odd", report="calls", query="period=moon&by=stars", **values)
    assert "does not exist any more" in supervisor_client.get("/reports/").content.decode()
    assert supervisor_client.get(f"/reports/saved/{gone.pk}/").status_code == 404
    assert supervisor_client.get(supervisor_client.get(f"/reports/saved/{odd.pk}/").url).status_code == 200


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────

FORM = {
    "every": "week", "weekday": "1", "month_day": "1", "at": "07:30", "zone": "Europe/Amsterdam",
    "addresses": "board@example.org, Office@Example.ORG\nboard@EXAMPLE.org", "format": "pdf", "language": "nl",
}  # fmt: skip


def test_a_report_is_set_to_be_sent_changed_switched_and_deleted(
    supervisor: Any, supervisor_client: Any, controller: Any, browser_of: Any
) -> None:
    answer = saved(supervisor_client, then="schedule")
    one = SavedReport.objects.get()
    assert answer.url == f"/reports/saved/{one.pk}/schedule/"
    assert supervisor_client.get(answer.url).status_code == 200
    assert supervisor_client.post(answer.url, FORM).url == "/reports/schedules/"
    schedule = Schedule.objects.get()
    assert schedule.addresses == ["board@example.org", "Office@example.org"] and schedule.owner_id == supervisor.pk
    assert schedule.next_at > datetime.now(UTC) and schedule.next_at.isoweekday() == 1
    text = supervisor_client.get("/reports/schedules/").content.decode()
    assert "(Monday)" in text and "board@example.org" in text
    other = browser_of(controller)
    assert "board@example.org" not in other.get("/reports/schedules/").content.decode()
    assert other.get(f"/reports/schedules/{schedule.pk}/").status_code == 404
    for act in ("switch", "delete", "now"):
        assert other.post(f"/reports/schedules/{schedule.pk}/{act}/").status_code == 404
    supervisor_client.post(f"/reports/schedules/{schedule.pk}/", {**FORM, "every": "month", "month_day": "31"})
    supervisor_client.post(f"/reports/schedules/{schedule.pk}/now/")
    assert Run.objects.get().state == "waiting"
    supervisor_client.post(f"/reports/schedules/{schedule.pk}/switch/", {"on": "0"})
    schedule.refresh_from_db()
    assert (schedule.every, schedule.month_day, schedule.is_on) == ("month", 31, False)
    supervisor_client.post(f"/reports/schedules/{schedule.pk}/delete/")
    assert not Schedule.objects.exists() and SavedReport.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("addresses", "nobody", "“nobody” is no e-mail address"), ("addresses", ",", "at least one e-mail address"),
        ("addresses", " ".join(f"a{n}@example.org" for n in range(51)), "at most fifty"), ("at", "25:00", "valid time"),
        ("zone", "Mars/Base", "Mars/Base"), ("every", "hour", "hour"), ("format", "exe", "exe"),
        ("weekday", "9", "9"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_so_is_said_beside_the_form(
    field: str, value: str, words: str, supervisor: Any, supervisor_client: Any
) -> None:
    saved(supervisor_client)
    answer = supervisor_client.post(f"/reports/saved/{SavedReport.objects.get().pk}/schedule/", {**FORM, field: value})
    assert answer.status_code == 422 and words in answer.content.decode() and not Schedule.objects.exists()


def test_the_file_that_was_sent_is_fetched_by_its_owner_while_they_see_what_it_holds(
    supervisor: Any,
    supervisor_client: Any,
    controller: Any,
    browser_of: Any,
    account: Any,
    settings: Any,
    tmp_path: Any,
) -> None:
    from callwright.reports.operations.send_due import send_due
    from callwright.staff.models import AccountRight

    settings.MEDIA_ROOT = str(tmp_path)
    saved(supervisor_client)
    supervisor_client.post(f"/reports/saved/{SavedReport.objects.get().pk}/schedule/", FORM)
    schedule = Schedule.objects.get()
    assert send_due(schedule.next_at) == 1
    address = f"/reports/runs/{Run.objects.get().pk}/file/"
    answer = supervisor_client.get(address)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert "Waiting for the mail server" in supervisor_client.get("/reports/schedules/").content.decode()
    assert browser_of(controller).get(address).status_code == 404
    AccountRight.objects.filter(user=supervisor, account=account).delete()
    assert supervisor_client.get(address).status_code == 404
