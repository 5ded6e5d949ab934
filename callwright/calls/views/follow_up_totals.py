"""Totals of what became of missed calls, each figure with the way to its calls (CALL-6)."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from callwright.calls.follow_up_list import MissedList, parse_missed_list
from callwright.calls.operations.export_columns import Kind
from callwright.calls.operations.totals_file import TotalsColumn
from callwright.calls.periods import Period
from callwright.calls.queries.follow_up_totals import MissedTotal, missed_totals
from callwright.calls.queries.patience import SearchTooLong
from callwright.calls.queries.screen import choices_for
from callwright.calls.search import FOLLOW_UPS, NONE, Search
from callwright.calls.views.asked import given, staff_user, viewpoint
from callwright.calls.views.follow_up import address
from callwright.calls.views.follow_up_words import BY, state_word
from callwright.calls.views.shown import address as register_address
from callwright.calls.views.totals_file import sent_totals
from callwright.calls.views.wording import PERIODS
from callwright.kit.access import requires
from callwright.kit.templatetags.kit import written_day

# each figure with what became of its calls
FIGURES: dict[str, tuple[str, ...]] = {
    "missed": (), "in_time": ("called_back",), "late": ("called_back_late",), "reached": ("caller_reached_us",),
    "closed": ("closed",), "waiting": ("not_called_back",), "withheld": ("withheld",),
}  # fmt: skip


@requires("see_follow_up_totals")
@require_GET
def follow_up_totals(request: HttpRequest) -> HttpResponse:
    """What became of the missed calls of a period, by day, queue or employee."""
    user = staff_user(request)
    asked = parse_missed_list(given(request.GET)).for_totals(user.pk)
    may_follow_up = user.may("follow_up_calls")
    page: dict[str, Any] = {
        "asked": asked, "by_words": BY, "periods": PERIODS,
        "choices": choices_for(user, account_id=asked.account),
        "links": [(code, word, _address(asked, code)) for code, word in BY.items()],
        "list_url": address(asked) if may_follow_up else "",
        "file_url": f"{reverse('calls:follow_up_totals_file')}?{asked.query}" if user.may("export_calls") else "",
    }  # fmt: skip
    try:
        found = missed_totals(user, asked, viewpoint())
        page |= {"totals": [_row(one, asked, may_follow_up) for one in found.rows], "is_cut": found.is_cut}
    except SearchTooLong:
        page["too_long"] = True
    return render(request, "calls/follow_up_totals.html", page)


@requires("see_follow_up_totals")
@requires("export_calls")
@require_GET
def follow_up_totals_file(request: HttpRequest) -> HttpResponse:
    """The totals of the address as a file: CSV or XLSX."""
    user = staff_user(request)
    asked = parse_missed_list(given(request.GET)).for_totals(user.pk)
    try:
        rows = missed_totals(user, asked, viewpoint()).rows
    except SearchTooLong:  # the page says so
        return redirect(_address(asked, asked.by))
    counts: list[tuple[str, Kind, list[Any]]] = [(str(BY[asked.by]), "text", [_name(one, asked.by) for one in rows])]
    for name, states in FIGURES.items():
        head = state_word(states[0]) if states else _("Missed")
        counts.append((head, "count", [getattr(one, name) for one in rows]))
    shares = [None if one.share_in_time is None else one.share_in_time / 100 for one in rows]
    columns = [TotalsColumn(*one) for one in (*counts, (_("In time"), "share", shares))]
    return sent_totals(request, "missed", columns, title=_("Totals of missed calls"), account=asked.account)


def _name(one: MissedTotal, by: str) -> str:
    """What a row is called in a file."""
    if one.is_total:
        return pgettext("sum", "All")
    if by == "day":
        return one.value or ""
    return one.name or (_("Without a queue") if by == "queue" else _("Nobody in particular"))


def _row(one: MissedTotal, asked: MissedList, may_follow_up: bool) -> dict[str, Any]:
    its, find = asked if one.is_total else _narrowed(asked, one.value), address if may_follow_up else _in_register
    figures = {name: getattr(one, name) for name in FIGURES}
    urls = {name: find(replace(its, states=states)) for name, states in FIGURES.items() if figures[name]}
    day = one.value if asked.by == "day" and one.value else ""
    return {
        **figures, "is_total": one.is_total, "name": one.name, "overdue": one.overdue,
        "share_in_time": one.share_in_time, "day": written_day(date.fromisoformat(day)) if day else "",
        "url": urls.get("missed", ""), "cells": [(name, figures[name], urls.get(name, "")) for name in FIGURES],
    }  # fmt: skip


def _narrowed(asked: MissedList, value: str | None) -> MissedList:
    """The calls of one row: of its day, queue or employee alone."""
    if asked.by == "day":
        day = date.fromisoformat(value or "")
        return replace(asked, period=Period.CUSTOM, first=day, last=day)
    one = NONE if value is None else int(value)
    return replace(asked, queue=one) if asked.by == "queue" else replace(asked, employee=one)


def _in_register(asked: MissedList) -> str:
    """The calls in the register, for those who do not follow up; empty where it has no such criteria."""
    if asked.employee is not None or asked.queue == NONE or {"not_called_back", "withheld"} & {*asked.states}:
        return ""
    is_open_ended = asked.period == Period.CUSTOM and asked.first is None and asked.last is None
    search = Search(
        period=Period.ALL if is_open_ended else asked.period,
        first=asked.first,
        last=asked.last,
        account=asked.account,
        queue=asked.queue if isinstance(asked.queue, int) else None,
        follow_ups=asked.states or FOLLOW_UPS,
    )
    return register_address(search)


def _address(asked: MissedList, by: str) -> str:
    return f"{reverse('calls:follow_up_totals')}?{urlencode(replace(asked, tab='open', by=by).pairs())}"
