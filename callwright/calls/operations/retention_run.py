"""The nightly work of the retention: whole months first, then what is left, a few calls in each transaction."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from callwright.calls.models import RetentionReach
from callwright.calls.operations.forget_calls import anonymise_calls, remove_calls
from callwright.calls.operations.retention_months import Month, remove_months
from callwright.calls.operations.rollup_days import make_figures_final, make_final
from callwright.calls.ports import tell_before_final
from callwright.calls.queries.retention import Over, accounts_over, next_over, retention_of_accounts
from callwright.calls.retention import ANONYMISE, REMOVE
from callwright.kit.identity import uuid7_floor
from callwright.staff.operations.record_audit import record_audit

BATCH = 1_000

log = logging.getLogger("callwright.retention")


@dataclass(slots=True)
class Ran:
    """What a night did: calls by account, and months that went as a whole."""

    removed: dict[int, int] = field(default_factory=dict)
    anonymised: dict[int, int] = field(default_factory=dict)
    months: list[Month] = field(default_factory=list)

    @property
    def did_something(self) -> bool:
        return bool(self.removed or self.anonymised or self.months)


def run_retention(now: datetime, *, goes_on: Callable[[], bool] = lambda: True) -> Ran:
    """Removes or makes anonymous the calls whose time is over; safe to be ended anywhere and run again. Calls that are
    going on stay. Two at once: the second does nothing. `goes_on` is asked between the steps.
    """
    ran = Ran()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('calls retention'))")
        if cursor.fetchone() != (True,):
            return ran
    try:
        over = accounts_over(retention_of_accounts(), now, everything=now.weekday() == 6)
        _keep_totals(over)
        ran.months = remove_months({one.kept.account_id: one for one in over}, now)
        for one in over:
            if not goes_on():
                break
            _work_off(one, ran, now, goes_on)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('calls retention'))")
        _report(ran, now)
    return ran


def _keep_totals(over: list[Over]) -> None:
    """The totals of the days that go stand as they are: the bill and the reports outlive the calls."""
    by_day: dict[tuple[date, bool], list[int]] = {}
    for one in over:
        is_removal = one.kept.manner == REMOVE
        by_day.setdefault((one.day - timedelta(days=1), is_removal), []).append(one.kept.account_id)
    if by_day:
        tell_before_final()
    for (until, is_removal), accounts in by_day.items():
        if is_removal:
            make_final(until=until, account_ids=accounts)
        else:  # the calls stay, but who called does not, nor what people added
            make_figures_final(until=until, account_ids=accounts)


def _work_off(one: Over, ran: Ran, now: datetime, goes_on: Callable[[], bool]) -> None:
    account_id, done, after = one.kept.account_id, 0, one.from_id
    is_removal = one.kept.manner == REMOVE
    counted = ran.removed if is_removal else ran.anonymised
    while goes_on() and (ids := next_over(one, after=after, limit=BATCH)):
        with transaction.atomic():
            if is_removal:
                remove_calls(account_id=account_id, ids=ids)
            else:
                anonymise_calls(account_id=account_id, ids=ids, now=now)
        done += len(ids)
        counted[account_id] = done
        after = uuid7_floor(now) if len(ids) < BATCH else ids[-1]
    if one.kept.manner == ANONYMISE and goes_on():
        RetentionReach.objects.update_or_create(
            account_id=account_id, defaults={"through_day": one.day - timedelta(days=1)}
        )


def _report(ran: Ran, now: datetime) -> None:
    """One entry for each account, and one for the months that went for all."""
    for kind, counted in (("removed", ran.removed), ("anonymised", ran.anonymised)):
        for account_id, calls in counted.items():
            record_audit(
                action="retention_ran", subject=f"account:{account_id}", by=None, account_id=account_id,
                detail={kind: calls}, now=now,
            )  # fmt: skip
    if ran.months:
        detail = {"months_detached": [f"{month.first:%Y-%m}" for month in ran.months],
                  "removed": sum(month.calls for month in ran.months)}  # fmt: skip
        record_audit(action="retention_ran", subject="retention:", by=None, detail=detail, now=now)
