"""Sends scheduled reports: each of their times once, however many workers there are and whenever one of them dies.

First the times that are due become runs. Each is then made by the worker that has its lock, while nobody waits for its
rows; these are taken when it is made, and the file and the message in the outbox are one transaction. A worker that
dies leaves the run waiting, and nothing sent.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from callwright.calls.queries.patience import SearchTooLong
from callwright.messaging.links import absolute_url
from callwright.messaging.operations.notify import notify
from callwright.messaging.operations.send_email import Attachment, queue_email
from callwright.reports.lists import KEPT_AS
from callwright.reports.models import Run, RunState, Schedule
from callwright.reports.operations.make_file import problem_of
from callwright.reports.operations.scheduled_file import ScheduledFile, Stopped, TooLarge, scheduled_file
from callwright.reports.queries.saved import visible_saved
from callwright.reports.rules import RETRY_AFTER_MIN, When, due_at, next_at, retry_at
from callwright.staff.queries.receivers import receivers
from callwright.staff.queries.rights import Viewer, may, viewer_of, visible_account_ids

STOPPED, FAILED = "report_stopped", "report_failed"
KEPT_DAYS = 30
LIST_KEPT_DAYS = 7
"""Lists hold what people said and who they are, so they go as early as exported calls do."""

FOLDER = "reports"
"""Where the files of reports stand in the storage."""

_MOST_AT_ONCE = 50

log = logging.getLogger("callwright.reports")


class StillCounting(Exception):
    """Some of its days are being counted: what would be sent now is too low."""


class NotWanted(Exception):
    """Its owner ended it themselves since: `reason` is off or deleted. Nobody need be told."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def send_due(now: datetime) -> int:
    """Makes what is due and hands it to the mail; returns how many reports."""
    _begin_runs(now)
    done = 0
    while done < _MOST_AT_ONCE and _run_one(now):
        done += 1
    return done


@transaction.atomic
def _begin_runs(now: datetime) -> None:
    """A run for each schedule whose time has come: one, also after days without a worker."""
    # Of what a colleague deleted there is a run too: it ends the schedule, and says so.
    of_own_deleted = Q(saved__deleted_at__isnull=False, saved__owner_id=F("owner_id"))
    due = Schedule.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        ~of_own_deleted, is_on=True, next_at__lte=now
    )
    for schedule in due.order_by("next_at")[:_MOST_AT_ONCE]:
        when = When(schedule.every, schedule.at, schedule.zone, schedule.weekday, schedule.month_day)
        at = due_at(when, schedule.next_at, now)
        Run.objects.get_or_create(schedule=schedule, due_at=at, defaults={"retry_at": now})
        schedule.next_at = next_at(when, now)
        schedule.save(update_fields=["next_at"])


def _run_one(now: datetime) -> bool:
    """Makes one run that waits and that no other worker is making. False when there is none."""
    waiting = Run.objects.filter(state=RunState.WAITING, retry_at__lte=now)
    for run_id in list(waiting.order_by("retry_at", "pk").values_list("pk", flat=True)[:_MOST_AT_ONCE]):
        with _alone(run_id) as is_mine:
            run = waiting.select_related("schedule", "schedule__saved").filter(pk=run_id).first() if is_mine else None
            if run is not None:
                _make(run, now)
                return True
    return False


@contextmanager
def _alone(run_id: int) -> Iterator[bool]:
    """Whether nobody else makes this run; a worker that dies lets go with its connection."""
    key = [f"report run {run_id}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", key)
        [is_mine] = cursor.fetchone()
    try:
        yield bool(is_mine)
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", key)


def _make(run: Run, now: datetime) -> None:
    try:
        _send(run, now)
    except Stopped as stopped:
        _settle(run, _stop, stopped.reason, now)
    except NotWanted as ended:
        _settle(run, _end, ended.reason, now)
    except StillCounting:
        _settle(run, _try_again, "counting", now)
    except TooLarge:
        _settle(run, _fail, "too_large", now)
    except (OSError, DatabaseError, SearchTooLong) as error:
        _settle(run, _try_again, problem_of(error), now)
    except Exception:  # a fault in one report must not hold up the others
        log.exception("Report run %s could not be made", run.pk)
        _settle(run, _try_again, "error", now)


def _send(run: Run, now: datetime) -> None:
    _check_wanted(run)
    schedule, viewer = run.schedule, _owner(run.schedule)
    with override(schedule.language), TemporaryDirectory(prefix="callwright-") as folder:
        file = scheduled_file(viewer, schedule, Path(folder), due_at=run.due_at, now=now)
        if file.is_old and run.tries < len(RETRY_AFTER_MIN):
            raise StillCounting  # after the last try it is sent as it is, and says so
        with transaction.atomic():
            if _hold(run):
                _check_wanted(run)
                _hand_over(run, file, viewer, now)


def _hand_over(run: Run, file: ScheduledFile, viewer: Viewer, now: datetime) -> None:
    run.file = _stored(run, file)
    run.mail_id = _mailed(run, file, str(getattr(viewer, "name", "")), now)
    run.state, run.problem, run.finished_at = RunState.QUEUED, "", now
    run.begins_on, run.ends_on, run.rows = file.begins_on, file.ends_on, file.rows
    allowed = visible_account_ids(viewer)
    run.accounts = None if allowed is None else sorted(allowed)
    run.save()


