"""All reports, and those that were saved."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from callwright.kit.access import requires
from callwright.reports.lists import ListAsked, ListKind
from callwright.reports.queries.saved import SavedRow, saved_reports, schedules_of
from callwright.reports.report import all_reports
from callwright.reports.views.asked import staff_user
from callwright.reports.views.report import address
from callwright.reports.words import BY, INTERVALS, LIST_PERIODS, PERIODS


@requires("see_reports")
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What can be asked, what the viewer and colleagues keep, and what is sent."""
    user = staff_user(request)
    schedules = schedules_of(user)
    return render(request, "reports/overview.html", {
        "reports": [one for one in all_reports() if user.may(one.right)],
        "saved": [shown(one) for one in saved_reports(user)],
        "schedules": len(schedules), "stopped": sum(1 for one in schedules if one.problem),
    })  # fmt: skip


def list_address(kind: ListKind, wish: ListAsked, saved_id: int) -> str:
    """Where a list that is kept is shown."""
    return f"{reverse(kind.url_name)}?{wish.query}&saved={saved_id}"


def shown(one: SavedRow) -> dict[str, object]:
    """A saved report as a row: what it is of, in words, and where it opens."""
    if one.kept_list is not None:
        kind, wish = one.kept_list
        period = INTERVALS[wish.step] if kind.has_steps else LIST_PERIODS[wish.asked.period]
        return {"row": one, "url": list_address(kind, wish, one.id), "words": f"{kind.label} · {period}"}
    if one.report is None:
        return {"row": one, "url": "", "words": ""}
    words = [str(one.report.label), str(PERIODS[one.asked.period]), str(BY[one.asked.by])]
    return {"row": one, "url": f"{address(one.report, one.asked)}&saved={one.id}", "words": " · ".join(words)}
