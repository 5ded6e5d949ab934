"""The audit log's screen: read only, as the log is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from callwright.kit.access import requires
from callwright.kit.clock import viewer_zone
from callwright.staff.audit import declared_actions, label_of_action, label_of_detail, record_in_words
from callwright.staff.queries.audit import AuditRow, AuditSearch, audit_page, entries_about

USUAL_DAYS = 30
EARLIEST = date(2000, 1, 1)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry with its words; `details` as (word, value)."""

    row: AuditRow
    action: str
    kind: str
    record: str
    url: str
    details: list[tuple[str, str]]


@requires("see_audit")
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """The log, newest first; an htmx request gets the rows alone."""
    asked = _asked(request)
    after = _uuid(request.GET.get("after", ""))
    found = audit_page(request.user, _search(asked), after=after)
    following = {**{name: value for name, value in asked.items() if value}, "after": str(found.next)}
    page = {
        "rows": list(_shown(found.rows)),
        "next_url": f"{reverse('staff:audit')}?{urlencode(following)}" if found.next else "",
        "asked": asked,
        "is_narrowed": any(asked[name] for name in ("person", "action", "record", "account")),
    }
    if request.headers.get("HX-Request"):
        return render(request, "staff/audit_more.html" if after else "staff/audit_rows.html", page)
    actions = [(code, label_of_action(code)) for code in declared_actions()]
    return render(request, "staff/audit.html", page | {"actions": actions})


@requires("see_audit")
@require_GET
def audit_about(request: HttpRequest) -> HttpResponse:
    """What was done to one record, as a part of its page."""
    subject = request.GET.get("record", "").replace("\x00", "")[:200]
    found = entries_about(request.user, subject)
    more = f"{reverse('staff:audit')}?{urlencode({'record': subject, 'from': EARLIEST.isoformat()})}"
    page = {"rows": list(_shown(found.rows)), "more_url": more if found.next else ""}
    return render(request, "staff/audit_about.html", page)


def _asked(request: HttpRequest) -> dict[str, str]:
    """What the address asks for; what is no day is left out, and without one the last month is shown."""
    read = {name: request.GET.get(name, "").replace("\x00", "").strip()[:200] for name in
            ("person", "action", "record", "account", "from", "to")}  # fmt: skip
    for name in ("from", "to"):
        read[name] = day.isoformat() if (day := _day(read[name])) else ""
    if "from" not in request.GET:
        today = timezone.now().astimezone(ZoneInfo(viewer_zone())).date()
        read["from"] = (today - timedelta(days=USUAL_DAYS)).isoformat()
    return read


def _search(asked: dict[str, str]) -> AuditSearch:
    zone = ZoneInfo(viewer_zone())
    first, last = _day(asked["from"]), _day(asked["to"])
    return AuditSearch(
        begins_at=datetime.combine(first, time(), zone) if first else None,
        ends_at=datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
        person=asked["person"],
        action=asked["action"],
        subject=_subject(asked["record"]),
        account=asked["account"],
    )


def _subject(text: str) -> str:
    """The subject that is meant: as it stands in the log, or the address of a call as it was copied."""
    if ":" in text and "/" not in text:
        return text
    found = _ID.search(text)
    return f"call:{found.group().lower()}" if found else text


def _shown(rows: list[AuditRow]) -> Iterator[ShownEntry]:
    for row in rows:
        kind, record, url = record_in_words(row.subject)
        details = [(label_of_detail(key), text) for key, value in row.detail.items() if (text := _in_words(value))]
        yield ShownEntry(row, label_of_action(row.action), kind, record, url, details)


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        parts = ((label_of_detail(str(key)), _in_words(one)) for key, one in value.items())
        return "; ".join(f"{key}: {text}" for key, text in parts if text)
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_in_words, value)))
    return "" if value is None else str(value)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= date(2100, 12, 31) else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