def _hold(run: Run) -> bool:
    """Takes the rows of the schedule and of the run, in this order as everywhere. False where the run was deleted, or
    is to be made anew, since it may have read somebody who was erased (`forget_lists`).
    """
    schedule = Schedule.objects.select_for_update(of=("self",)).select_related("saved").filter(pk=run.schedule_id)
    one = schedule.first()
    mine = Run.objects.select_for_update().filter(pk=run.pk, retry_at=run.retry_at).first()
    if one is None or mine is None:
        return False
    run.schedule = one
    return True


def _settle(run: Run, end: Callable[[Run, str, datetime], None], problem: str, now: datetime) -> None:
    """Writes down what came of a run."""
    with transaction.atomic():
        if _hold(run):
            end(run, problem, now)


def _check_wanted(run: Run) -> None:
    """A run may have waited for hours. Raises NotWanted, or Stopped where a colleague deleted the report."""
    schedule, saved = run.schedule, run.schedule.saved
    if saved.deleted_at is not None:
        raise NotWanted("deleted") if saved.owner_id == schedule.owner_id else Stopped("deleted")
    if not schedule.is_on and not run.is_extra:
        raise NotWanted("off")


def _owner(schedule: Schedule) -> Viewer:
    """The owner with the rights of now. Raises Stopped."""
    viewer = viewer_of(schedule.owner_id)
    if viewer is None:
        raise Stopped("no_owner")
    if not may(viewer, "see_reports"):
        raise Stopped("no_right")
    if not visible_saved(viewer).filter(pk=schedule.saved_id).exists():
        raise Stopped("not_shared")
    return viewer


def _stored(run: Run, file: ScheduledFile) -> str:
    """Keeps the file for the mail. What a worker that died left under this name is replaced."""
    name = f"{FOLDER}/{run.pk}.{run.schedule.format}"
    default_storage.delete(name)
    with file.path.open("rb") as content:
        return str(default_storage.save(name, File(content)))


def _mailed(run: Run, file: ScheduledFile, owner: str, now: datetime) -> UUID | None:
    schedule = run.schedule
    url = absolute_url(reverse("reports:saved", args=[schedule.saved_id]))
    named = {"name": schedule.saved.name, "days": file.days, "owner": owner, "url": url}
    text = "\n\n".join([
        _("The report “%(name)s” of %(days)s is attached.") % named,
        _("On the screen: %(url)s") % named,
        _("It was set up by %(owner)s and holds what %(owner)s may see.") % named,
    ])  # fmt: skip
    return queue_email(
        to=list(schedule.addresses), subject=_("%(name)s: %(days)s") % named, text=text,
        attachments=[Attachment(file.name, run.file, file.content_type.partition(";")[0])],
        key=f"report:{run.pk}", language=schedule.language, now=now,
    )  # fmt: skip


def _stop(run: Run, reason: str, now: datetime) -> None:
    """Switches the schedule off and tells its owner and the administrators."""
    schedule = run.schedule
    schedule.is_on, schedule.problem = False, reason
    schedule.save(update_fields=["is_on", "problem"])
    _end(run, reason, now)
    told = {schedule.owner_id, *(one.id for one in receivers(right="administer_organisation", account_id=None))}
    _tell(STOPPED, run, told, now)


def _end(run: Run, reason: str, now: datetime) -> None:
    run.state, run.problem, run.finished_at = RunState.STOPPED, reason, now
    run.save(update_fields=["state", "problem", "finished_at"])


def _try_again(run: Run, problem: str, now: datetime) -> None:
    run.tries, run.problem = run.tries + 1, problem
    later = retry_at(run.tries, now)
    if later is None:
        _fail(run, problem, now)
    else:
        run.retry_at = later
        run.save(update_fields=["tries", "problem", "retry_at"])


def _fail(run: Run, problem: str, now: datetime) -> None:
    run.state, run.problem, run.finished_at = RunState.FAILED, problem, now
    run.save(update_fields=["tries", "problem", "state", "finished_at"])
    _tell(FAILED, run, {run.schedule.owner_id}, now)


def _tell(event: str, run: Run, users: set[int], now: datetime) -> None:
    values = {"name": run.schedule.saved.name, "reason": run.problem}
    notify(event=event, key=str(run.pk), path=reverse("reports:schedules"), values=values, users=users, now=now)


def tidy(now: datetime, remove: Callable[[str], None] = default_storage.delete) -> int:
    """Takes away files that have been kept long enough, also those of deleted schedules and of runs that never ended;
    returns how many.
    """
    until = now - timedelta(days=KEPT_DAYS)
    old_list = Q(finished_at__lt=now - timedelta(days=LIST_KEPT_DAYS), schedule__saved__report__startswith=KEPT_AS)
    old = list(Run.objects.filter(Q(finished_at__lt=until) | old_list).exclude(file="")[:500])
    for run in old:
        remove(run.file)
        Run.objects.filter(pk=run.pk).update(file="")
    return len(old) + _tidy_strays(until, remove)


def _tidy_strays(until: datetime, remove: Callable[[str], None]) -> int:
    """Files that no run knows. Younger ones stay: their mail may still wait, or their run be just at work."""
    try:
        names = [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    except FileNotFoundError:
        return 0
    known = set(Run.objects.filter(file__in=names).values_list("file", flat=True))
    found = [name for name in names if name not in known and default_storage.get_modified_time(name) < until]
    for name in found:
        remove(name)
    return len(found)
