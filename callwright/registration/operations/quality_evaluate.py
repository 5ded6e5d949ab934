"""Evaluates the quality of registrations: each night by itself, and when somebody asks for it (REG-5).

Whatever is due stands in the table of runs, so that nothing is lost with a worker; a run that is begun again finds the
same and tells of it once.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection, transaction

from callwright.accounts.queries.accounts import home_country_of
from callwright.kit.identity import time_of, uuid7_floor
from callwright.registration.models import QualityFinding, QualityReach, QualityRun, QualitySettings
from callwright.registration.operations.quality_judge import Rulebook, judge, rulebook
from callwright.registration.operations.quality_tell import tell
from callwright.registration.queries.named import sql_beside
from callwright.registration.queries.quality_rules import last_change

CHUNK = 500
"""Registrations that are judged in one transaction."""

MOST_FAILURES = 3
_OVERLAP = timedelta(minutes=10)  # a change may be committed this long after the moment that stands in it
_AT_IT = timedelta(minutes=10)
_MANY_NAMES = 5_000  # so many contacts that changed are an import: everything is looked at
_LOCK = 4_715_001  # one evaluation at a time, whatever the number of workers

log = logging.getLogger("callwright.registration.quality")

_NIGHTS = """
    INSERT INTO registration_qualityrun (zone, night, asked_at, percent, looked_at, found, closed, failures)
    SELECT z.zone, (%(now)s AT TIME ZONE z.zone)::date, %(now)s, 0, 0, 0, 0, 0
    FROM (SELECT DISTINCT time_zone AS zone FROM accounts_account WHERE time_zone IN (
        SELECT name FROM pg_timezone_names UNION SELECT 'UTC')) z
    WHERE extract(hour FROM %(now)s AT TIME ZONE z.zone) >= %(hour)s
    ON CONFLICT DO NOTHING
"""
_NIGHTS_KEPT = timedelta(days=400)


def evaluate_due(now: datetime) -> int:
    """Begins the night of each time zone whose hour has come, and does what waits, the oldest first; returns how many
    evaluations ended. The worker calls it every few seconds; of several workers one is at it.
    """
    _begin_nights(now)
    ended, clock = 0, _clock(now)
    while QualityRun.objects.filter(ended_at=None).exists():
        with _alone() as is_mine:
            run = QualityRun.objects.filter(ended_at=None).order_by("pk").first() if is_mine else None
            if run is None or not _tried(run, clock):
                return ended
            ended += 1
    return ended


def _clock(now: datetime) -> Callable[[], datetime]:
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def _begin_nights(now: datetime) -> None:
    """A night that nobody worked in is made up for later that day."""
    hour = QualitySettings.objects.filter(pk=1).values_list("at_hour", flat=True).first()
    zones = set(QualityRun.objects.filter(night__gte=(now - timedelta(days=2)).date()).values_list("zone", "night"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT time_zone FROM accounts_account")
        if _all_begun([zone for (zone,) in cursor.fetchall()], zones, now, 3 if hour is None else hour):
            return
        cursor.execute(_NIGHTS, {"now": now, "hour": 3 if hour is None else hour})
    QualityRun.objects.filter(ended_at__lt=now - _NIGHTS_KEPT).exclude(night=None).delete()


def _all_begun(zones: Collection[str], begun: Collection[tuple[str, object]], now: datetime, hour: int) -> bool:
    for zone in zones:
        try:
            local = now.astimezone(ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError):  # nobody's night
            continue
        if local.hour >= hour and (zone, local.date()) not in begun:
            return False
    return True


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else evaluates now; a worker that dies lets go with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        [is_mine] = cursor.fetchone()
    try:
        yield bool(is_mine)
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _tried(run: QualityRun, clock: Callable[[], datetime]) -> bool:
    """Whether the run ended. Where an account fails the others are looked at all the same, it is tried again by the
    next call, and given up after MOST_FAILURES; what was found is told in any case.
    """
    failures = run.failures + (not _looked(run, clock))
    if run.failures < failures < MOST_FAILURES:
        QualityRun.objects.filter(pk=run.pk).update(failures=failures)
        return False
    try:
        with transaction.atomic():
            tell(run.pk, now=clock())
            found = QualityFinding.objects.filter(run=run.pk).values("registration_id").distinct().count()
            values = {"ended_at": clock(), "percent": 100, "found": found, "failures": failures}
            QualityRun.objects.filter(pk=run.pk).update(**values)
    except Exception:  # whatever it is, the evaluations behind it must not wait for ever
        log.exception("What evaluation %s found could not be told: this failed", run.pk)
        failures += 1
        ended = clock() if failures >= MOST_FAILURES else None
        QualityRun.objects.filter(pk=run.pk).update(failures=failures, ended_at=ended)
        return ended is not None
    return True


def _looked(run: QualityRun, clock: Callable[[], datetime]) -> bool:
    """Looks at what changed in the accounts of the run; whether it could in all of them."""
    try:
        accounts, book = _accounts(run), rulebook()
        run.begun_at, run.percent, run.looked_at, run.found, run.closed = clock(), 0, 0, 0, 0
        run.save(update_fields=["begun_at", "percent", "looked_at", "found", "closed"])
    except Exception:
        log.exception("Evaluation %s of the quality of registrations failed", run.pk)
        return False
    failed = 0
    for index, account_id in enumerate(accounts):
        try:
            _of_account(run, book, account_id, clock, done=(index, len(accounts)))
        except Exception:  # the accounts after it must not go without
            log.exception("Evaluation %s of the quality of registrations failed in account %s", run.pk, account_id)
            failed += 1
    return not failed


_ACCOUNTS = """
    SELECT a.id FROM accounts_account a
    WHERE (%(zone)s = '' OR a.time_zone = %(zone)s) AND (%(accounts)s::bigint[] IS NULL OR a.id = ANY(%(accounts)s))
        AND (EXISTS (SELECT FROM registration_registration r WHERE r.account_id = a.id AND r.id >= %(since)s)
            OR EXISTS (SELECT FROM registration_qualityfinding f WHERE f.account_id = a.id AND f.closed_at IS NULL))
    ORDER BY a.id
