"""Totals of missed and too long calls as files: what the screen shows, for those who may take calls along."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from callwright.calls.tests.test_follow_up_totals import rang
from callwright.calls.tests.test_too_long_screens import flagged
from callwright.staff.models import AuditEntry, Extension

pytestmark = pytest.mark.django_db
MISSED, TOO_LONG = "/calls/missed/totals/", "/calls/too-long/totals/"


def rows_of_csv(client: Any, path: str, query: str = "") -> list[list[str]]:
    answer = client.get(f"{path}file/?format=csv&{query}")
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def rows_of_sheet(client: Any, path: str, query: str = "") -> list[list[Any]]:
    content = client.get(f"{path}file/?format=xlsx&{query}").content
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.fixture
def missed(pbx: Any, account: Any, owner: Any, colleague: Any) -> None:
    for number, person in (("201", owner), ("202", colleague)):
        Extension.objects.update_or_create(pbx=pbx, number=number, defaults={"user": person})
    rang(pbx, "1", "201")
    rang(pbx, "2", "201", "202", number="+31687654321")


@pytest.mark.parametrize("by", ["day", "queue", "employee"])
def test_missed_calls_in_files_are_those_of_the_screen(by: str, missed: None, supervisor_client: Any) -> None:
    query = f"period=all&by={by}"
    shown = supervisor_client.get(f"{MISSED}?{query}")
    totals = shown.context["totals"]
    head, *rows = rows_of_csv(supervisor_client, MISSED, query)
    assert [row[1] for row in rows] == [str(one["missed"]) for one in totals] and rows[-1][0] == "All"
    for place, name in enumerate(["missed", "in_time", "late", "reached", "closed", "waiting", "withheld"], start=1):
        assert [row[place] for row in rows] == [str(one[name]) for one in totals], head[place]
    sheet = [row for row in rows_of_sheet(supervisor_client, MISSED, query) if row[0] == "All"]
    assert sheet[0][1] == totals[-1]["missed"] == 2
    assert f"{MISSED}file/?" in shown.content.decode()


def test_calls_over_their_limit_in_files_are_those_of_the_screen(
    supervisor_client: Any, account: Any, other_account: Any, owner: Any, colleague: Any
) -> None:
    for minutes, person in ((5, owner), (9, owner), (12, colleague)):
        flagged(account, timedelta(minutes=minutes), employee=person)
    flagged(other_account, employee=owner)
    head, *rows = rows_of_csv(supervisor_client, TOO_LONG)
    shown = supervisor_client.get(TOO_LONG)
    assert head[:3] == ["Employee", "Calls", "To be reviewed"]
    assert [row[:3] for row in rows] == [
        *([one.employee, str(one.calls), str(opened)] for one, _counts, opened in shown.context["table"]),
        ["Together", "3", "3"],
    ]
    assert rows_of_sheet(supervisor_client, TOO_LONG)[-1][:3] == ["Together", 3, 3]
    assert rows_of_csv(supervisor_client, TOO_LONG, f"employee={owner.pk}")[-1][1] == "2"
    assert f"{TOO_LONG}file/?" in shown.content.decode()


@pytest.mark.parametrize(("path", "code"), [(MISSED, "missed"), (TOO_LONG, "too_long")])
def test_who_may_not_take_calls_along_gets_no_file_and_each_file_is_written_down(
    path: str, code: str, supervisor: Any, supervisor_client: Any, owner: Any, customer: Any, browser_of: Any
) -> None:
    assert supervisor_client.get(f"{path}file/?format=xlsx").status_code == 200
    [entry] = AuditEntry.objects.filter(action="totals_fetched")
    assert (entry.subject, entry.by_id, entry.detail["format"]) == (f"totals:{code}", supervisor.pk, "xlsx")
    for stranger in (owner, customer):
        assert browser_of(stranger).get(f"{path}file/").status_code == 403
    assert AuditEntry.objects.filter(action="totals_fetched").count() == 1
