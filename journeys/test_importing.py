"""An import in a real browser: a file is dropped, understood, read while one looks on, corrected, undone (CALL-11)."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from callwright.calls.models import Call
from callwright.imports.jobs import work
from callwright.imports.models import Import, Mapping
from callwright.imports.operations.run_import import run_import
from callwright.staff.models import User
from journeys.ground import OUTPUT
from journeys.stage import Stage
from journeys.test_desk import Pages

pytestmark = pytest.mark.browser
LINES, BATCH = 11_000, 5_000
HEAD = "Datum;Tijd;Nummer klant;Gebeld nummer;Gesprek;Afloop;Opmerking\n"
WRONG = {6: ("65;beantwoord", "veel;beantwoord"), 40: ("65;beantwoord", "65;wie weet")}
FIRST = "+31 6 12345678"  # Jan's


def day_of_calls() -> str:
    """One call every four seconds, on a day of which the numbers leave the order of day and month open."""
    rows = []
    for n in range(LINES):
        at = f"{8 + n // 900:02}:{n % 900 // 15:02}:{n % 15 * 4:02}"
        row = f"03-04-2026;{at};{FIRST if not n else f'06{n:08}'};0201234567;65;beantwoord;nr {n} {'x' * 120}\n"
        rows.append(row.replace(*WRONG.get(n, ("", ""))))
    return HEAD + "".join(rows)


@pytest.fixture
def boss(stage: Stage) -> User:
    return User.objects.create_user(
        "boss", None, name="Boss", role="administrator", all_accounts=True, time_zone="Europe/Amsterdam"
    )


def drop(page: Page, text: str, name: str) -> None:
    """A file is dropped on the page, as from the desktop."""
    files = page.evaluate_handle(
        """([text, name]) => {
            const files = new DataTransfer();
            files.items.add(new File([text], name, { type: "text/csv" }));
            return files;
        }""",
        [text, name],
    )
    page.dispatch_event("[data-upload]", "dragover", {"dataTransfer": files})
    expect(page.locator("[data-upload][data-over]")).to_have_count(1)
    page.dispatch_event("[data-upload]", "drop", {"dataTransfer": files})


def figure(page: Page, name: str) -> Locator:
    return page.locator(".figures > div").filter(has=page.get_by_text(name, exact=True)).locator("dd")


def confirmed(page: Page) -> Import:
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("A worker will begin in a moment")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    return Import.objects.get(pk=page.url.rstrip("/").rpartition("/")[2])


def test_a_file_of_another_system_is_dropped_understood_read_corrected_and_undone(
    stage: Stage, boss: User, page_of: Pages, tmp_path: Path
) -> None:
    page, beside = page_of(boss), page_of(boss)
    page.goto("/imports/")
    expect(page.get_by_text("Nothing was imported yet")).to_be_visible()
    beside.goto("/imports/")
    expect(beside.locator("html")).to_have_attribute("data-connection", "connected")
    drop(page, day_of_calls(), "april.csv")
    expect(page).to_have_url(re.compile(r"/imports/[0-9a-f-]{36}/$"))
    _columns_are_named(page)
    row = confirmed(page)
    expect(beside.locator("tr", has_text="april.csv")).to_contain_text("Waiting")
    told: list[str] = []

    def watch(now: Import) -> None:
        if now.added == BATCH:
            told.append(_seen_while_it_works(page, beside))

    done = run_import(row.pk, progress=watch)
    assert (done.state, done.added, done.bad, len(told)) == ("finished", LINES - 2, 2, 1)
    expect(page.get_by_text("Finished", exact=True)).to_be_visible()
    expect(figure(page, "New calls")).to_have_text("10,998")
    expect(page.locator(".import-bar")).to_have_count(0)
    bad = page.get_by_role("region", name="Lines that could not be read")
    expect(bad.locator("tbody tr")).to_have_count(2)
    expect(bad).to_contain_text("“veel” in the column talk_s is no number of seconds.")
    page.screenshot(path=OUTPUT / "import-finished.png")
    assert Call.objects.get(from_number="+31612345678").contact_id == stage.jan
    _corrected(page, row, page_of)
    _undone(page, row)


def _columns_are_named(page: Page) -> None:
    """By keys alone: what the calls look like is told beside, and whoever chooses is not disturbed."""
    expect(page.get_by_role("heading", name="What the columns mean")).to_be_visible()
    expect(page.get_by_text("Say which column has the start of the call")).to_be_visible()
    page.evaluate("document.querySelectorAll('select[name=column]').forEach(one => { one.mark = true })")
    chosen = page.locator("select[name=column]")
    expect(chosen).to_have_count(7)
    expect(chosen.nth(0)).to_have_value("date")
    chosen.nth(2).focus()
    page.keyboard.type("Caller")  # Caller’s number
    expect(chosen.nth(2)).to_have_value("from")
    expect(page.locator("#outcome")).to_contain_text("Jan de Vries")
    expect(chosen.nth(2)).to_be_focused()
    for place, code in ((3, "to"), (4, "talk_s"), (5, "status"), (6, "")):
        chosen.nth(place).select_option(code)
    expect(page.locator("#outcome tbody").first.locator("tr").first).to_contain_text("1:05")
    expect(page.locator("#outcome")).to_contain_text("is no number of seconds.")
    assert page.evaluate("[...document.querySelectorAll('select[name=column]')].every(one => one.mark)")
    assert [chosen.nth(n).input_value() for n in range(7)] == ["date", "time", "from", "to", "talk_s", "status", ""]
    expect(page.locator("#id_date_order")).to_have_value("dmy")
    page.get_by_label("Save these columns as").fill("Other system")
    page.screenshot(path=OUTPUT / "import-preview.png")
    assert not Call.objects.exists()


def _seen_while_it_works(page: Page, beside: Page) -> str:
    told = page.locator("[role=status]", has_text="lines a second")
    expect(told).to_be_visible()
    expect(told).to_contain_text(re.compile(r"[1-9]\d? %.*[1-9][\d,]* lines a second.*\d:\d\d to go", re.DOTALL))
    share = page.locator(".import-bar").get_attribute("value")
    assert share and 0 < int(share) < 100
    expect(figure(page, "New calls")).to_have_text("5,000")
    expect(beside.locator("tr", has_text="april.csv")).to_contain_text(re.compile(r"Running.*[1-9]\d? %", re.DOTALL))
    page.screenshot(path=OUTPUT / "import-running.png")
    return str(told.text_content())


def _corrected(page: Page, row: Import, page_of: Pages) -> None:
    """The bad lines as a file, in the reader's language; corrected and dropped again they are the missing calls."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Bad lines as a file").click()
    assert download.value.suggested_filename == "april-errors.csv"
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    assert len(lines) == 3 and lines[0] == "date;time;from;to;talk_s;status;;callwright_reason"
    assert "is no number of seconds." in lines[1] and "is not known." in lines[2]
    dutch = User.objects.create_user("jet", None, name="Jet", role="administrator", all_accounts=True, language="nl")
    answer = page_of(dutch).request.get(f"/imports/{row.pk}/errors.csv")
    assert "is geen aantal seconden." in answer.text()
    page.goto("/imports/")
    drop(page, text.replace("veel;", "65;").replace("wie weet", "gemist"), "april-errors.csv")
    expect(page.locator("#outcome tbody").first.locator("tr")).to_have_count(2)
    expect(page.locator("#id_date_order")).to_have_value("dmy")
    again = confirmed(page)
    work(str(again.pk))
    expect(page.get_by_text("Finished", exact=True)).to_be_visible()
    expect(figure(page, "New calls")).to_have_text("2")
    expect(figure(page, "Bad lines")).to_have_text("0")
    assert (Call.objects.count(), Call.objects.filter(status="missed").count()) == (LINES, 1)
    assert Mapping.objects.get().name == "Other system"


