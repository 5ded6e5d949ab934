"""Lists of registrations as files: each holds what the page shows, for those who may take it along (REG-3 to REG-5,
REP-7).
"""

import csv
import io
import resource
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import override
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from callwright.calls.operations.export_columns import FileColumn
from callwright.calls.testing import add_call
from callwright.registration.models import QualityFinding, QualityRule
from callwright.registration.testing_lists import add_registration, add_topics, write_down_asked
from callwright.reports.lists import LISTS, list_asked
from callwright.reports.operations.make_file import Writing
from callwright.reports.operations.make_list import MOST_ON_PAPER, make_list
from callwright.reports.operations.write_list import paper_cells
from callwright.reports.tests.conftest import NOW

EVIL = '=cmd|"/c calc"!A1'
PAGES = {"registrations": "", "missing": "missing/", "findings": "quality/", "quality": "quality/agents/"}
ASKED = ["", "direction=outbound", "queue=0", "period=week", "period=all", "hour=9&hour=10&weekday=2", "text=called",
         "asked=1", "asked=1&contact_category=0&period=week", "registered=1&queue=0"]  # fmt: skip


@pytest.fixture
def listed(now: Any, account: Any, other_account: Any, owner: Any, colleague: Any, queue: Any) -> None:
    """Registrations of two agents in two accounts, some of them wrong, and calls without one."""
    random, topics = Random(11), add_topics("Order", "Complaint", EVIL)
    rule = QualityRule.objects.create(kind="comment", least=10, changed_at=NOW)
    for _turn in range(90):
        call = add_call(
            random.choice([account, account, other_account]), NOW - timedelta(minutes=random.randrange(60 * 24 * 25)),
            employee=random.choice([owner, colleague]), queue=random.choice([queue, None]),
            direction=random.choice(["inbound", "outbound"]), from_name=random.choice(["Ann Vos", EVIL, ""]),
            client_number="+31201111111", talk_s=random.randrange(600),
        )  # fmt: skip
        if random.random() < 0.3:
            continue
        said = random.choice(["", "Called\nback", EVIL, "-1", "حسنًا"])
        made = add_registration(call, call.employee, *random.sample(topics, random.randrange(1, 3)), comment=said)
        if random.random() < 0.4:
            QualityFinding.objects.create(
                account=call.account, call_id=call.id, registration_id=made.id, rule=rule, agent=call.employee,
                queue_id=call.queue_id, direction=call.direction, started_at=call.started_at, found_at=NOW,
                detail={"topics": [made.topics[0]], "length": len(said)},
            )  # fmt: skip
    write_down_asked()


@pytest.fixture
def client(supervisor: Any, browser_of: Any) -> Any:
    return browser_of(supervisor)


