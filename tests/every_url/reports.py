from datetime import UTC, datetime, time

from tests.every_url import Row, posted

SEEN = "403 403 403 403 login"  # agents see no reports; controllers do


def build(world):
    from callwright.reports.models import Run, SavedReport, Schedule

    now, owner = datetime.now(UTC), world["controller"]
    saved = SavedReport.objects.create(
        owner=owner, name="Calls", report="calls", query="period=last_month", created_at=now, changed_at=now
    )
    schedule = Schedule.objects.create(
        saved=saved, owner=owner, every="day", at=time(7), zone="UTC", addresses=["a@example.org"], language="en",
        next_at=now, created_at=now,
    )  # fmt: skip
    world["saved_report"], world["schedule"] = saved, schedule
    world["run"] = Run.objects.create(schedule=schedule, due_at=now, retry_at=now)


def _id(name):
    return lambda world: world[name].pk


_code = {"code": "calls"}
_list = {"code": "registrations"}
_saved = {"saved_id": _id("saved_report")}
_schedule = {"schedule_id": _id("schedule")}


def seen(**more):
    return Row(SEEN, controller="200", **more)


ROWS = {
    "reports/": seen(),
    "reports/schedules/": seen(),
    "reports/schedules/<int:schedule_id>/": seen(names=_schedule),
    "reports/schedules/<int:schedule_id>/switch/": posted(Row(SEEN, names=_schedule, controller="302"), "403"),
    "reports/schedules/<int:schedule_id>/delete/": posted(Row(SEEN, names=_schedule), "403"),
    "reports/schedules/<int:schedule_id>/now/": posted(Row(SEEN, names=_schedule, controller="302"), "403"),
    "reports/runs/<int:run_id>/file/": Row(SEEN, names={"run_id": _id("run")}, controller="404"),
    "reports/saved/<int:saved_id>/": Row(SEEN, names=_saved, controller="302"),
    "reports/saved/<int:saved_id>/change/": seen(names=_saved),
    "reports/saved/<int:saved_id>/delete/": posted(Row(SEEN, names=_saved), "403"),
    "reports/saved/<int:saved_id>/restore/": posted(Row(SEEN, names=_saved, controller="302"), "403"),
    "reports/saved/<int:saved_id>/schedule/": seen(names=_saved),
    "reports/lists/<slug:code>/save/": seen(names=_list),
    "reports/lists/<slug:code>/file-form/": seen(names=_list),
    "reports/lists/<slug:code>/file/": Row(SEEN, names={"code": "none"}, controller="404"),
    "reports/<slug:code>/": seen(names=_code),
    "reports/<slug:code>/save/": seen(names=_code),
    "reports/<slug:code>/file-form/": seen(names=_code),
    "reports/<slug:code>/file/": seen(names=_code, query="format=csv"),
}
