"""One report: its page, and its results alone for htmx."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from callwright.calls.figures import AGAIN_WITHIN, WITHIN
from callwright.calls.queries.patience import SearchTooLong
from callwright.kit.access import requires
from callwright.kit.clock import local_day, viewer_zone
from callwright.kit.identity import id_in
from callwright.reports.asked import DIRECTIONS as DIRECTION_CODES
from callwright.reports.asked import FILTERS, Asked, Problem
from callwright.reports.labels import days_label, hour_label, weekday_label
from callwright.reports.queries.names import choices_of, name_for, zones_of
from callwright.reports.queries.reading import reading
from callwright.reports.queries.saved import saved_report
from callwright.reports.queries.tables import IN_ORDER, Answer, answer
from callwright.reports.report import Report
from callwright.reports.table import Ask
from callwright.reports.views import drawn, heat
from callwright.reports.views.asked import asked, staff_user, wanted_report
from callwright.reports.views.links import Links
from callwright.reports.words import BY, DIRECTIONS, FIELDS, FIGURES, INTERVALS, PERIODS, SHOWN, problem_in_words

FIRST_S, BEFORE_S = 0.15, 0.09
"""Figures that take longer are shown after the page, as are those of the period before."""

PATIENCE_S = 8.0
MOST_TILES = 9


@requires("see_reports")
@require_GET
def report(request: HttpRequest, code: str) -> HttpResponse:
    """A report as the address says; an htmx request gets the results alone, and the address that names them."""
    kind = wanted_report(request, code)
    wish, problems = asked(request, kind)
    page = {"report": kind, "problems": [problem_in_words(one) for one in problems], **_results(request, kind, wish)}
    saved = id_in(request.GET.get("saved"))
    if _is_part(request):
        response = render(request, "reports/results.html", page)
        if "later" not in request.GET:
            response.headers["HX-Push-Url"] = address(kind, wish) + (f"&saved={saved}" if saved else "")
        return response
    page["saved"] = saved_report(staff_user(request), saved) if saved else None
    return render(request, "reports/report.html", {**page, **_form(request, kind, wish)})


def _is_part(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def address(kind: Report, wish: Asked) -> str:
    """Where a report is shown."""
    return f"{reverse('reports:report', args=[kind.code])}?{wish.query}"


def _results(request: HttpRequest, kind: Report, wish: Asked) -> dict[str, Any]:
    user, zone, hurried = staff_user(request), viewer_zone(), not _is_part(request)
    shown: dict[str, Any] = {"asked": wish, "query": wish.query, "chips": _chips(user, kind, wish)}
    try:
        with reading(FIRST_S if hurried else PATIENCE_S):
            found = answer(
                user, kind, wish, zone=zone, now=timezone.now(), before_within_s=BEFORE_S if hurried else None
            )
    except SearchTooLong:
        ask = wish.ask(zone=wish.zone or zone, today=local_day(timezone.now(), wish.zone or zone))
        shown |= {"days": days_label(ask.begins_on, ask.ends_on), "zone": ask.zone}
        return {**shown, "later" if hurried else "too_long": True}
    return {**shown, **_figures(kind, wish, found, Links(kind, found.ask, zone))}


def _figures(kind: Report, wish: Asked, found: Answer, links: Links) -> dict[str, Any]:
    """The answer as it is drawn."""
    shown: dict[str, Any] = {
        "later": found.is_first,
        "table": found.table, "is_old": found.is_old, "drawn": found.drawn, "zone": found.ask.zone,
        "days": days_label(found.ask.begins_on, found.ask.ends_on), "by_word": BY[found.ask.by],
        "before_days": days_label(found.ask_before.begins_on, found.ask_before.ends_on) if found.ask_before else "",
        "within": found.ask.within_s if kind.has_within else 0,
        "too_short": _too_short(wish, found.ask),
    }  # fmt: skip
    if kind.chart == "heat":
        return {**shown, "heat": heat.heat_map(found, links)}
    return {
        **shown, "tiles": drawn.tiles(found, links)[:MOST_TILES],
        "heads": _heads(kind, wish, found.table.columns, found.drawn),
        "curve": drawn.curve(found, links) if found.ask.by in IN_ORDER else None,
        "bars": [] if found.ask.by in IN_ORDER else drawn.bars(found, links),
        "body": drawn.table_body(found, links), "total": drawn.total_cells(found, links),
    }  # fmt: skip


def _too_short(wish: Asked, ask: Ask) -> str:
    """That the period is too long for the interval that was chosen."""
    if not wish.interval or wish.interval == ask.interval or "time" not in (ask.by, ask.across):
        return ""
    return problem_in_words(Problem("interval", "too_short", str(INTERVALS[ask.interval])))


def _heads(kind: Report, wish: Asked, columns: Any, chosen: Any) -> list[tuple[Any, str, bool]]:
    """Each column with the address that orders and draws by it, and whether that is so now."""
    pairs = [pair for pair in wish.pairs() if pair[0] != "sort"]
    base = reverse("reports:report", args=[kind.code])
    return [(one, f"{base}?{urlencode([*pairs, ('sort', one.code)])}", one is chosen) for one in columns]


def _chips(user: Any, kind: Report, wish: Asked) -> list[tuple[str, str, str]]:
    """What the report is narrowed to: in words, and the address without it."""
    found = []
    for name in FILTERS:
        if (value := getattr(wish, name)) is not None:
            found.append((str(FIELDS[name]), name_for(user, name, value), address(kind, wish.without(name))))
    for code in wish.directions if "direction" in kind.shape.filters else ():
        found.append((str(FIELDS["direction"]), str(DIRECTIONS[code]), address(kind, wish.without("direction", code))))
    return found


def _form(request: HttpRequest, kind: Report, wish: Asked) -> dict[str, Any]:
    """What stands around the results on the whole page."""
    shape = kind.shape
    return {
        "periods": PERIODS, "intervals": INTERVALS, "shown_words": SHOWN, "withins": WITHIN, "agains": AGAIN_WITHIN,
        "bys": [(code, BY[code]) for code in shape.bys],
        "acrosses": [(code, BY[code]) for code in shape.acrosses],
        "directions": [(code, DIRECTIONS[code]) for code in DIRECTION_CODES],
        "choices": choices_of(staff_user(request), account_id=wish.account, with_topics="topic" in shape.filters),
        "figures": [(code, FIGURES[code]) for code in shape.figures],
        "hours": [(hour, hour_label(hour)) for hour in range(24)] if "hour" in shape.filters else [],
        "weekdays": [(day, weekday_label(day)) for day in range(1, 8)] if "weekday" in shape.filters else [],
        "zones": _zones(staff_user(request), wish), "own_zone": viewer_zone(),
    }  # fmt: skip


def _zones(user: Any, wish: Asked) -> list[str]:
    """Zones to choose from: those of the accounts, and the one that is chosen."""
    found = {*zones_of(user), "UTC", wish.zone} - {"", viewer_zone()}
    return sorted(found)
