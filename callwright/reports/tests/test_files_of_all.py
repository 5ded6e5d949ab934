"""CSV, XLSX and PDF of every report, over calls, registrations and working days, hold what the screen shows (REP-7)."""

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from callwright.reports.report import all_reports
from callwright.reports.testing import live_random_days, register_random_calls
from callwright.reports.tests.conftest import NOW

DAYS = "period=custom&from=2026-11-04&to=2026-11-17"
ASKED = [
    *((one.code, "") for one in all_reports()),
    ("crossed", "&by=topic&across=time"), ("calls_crossed", "&by=user&across=time&figure=service"),
    ("agents", "&by=time&compare=no"), ("topics", "&by=time"), ("resolution", "&by=user&compare=no"),
]  # fmt: skip
Rows = list[tuple[str, list[str]]]


@pytest.fixture
def client(
    random_calls: None, owner: Any, colleague: Any, make_user: Callable[..., Any], browser_of: Callable[..., Any],
    now: datetime,
) -> Any:  # fmt: skip
    register_random_calls([owner, colleague], now=NOW, seed=3)
    live_random_days([owner, colleague], now=NOW, seed=3)
    return browser_of(make_user("ada", role="administrator", all_accounts=True))


def on_screen(client: Any, code: str, more: str) -> Rows:
    """The table on the page: the name of each row, then its figures, each with the one before where there is one."""
    text = client.get(f"/reports/{code}/?{DAYS}{more}").content.decode()
    table = text.partition("<tbody>")[2].split("</table>")[0]
    has_change = ">Change</th>" in text
    rows = []
    for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL):
        [name] = re.findall(r"<th[^>]*>(.*?)(?:<span class=\"folder\">.*?)?</th>", row, re.DOTALL)
        cells = re.findall(r'<td class="number"[^>]*>(.*?)</td>', row, re.DOTALL)
        figures = [part for cell in cells[: -1 if has_change else None] for part in cell.split('<span class="was">')]
        rows.append((plain(name), [plain(one) for one in figures]))
    return rows


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


def amount(text: str) -> float:
    """A figure as it is read: seconds, parts of a hundred, or a number; nothing is 0."""
    if text in ("", "–"):
        return 0
    if ":" not in text:
        return float(text.rstrip("%").replace(",", ""))
    found = 0.0
    for part in text.split(":"):
        found = found * 60 + float(part)
    return found


def alike(found: list[float], shown: list[str]) -> bool:
    """Equal, but for the fractions of seconds and of a hundredth that a screen leaves out."""
    pairs = zip(found, shown, strict=True)
    return all(abs(one - amount(text)) <= (1 if ":" in text else 0.06 if "%" in text else 0) for one, text in pairs)


def fetched(client: Any, code: str, more: str, form: str) -> bytes:
    answer = client.get(f"/reports/{code}/file/?{DAYS}{more}&format={form}")
    assert answer.status_code == 200, (code, more, form)
    return bytes(answer.content)


def test_csv_files_hold_the_rows_of_the_screen(client: Any) -> None:
    for code, more in ASKED:
        shown, content = on_screen(client, code, more), fetched(client, code, more, "csv").decode("utf-8-sig")
        heads, *rows = csv.reader(io.StringIO(content))
        first = 2 if heads[1] == "" else 1
        # A duration stands there twice: in seconds, and as it is read.
        places = [at for at in range(first, len(heads)) if not heads[at - 1].endswith(" (s)")]
        assert [row[0] for row in rows] == [name for name, _figures in shown] and len(rows) > 1, (code, more)
        for row, (name, figures) in zip(rows, shown, strict=True):
            assert alike([float(row[at] or 0) for at in places], figures), (code, more, name)


def test_xlsx_files_hold_the_rows_of_the_screen_as_numbers(client: Any) -> None:
    for code, more in ASKED:
        shown, content = on_screen(client, code, more), fetched(client, code, more, "xlsx")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        rows = sheet[-len(shown) :]
        first = 2 if len(rows[0]) == len(shown[0][1]) + 2 else 1
        assert [row[0] for row in rows] == [name for name, _figures in shown], (code, more)
        for row, (name, figures) in zip(rows, shown, strict=True):
            values = [_number(one, text) for one, text in zip(row[first:], figures, strict=True)]
            assert alike(values, figures), (code, more, name)


def _number(cell: Any, shown: str) -> float:
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    assert cell == "" or isinstance(cell, int | float), cell
    return float(cell or 0) * (100 if "%" in shown else 1)


def test_pdf_files_hold_the_rows_of_the_screen(client: Any) -> None:
    for code, more in ASKED:
        pages = PdfReader(io.BytesIO(fetched(client, code, more, "pdf"))).pages
        text = "\n".join(page.extract_text() for page in pages)
        words = set(text.replace("\u2009", " ").split())
        assert "Page 1 of" in text, (code, more)
        for name, figures in on_screen(client, code, more):
            missing = [one for one in (*name.split(), *figures) if one not in words and one not in ("", "–", text)]
            assert missing == [], (code, more, name)