def fetched(client: Any, code: str, query: str = "", form: str = "csv") -> bytes:
    answer = client.get(f"/reports/lists/{code}/file/?format={form}&{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def rows_of_csv(client: Any, code: str, query: str = "") -> list[dict[str, str]]:
    text = fetched(client, code, query).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def rows_of_list(viewer: Any, code: str, query: str = "") -> list[Any]:
    """The rows that the page shows, one page after the other."""
    wish = list_asked(LISTS[code], query, zone="Europe/Amsterdam")
    return [row for chunk in LISTS[code].rows(viewer, wish.asked, now=NOW).chunks for row in chunk["rows"]]


@pytest.mark.parametrize("code", ["registrations", "missing", "findings"])
def test_a_file_holds_the_rows_of_the_list(code: str, client: Any, supervisor: Any, listed: None) -> None:
    for query in ASKED:
        expected, found = rows_of_list(supervisor, code, query), rows_of_csv(client, code, query)
        assert [one["Key of the call"] for one in found] == [str(row.call.call_id) for row in expected], query
        assert [int(one["Talk time (seconds)"]) for one in found] == [row.call.talk_s for row in expected]
        assert [one["Agent"] for one in found] == [row.call.agent for row in expected]
        shown = client.get(f"/registration/{PAGES[code]}?{query}").content.decode()
        assert all(f'href="/calls/{one["Key of the call"]}/' in shown for one in found[:50])
        assert shown.count("fold-first") == min(50, len(found))
    assert len(rows_of_csv(client, code)) > 5


def test_what_stands_in_the_cells(client: Any, supervisor: Any, listed: None) -> None:
    for row, one in zip(rows_of_list(supervisor, "registrations"), rows_of_csv(client, "registrations"), strict=True):
        topics = "\n".join(": ".join(part for part in words if part) for words in row.words)
        assert one["Topics"] == topics and one["Number"] == "+31201111111"
        assert one["Comment"] == (row.comment if row.comment not in (EVIL, "-1") else f"'{row.comment}")
        assert one["To be corrected"] == ("1" if row.findings else "") and one["Changed at"] == ""
        assert datetime.fromisoformat(one["Began at"]) == row.call.started_at
    words = {one["Registration"] for one in rows_of_csv(client, "missing", "asked=1")}
    assert {"Registered", "Not registered"} <= words
    [due, *_rest] = rows_of_csv(client, "missing")
    assert due["Registration"] == "Not registered"
    for one in rows_of_csv(client, "findings"):
        assert "asks for a comment" in one["What was found"] and one["State"] == "To be corrected"


@pytest.mark.parametrize("code", list(LISTS))
def test_no_cell_is_a_formula_and_a_sheet_holds_what_the_text_does(code: str, client: Any, listed: None) -> None:
    text = rows_of_csv(client, code)
    assert not any(cell.startswith(("=", "+c", "@", "\t=")) for row in text for cell in row.values())
    book = CalamineWorkbook.from_filelike(io.BytesIO(fetched(client, code, form="xlsx")))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][0] == str(LISTS[code].label) and rows[1][0] == "Period" and rows[2][0] == "Time zone"
    first = next(n for n, row in enumerate(rows) if "Agent" in row)
    heads, body = [str(one) for one in rows[first]], rows[first + 1 :]
    assert any(str(row[0]).startswith("Made by ") for row in rows[:first]) and len(body) == len(text)
    assert b"<f>" not in fetched(client, code, form="xlsx")
    for row, one in zip(body, text, strict=True):
        cells = dict(zip(heads, row, strict=True))
        assert cells["Agent"] == one["Agent"]
        for head in set(heads) & {"Topics", "Comment", "Caller", "What was found"}:
            assert cells[head] == one[head].removeprefix("'")


def test_quality_by_agent_stands_in_the_file_as_on_the_page(client: Any, listed: None) -> None:
    for query in ("", "step=month", "direction=inbound"):
        rows = rows_of_csv(client, "quality", query)
        shown = client.get(f"/registration/quality/agents/?part=table&{query}").content.decode()
        assert [row["Agent"] for row in rows][-1] == "Team" and len(rows) == 3
        for row in rows:
            assert row["Agent"] in shown and f">{row['Registered']}</a>" in shown and f">{row['Wrong']}</a>" in shown
            steps = [int(value) for head, value in row.items() if head.startswith("Wrong, from ")]
            assert sum(steps) == int(row["Wrong"]) and len(steps) == (6 if "month" in query else 8)
        parts = [sum(int(row[head]) for row in rows[:-1]) for head in ("Registered", "Wrong", "Missing")]
        assert parts == [int(rows[-1][head]) for head in ("Registered", "Wrong", "Missing")]


@pytest.mark.parametrize("code", list(LISTS))
def test_a_pdf_holds_title_period_filters_maker_pages_and_rows(
    code: str, client: Any, supervisor: Any, owner: Any, listed: None
) -> None:
    reader = PdfReader(io.BytesIO(fetched(client, code, f"direction=inbound&agent={owner.pk}", "pdf")))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert (
        str(LISTS[code].label) in text and f"Made by {supervisor.name} on 18 Nov 2026" in text and "Page 1 of" in text
    )
    assert "Inbound" in text and owner.name in text and reader.metadata is not None
    if code == "findings":
        assert text.count("asks for a comment") == len(
            rows_of_list(supervisor, code, f"direction=inbound&agent={owner.pk}")
        )


def test_a_pdf_in_arabic_runs_from_right_to_left(client: Any, supervisor: Any, listed: None) -> None:
    supervisor.language = "ar"
    supervisor.save()
    reader = PdfReader(io.BytesIO(fetched(client, "registrations", form="pdf")))
    assert reader.trailer["/Root"].get("/Lang") == "ar"


