"""What a supervisor takes out of the product in a real browser: the calls of a search, and all that is kept of a person
(CALL-13, CALL-16).
"""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from callwright.calls.models import Call, Export
from callwright.calls.operations.export_calls import make_export
from callwright.staff.models import AuditEntry, User
from journeys.ground import OUTPUT
from journeys.stage import JAN, STRANGER, Stage
from journeys.test_desk import Pages

pytestmark = [pytest.mark.browser]


@pytest.fixture
def bea(stage: Stage) -> User:
    return User.objects.create_user(
        "bea", None, name="Bea Supervisor", role="supervisor", all_accounts=True, time_zone="Europe/Amsterdam"
    )


def fetched(page: Page, button: Any) -> tuple[str, bytes]:
    """What the browser saves when the button is pressed: its name and what is in it."""
    with page.expect_download() as download:
        button.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_the_calls_of_a_search_are_exported_and_opened(stage: Stage, bea: User, page_of: Pages) -> None:
    stage.ring(number=STRANGER, name='Baker; "the other" one', ago_s=600).end(answered=False)
    stage.ring(ago_s=500).answer().end(after_s=75)
    stage.ring(number="+31887654321", ago_s=400).end(answered=False)
    missed = list(Call.objects.filter(status="missed").order_by("-id"))
    Call.objects.filter(pk=missed[0].pk).update(comment="=1+1")
    page = page_of(bea)
    page.goto("/calls/?period=week")
    page.locator("summary", has_text="Status").click()
    page.locator('input[name="status"][value="missed"]').check()
    expect(page.locator(".call-row")).to_have_count(2)
    page.get_by_role("button", name="Export").click()
    dialog = page.locator("#export")
    expect(dialog).to_contain_text("The search finds 2 calls.")
    page.screenshot(path=OUTPUT / "export.png")
    dialog.get_by_text("Text (CSV)").click()
    dialog.get_by_text("All there are").click()
    name, content = fetched(page, dialog.get_by_role("button", name="Export", exact=True))
    assert name.startswith("calls-") and name.endswith(".csv")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["Key of the call"] for row in rows] == [str(call.id) for call in missed]
    assert [row["Number"] for row in rows] == ["+31887654321", STRANGER]
    assert rows[1]["Caller name"] == 'Baker; "the other" one'
    assert rows[0]["Comment"] == "'=1+1"  # a spreadsheet must not reckon with what people wrote
    page.goto("/calls/exports/")
    expect(page.locator("[data-export]")).to_contain_text("Ready")
    again, same = fetched(page, page.get_by_role("link", name="Fetch"))
    assert (again, same) == (name, content)
    actions = set(AuditEntry.objects.filter(by=bea).values_list("action", flat=True))
    assert {"calls_exported", "export_fetched"} <= actions


def test_what_was_asked_for_one_search_does_not_come_into_the_next(stage: Stage, bea: User, page_of: Pages) -> None:
    stage.ring(number=STRANGER, ago_s=600).end(answered=False)
    talked = stage.ring(ago_s=500).answer()
    page = page_of(bea)
    page.add_init_script(SLOW_WORDS)
    page.goto("/calls/?period=week")
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    expect(page.locator(".call-row")).to_have_count(2)
    talked.end()
    page.wait_for_function("() => window.slow.length")  # the row as it is now: its answer has begun to come
    page.locator("summary", has_text="Status").click()
    page.locator('input[name="status"][value="missed"]').check()
    expect(page.locator(".call-row")).to_have_count(1)
    page.evaluate("() => { for (const one of window.slow) one(); }")
    page.wait_for_timeout(1000)
    expect(page.locator(".call-row")).to_have_count(1)
    expect(page.locator("#register-summary")).to_contain_text("1 call")


SLOW_WORDS = """window.slow = [];
const words = Response.prototype.text;
Response.prototype.text = async function () {
  const isSlow = /live|summary/.test(new URL(this.url).pathname) && window.slow.length < 2;
  if (isSlow) await new Promise((go) => window.slow.push(go));
  return words.call(this);
};"""


def test_all_that_is_kept_of_a_person_is_fetched_as_one_file(stage: Stage, bea: User, page_of: Pages) -> None:
    stage.ring(number=JAN, ago_s=600).answer().end(after_s=75)
    stage.ring(number=STRANGER, ago_s=500).end(answered=False)
    Call.objects.filter(client_number=JAN).update(comment="wants rye bread")
    bea.role = "administrator"
    bea.save()
    page = page_of(bea)
    page.goto(f"/contacts/{stage.jan}/")
    page.get_by_role("button", name="Everything about this person").click()
    expect(page).to_have_url("/calls/exports/")
    expect(page.locator("[data-export]")).to_contain_text("Everything about a person")
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    make_export(Export.objects.get().id, clock=timezone.now, in_background=True)  # as the worker does
    name, content = fetched(page, page.get_by_role("link", name="Fetch"))  # it appears without a reload
    assert name.startswith("person-") and name.endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        person = json.loads(archive.read("person.json"))
        calls = list(csv.DictReader(io.StringIO(archive.read("calls.csv").decode("utf-8-sig"), newline="")))
    assert "de Vries" in json.dumps(person["contact"]) and len(person["calls"]) == 1
    assert [(row["Number"], row["Comment"]) for row in calls] == [(JAN, "wants rye bread")]
    assert STRANGER not in json.dumps(person)