"""


def _since(run: QualityRun) -> UUID:
    days = QualitySettings.objects.filter(pk=1).values_list("look_back_days", flat=True).first()
    return uuid7_floor(run.asked_at - timedelta(days=31 if days is None else days))


def _accounts(run: QualityRun) -> list[int]:
    values = {"zone": run.zone, "accounts": run.accounts, "since": _since(run)}
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, values)
        return [id for (id,) in cursor.fetchall()]


def _of_account(
    run: QualityRun, book: Rulebook, account_id: int, clock: Callable[[], datetime], *, done: tuple[int, int]
) -> None:
    began, since, grace = clock(), _since(run), _grace()
    country = home_country_of(account_id)
    mark = _mark(account_id, country)
    asked: dict[str, Any] = {
        "account": account_id, "since": since, "mark": mark, "over": began - grace,
        "names": _changed_names(account_id, mark) if "duplicate" in {rule.kind for rule in book.rules} else [],
    }  # fmt: skip
    if len(asked["names"]) > _MANY_NAMES:
        asked |= {"mark": None, "names": []}
    for ids in (*_old_open(account_id, since), *_chunks(asked)):
        with transaction.atomic():
            judged = judge(book, account_id, ids, run_id=run.pk, now=clock())
        _advance(run, ids, judged.found, judged.closed, since, clock(), done)
    # What was passed over, because its agent was still at it, changed after that.
    reached = {"until": began - grace, "home_country": country}
    QualityReach.objects.update_or_create(account_id=account_id, defaults=reached)


def _mark(account_id: int, country: str) -> datetime | None:
    """Since when changes are to be looked at; None: everything is."""
    reach = QualityReach.objects.filter(account_id=account_id).first()
    changed = last_change()
    if reach is None or reach.home_country not in ("", country):
        return None
    mark = reach.until - _OVERLAP
    return None if changed and changed > mark else mark


def _grace() -> timedelta:
    """How long after its call an agent may still be at a registration: a while, and the longest wrap-up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest((SELECT max(wrap_up_s) FROM telephony_queue),"
            " (SELECT max(wrap_up_s) FROM accounts_account), 0)"
        )
        return _AT_IT + timedelta(seconds=cursor.fetchone()[0])


def _changed_names(account_id: int, mark: datetime | None) -> list[str]:
    """Of contacts that changed since then: another one of the name may be a double now."""
    if mark is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT sort_key FROM contacts_contact WHERE account_id = %s AND updated_at > %s LIMIT %s",
            [account_id, mark, _MANY_NAMES + 1],
        )
        return [name for (name,) in cursor.fetchall()]


def _old_open(account_id: int, since: UUID) -> Iterator[list[UUID]]:
    """Registrations with something open that are too old to be looked at otherwise, or that are gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT f.registration_id FROM registration_qualityfinding f
               LEFT JOIN registration_registration r ON r.account_id = f.account_id AND r.id = f.registration_id
               WHERE f.account_id = %s AND f.closed_at IS NULL AND (f.registration_id < %s OR r.id IS NULL)""",
            [account_id, since],
        )
        ids = [id for (id,) in cursor.fetchall()]
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _chunks(asked: dict[str, Any]) -> Iterator[list[UUID]]:
    after = UUID(int=0)
    while True:
        values = {**asked, "after": after, "limit": CHUNK}
        with connection.cursor() as cursor:
            cursor.execute(sql_beside(__file__, "quality_candidates.sql"), values)
            ids = [id for (id,) in cursor.fetchall()]
        if ids:
            yield ids
        if len(ids) < CHUNK:
            return
        after = ids[-1]


def _advance(
    run: QualityRun, ids: list[UUID], found: int, closed: int, since: UUID, now: datetime, done: tuple[int, int]
) -> None:
    """How far it is: by accounts, and within one by the time of its calls."""
    begins = time_of(since)
    share = (time_of(max(ids)) - begins) / max(now - begins, timedelta(seconds=1))
    run.percent = min(99, max(run.percent, round(100 * (done[0] + min(1, max(0, share))) / max(1, done[1]))))
    run.looked_at, run.found, run.closed = run.looked_at + len(ids), run.found + found, run.closed + closed
    run.save(update_fields=["percent", "looked_at", "found", "closed"])


def ask_evaluation(*, by: int, accounts: Collection[int] | None, now: datetime) -> int:
    """Has the accounts (None: all) evaluated as soon as a worker is free; returns the run. What waits for the same
    person already is not asked for twice.
    """
    waiting = QualityRun.objects.filter(asked_by=by, ended_at=None).values_list("pk", flat=True).first()
    if waiting is not None:
        return waiting
    chosen = None if accounts is None else sorted(accounts)
    return QualityRun.objects.create(asked_by_id=by, accounts=chosen, asked_at=now).pk
