"""Reports that are sent: when, to whom, and what became of each time."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from callwright.kit.access import requires
from callwright.kit.sending import send_file
from callwright.reports.forms import ScheduleForm
from callwright.reports.labels import weekday_label
from callwright.reports.models import Every, Schedule
from callwright.reports.operations import schedule as operations
from callwright.reports.operations.make_file import FORMATS
from callwright.reports.operations.schedule import ScheduleRefused
from callwright.reports.queries.saved import run_of, runs_of, saved_report, saved_reports, schedule_of, schedules_of
from callwright.reports.views.asked import staff_user
from callwright.reports.views.overview import shown
from callwright.reports.words import RUN_PROBLEMS, RUN_STATES


@requires("see_reports")
@require_GET
def schedules(request: HttpRequest) -> HttpResponse:
    """The viewer's own schedules, and what they did."""
    user = staff_user(request)
    runs = []
    for one in runs_of(user):
        word, tone, icon = RUN_STATES.get(one.state, RUN_STATES["queued"])
        runs.append({"one": one, "word": word, "tone": tone, "icon": icon, "problem": _problem(one.run.problem)})
    shown_ids = {one.id for one in saved_reports(user)}
    cards = [(one, _problem(one.problem), _day(one), one.saved_id in shown_ids) for one in schedules_of(user)]
    page = {"schedules": cards, "runs": runs}
    return render(request, "reports/schedules.html", page)


@requires("see_reports")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Change a schedule of the viewer's own."""
    one, user = _wanted(request, schedule_id), staff_user(request)
    first: dict[str, Any] = {
        "every": one.every, "weekday": one.weekday, "month_day": one.month_day, "at": one.at, "zone": one.zone,
        "addresses": ", ".join(one.addresses), "format": one.format, "language": one.language,
    }  # fmt: skip
    form = ScheduleForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_schedule(viewer=user, schedule_id=schedule_id, wish=form.wish(), now=timezone.now())
        except ScheduleRefused as refused:
            form.add_error(None, schedule_refusal(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("reports:schedules")
    row = saved_report(user, one.saved_id)
    page = {"form": form, "saved": shown(row) if row else None, "title": one.saved.name, "schedule": one}
    return render(request, "reports/schedule.html", page, status=422 if form.errors else 200)


@requires("see_reports")
@require_POST
def switch(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Stop a schedule, or let it go on."""
    is_on = request.POST.get("on") == "1"
    return _done(request, lambda: operations.switch_schedule(
        viewer=staff_user(request), schedule_id=schedule_id, is_on=is_on, now=timezone.now()
    ), _("It is sent again from now on.") if is_on else _("It is sent no more."))  # fmt: skip


@requires("see_reports")
@require_POST
def delete(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Take a schedule away."""
    return _done(request, lambda: operations.delete_schedule(
        viewer=staff_user(request), schedule_id=schedule_id, now=timezone.now()
    ), _("The schedule is deleted."))  # fmt: skip


@requires("see_reports")
@require_POST
def send_now(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Have it sent at once, beside its times."""
    return _done(request, lambda: operations.send_now(
        viewer=staff_user(request), schedule_id=schedule_id, now=timezone.now()
    ), _("The report is being made and sent."))  # fmt: skip


@requires("see_reports")
@require_GET
def run_file(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """The file that was sent, as long as it is kept: to the one on whose behalf it was."""
    run = run_of(staff_user(request), run_id)
    if run is None or not default_storage.exists(run.file):
        raise Http404
    file = default_storage.open(run.file, "rb")
    size = file.seek(0, 2)
    file.seek(0)
    days = "-".join(str(day) for day in (run.begins_on, run.ends_on) if day)
    name = f"{run.schedule.saved.name}-{days}.{run.schedule.format}"
    return send_file(request, file, name=name, content_type=FORMATS[run.schedule.format], size=size)


def _wanted(request: HttpRequest, schedule_id: int) -> Schedule:
    one = schedule_of(staff_user(request), schedule_id)
    if one is None:
        raise Http404
    return one


def _done(request: HttpRequest, act: Any, said: str) -> HttpResponse:
    try:
        act()
    except ScheduleRefused as refused:
        raise Http404 from refused
    messages.success(request, said)
    return redirect("reports:schedules")


def _day(one: Schedule) -> str:
    """On which day of the week or month it is sent; "" where it is sent on several."""
    if one.every == Every.WEEK:
        return weekday_label(one.weekday)
    return str(one.month_day) if one.every == Every.MONTH else ""


def _problem(code: str) -> str:
    return str(RUN_PROBLEMS.get(code, "")) if code else ""


def schedule_refusal(refused: ScheduleRefused) -> str:
    """Why a report cannot be sent so, and what to do."""
    match refused.reason:
        case "bad_address":
            return _("“%(given)s” is no e-mail address. Correct it, or take it out.") % {"given": refused.given}
        case "no_address":
            return _("Type at least one e-mail address.")
        case "too_many_addresses":
            return _("A report goes to at most fifty addresses. A list of your mail server takes more.")
        case "too_many":
            return _("You have fifty schedules already. Delete one that is no longer needed.")
    return _("This report does not exist any more, or is no longer shared with you.")