def _undone(page: Page, row: Import) -> None:
    page.goto(f"/imports/{row.pk}/")
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    page.get_by_text("Undo this import").click()
    page.get_by_role("button", name="Take its calls out again").click()
    expect(page.get_by_text("Its calls are being taken out again")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    work(str(row.pk))
    expect(page.get_by_text("Undone", exact=True)).to_be_visible()
    assert Call.objects.count() == 2, "those of the corrected file stay"


def test_an_import_is_stopped_and_goes_on_from_its_page(stage: Stage, boss: User, page_of: Pages) -> None:
    page = page_of(boss)
    page.goto("/imports/")
    text = day_of_calls().replace(HEAD, "date;time;from;to;talk_s;status;remark\n").replace("03-04-2026", "2026-04-03")
    drop(page, text, "april.csv")
    row = confirmed(page)

    def stop(now: Import) -> None:
        if now.added == BATCH:
            expect(page.locator(".import-bar")).to_be_visible()
            page.keyboard.press("Alt+c")
            expect(page.get_by_text("It stops at the end of this batch")).to_be_visible()
            expect(page.get_by_role("button", name="Stop")).to_have_count(0)

    stopped = run_import(row.pk, progress=stop)
    assert (stopped.state, stopped.added) == ("cancelled", BATCH)
    expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("A worker will begin in a moment")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    work(str(row.pk))
    expect(page.get_by_text("Finished", exact=True)).to_be_visible()
    expect(figure(page, "New calls")).to_have_text("10,998")
    assert Call.objects.count() == LINES - 2


def test_an_upload_that_fails_says_why_and_can_be_tried_again(stage: Stage, boss: User, page_of: Pages) -> None:
    page = page_of(boss)
    page.goto("/imports/")

    def cut(route: Route) -> None:
        if route.request.method == "POST":
            route.abort()
        else:
            route.fallback()

    page.route("**/imports/", cut)
    told = page.locator(".upload-failed")
    page.locator("[data-upload] input[type=file]").set_input_files(
        {"name": "calls.csv", "mimeType": "text/csv", "buffer": HEAD.encode()}
    )
    expect(told).to_contain_text("The upload broke off.")
    expect(page.locator(".upload-progress")).to_be_hidden()
    page.unroute("**/imports/")
    drop(page, "", "empty.csv")
    expect(told).to_contain_text("There is nothing in this file.")
    page.screenshot(path=OUTPUT / "import-failed.png")
    drop(page, HEAD + "03-04-2026;10:00:00;0612345678;0201234567;65;beantwoord;\n", "calls.csv")
    expect(page.get_by_role("heading", name="What the columns mean")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(page).to_have_url(re.compile("/imports/$"))
    expect(page.get_by_text("Nothing was imported yet")).to_be_visible()
    assert not Import.objects.exists()