def test_on_paper_no_word_stands_over_the_next_column_and_numbers_keep_their_plus() -> None:
    column = FileColumn("n", "n", "text", (), lambda chunk: chunk["n"])
    [number, long, said] = paper_cells(column, ["+31201111111", "a" * 40, "Asks for a call back"])
    assert number == "\u200e+31201111111" and said == "Asks for a call back"
    assert max(map(len, long.split("\u200b"))) == 16 and long.replace("\u200b", "") == "a" * 40


def test_files_are_for_those_who_may_take_lists_along_and_hold_their_own_accounts(
    client: Any, account: Any, other_account: Any, controller: Any, owner_client: Any, browser_of: Any, listed: None
) -> None:
    for code in LISTS:
        for part in ("file/?format=csv", "file-form/", "save/"):
            assert owner_client.get(f"/reports/lists/{code}/{part}").status_code == 403
            answer = browser_of(controller).get(f"/reports/lists/{code}/{part}")
            assert answer.status_code == 200
            assert b"".join(answer)
    assert client.get("/reports/lists/nothing/file/").status_code == 404
    assert {row["Account"] for row in rows_of_csv(client, "registrations", "period=all")} == {account.name}
    assert rows_of_csv(client, "registrations", f"account={other_account.pk}") == []
    pdf = PdfReader(io.BytesIO(fetched(client, "registrations", f"account={other_account.pk}", "pdf")))
    assert other_account.name not in pdf.pages[0].extract_text()


def test_a_file_is_in_the_audit_log_without_the_words_that_were_searched(
    client: Any, supervisor: Any, listed: None
) -> None:
    from callwright.staff.models import AuditEntry

    found = rows_of_csv(client, "registrations", "text=called&period=all")
    entry = AuditEntry.objects.get(action="list_fetched")
    assert entry.by_id == supervisor.pk and entry.subject == "report_list:registrations"
    assert entry.detail["rows"] == len(found) and entry.detail["format"] == "csv"
    assert "called" not in entry.detail["query"] and "period=all" in entry.detail["query"]


_MANY = """
    INSERT INTO registration_registration (id, account_id, call_id, by_id, direction, started_at, local_day, topics,
        words, comment, revision, created_at, updated_at)
    SELECT id, %(account)s, id, %(by)s, 'inbound', %(now)s, %(day)s, '{1}', '[["Reason", "", "Order"]]', 'Said ' || n,
        0, %(now)s, %(now)s
    FROM (SELECT n, ('01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id
          FROM generate_series(1, %(rows)s) n) x
"""


@contextmanager
def memory() -> Iterator[Callable[[], int]]:
    """How many bytes of memory the process took at most beside those that it had."""
    pages, done = [_pages()], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            pages.append(_pages())

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield lambda: (max(pages) - pages[0]) * resource.getpagesize()
    finally:
        done.set()
        watching.join()


def _pages() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1])


def test_a_hundred_thousand_rows_are_written_in_the_memory_of_a_few(
    account: Any, owner: Any, supervisor: Any, tmp_path: Path
) -> None:
    with connection.cursor() as cursor:
        values = {"account": account.pk, "by": owner.pk, "now": NOW, "day": NOW.date(), "rows": 100_000}
        cursor.execute(_MANY, values)
        cursor.execute("ANALYZE registration_registration")
    wish = list_asked(LISTS["registrations"], "period=all", zone="UTC")
    for form in ("csv", "xlsx"):
        with memory() as grown:
            made = make_list(supervisor, LISTS["registrations"], wish, Writing(form), tmp_path, now=NOW, longest_s=600)
        assert made.rows == 100_000 and made.path.stat().st_size > 1_000_000
        assert grown() < 60_000_000, f"{form}: {grown():,} bytes"  # all rows at once take several times that
    with override("en"):
        made = make_list(supervisor, LISTS["registrations"], wish, Writing("pdf"), tmp_path, now=NOW)
    text = PdfReader(made.path).pages[0].extract_text()
    assert made.rows == MOST_ON_PAPER and "The first 1000" in text
