"""Files of reports hold what the screen shows: CSV, XLSX and PDF, also from right to left."""

import csv
import io
import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

ADDRESS = "period=custom&from=2026-10-20&to=2026-11-17"


@pytest.fixture
def client(supervisor_client: Any, random_calls: None, now: datetime) -> Any:
    return supervisor_client


def fetched(client: Any, query: str, code: str = "queues") -> Any:
    answer = client.get(f"/reports/{code}/file/?{ADDRESS}&{query}")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    return answer


def on_screen(client: Any, query: str, code: str = "queues") -> list[list[str]]:
    """The table on the page: the name of each row, then figures and those before in turn."""
    text = client.get(f"/reports/{code}/?{ADDRESS}&{query}").content.decode()
    body = text[text.index("<tbody>") : text.index("</tfoot>")]
    rows = []
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        name = re.search(r"<th[^>]*>(.*?)</th>", row, re.DOTALL)
        cells = re.findall(r'<td class="number">(.*?)</td>', row, re.DOTALL)
        figures = [part for cell in cells for part in re.split(r'<span class="was">', cell)]
        rows.append([plain(one) for one in [name[1] if name else "", *figures]])
    return rows


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


def seconds(text: str) -> int:
    found = 0
    for part in text.split(":"):
        found = found * 60 + int(part)
    return found


def test_a_csv_file_holds_the_table_of_the_screen(client: Any) -> None:
    answer = fetched(client, "format=csv&by=queue")
    assert answer.content.startswith(b"\xef\xbb\xbf") and answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    heads, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    shown = on_screen(client, "by=queue")
    assert [row[0] for row in rows] == [row[0] for row in shown] and len(rows) == 3
    offered, service, wait = heads.index("Offered"), heads.index("Service level (%)"), heads.index("Average wait (s)")
    for row, seen in zip(rows, shown, strict=True):
        assert row[offered] == seen[1].replace(",", "") and row[offered + 1] == seen[2].replace(",", "")
        assert f"{row[service]}%" == seen[11]
        assert row[wait] == str(seconds(seen[13])) and seconds(row[wait + 1]) == seconds(seen[13])


def test_separators_follow_the_language_and_the_choice(client: Any, supervisor: Any) -> None:
    supervisor.language = "nl"
    supervisor.save()
    dutch = fetched(client, "format=csv&by=queue&bom=0").content.decode()
    assert not dutch.startswith("\ufeff") and dutch.splitlines()[0].count(";") > 8 and re.search(r";\d+,\d;", dutch)
    assert "\t" in fetched(client, "format=csv&by=queue&delimiter=tab").content.decode()
    assert fetched(client, "format=csv&by=queue&delimiter=%0A").content.decode().count(";") > 8


def test_names_of_strangers_are_no_formulas(client: Any, queue: Any) -> None:
    queue.label = '=HYPERLINK("http://example.org";"x")'
    queue.save()
    rows = list(csv.reader(io.StringIO(fetched(client, "format=csv&by=queue&compare=no").content.decode("utf-8-sig"))))
    assert any(row[0].startswith("'=HYPERLINK") for row in rows)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(fetched(client, "format=xlsx&by=queue").content))
    cells = [cell for row in sheet.get_sheet_by_index(0).to_python() for cell in row]
    assert queue.label in cells  # as a text: read back as it was written
    assert "HYPERLINK" in pdf_text(fetched(client, "format=pdf&by=queue").content)


def test_an_xlsx_file_holds_real_numbers_durations_and_what_it_is_of(client: Any, supervisor: Any) -> None:
    content = fetched(client, "format=xlsx&by=queue&direction=inbound").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    above = {row[0]: row[1] for row in rows if row[0] in ("Period", "Compared with", "Time zone", "Answered within")}
    assert above["Period"].replace("\u2009", " ") and above["Answered within"] == "20 seconds"
    assert any(str(row[0]).startswith(f"Made by {supervisor.name} on 18 Nov 2026 at ") for row in rows)
    place = next(n for n, row in enumerate(rows) if row[0] == "Queue")
    shown = on_screen(client, "by=queue")
    for row, seen in zip(rows[place + 1 :], shown, strict=True):
        assert row[0] == seen[0] and row[1] == float(seen[1].replace(",", ""))
        assert abs(row[11] * 100 - float(seen[11].rstrip("%"))) < 0.06
        assert int(row[13].total_seconds()) == seconds(seen[13])


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_a_pdf_holds_title_period_filters_maker_pages_and_the_figures(client: Any, supervisor: Any) -> None:
    content = fetched(client, "format=pdf&by=queue").content
    text = pdf_text(content)
    assert content.startswith(b"%PDF") and PdfReader(io.BytesIO(content)).metadata.title == "Queues"
    assert "Queues" in text and f"Made by {supervisor.name} on 18 Nov 2026 at 14:30" in text and "Page 1 of 1" in text
    for row in on_screen(client, "by=queue"):
        assert row[0] in text and row[11] in text and row[1] in text


def test_a_pdf_in_arabic_runs_from_right_to_left_in_whole_letters(client: Any, supervisor: Any, queue: Any) -> None:
    queue.label = "قسم المبيعات"
    queue.save()
    supervisor.language, supervisor.name = "ar", "ليلى الحدّاد"
    supervisor.save()
    reader = PdfReader(io.BytesIO(fetched(client, "format=pdf&by=queue").content))
    fonts = {name for page in reader.pages for name in _fonts(page)}
    assert any("NotoSansArabic" in name for name in fonts) and not any("Libertinus" in name for name in fonts)
    places: list[float] = []
    reader.pages[0].extract_text(visitor_text=lambda text, cm, tm, _font, _size: places.append(tm[4] * cm[0] + cm[4]))
    width = float(reader.pages[0].mediabox.width)
    assert max(places) > 0.8 * width  # the names of the rows begin at the right edge
    assert reader.trailer["/Root"].get("/Lang") == "ar"


def _fonts(page: Any) -> list[str]:
    return [str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()]


def test_a_file_is_in_the_audit_log(client: Any, supervisor: Any) -> None:
    from callwright.staff.models import AuditEntry

    fetched(client, "format=csv")
    entry = AuditEntry.objects.get(action="report_fetched")
    assert entry.by_id == supervisor.pk and entry.detail["format"] == "csv"
