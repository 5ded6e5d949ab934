"""Chooses how long calls are kept."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from callwright.calls.models import Retention
from callwright.calls.queries.retention import accounts_over, calls_over, default_retention, retention_of_accounts
from callwright.calls.retention import ANONYMISE, LONGEST_MONTHS, REMOVE, Kept, is_shorter
from callwright.staff.operations.record_audit import record_audit


class PeriodRefused(ValueError):
    """A period is a number of months from 1 to `LONGEST_MONTHS`, or none; a manner is one of two."""


class NeedsConfirmation(Exception):
    """Calls would go that would have stayed: `calls` of them in `accounts` accounts, at once."""

    def __init__(self, calls: int, accounts: int) -> None:
        super().__init__(f"{calls} calls")
        self.calls, self.accounts = calls, accounts


@transaction.atomic
def save_retention(
    *, account_id: int | None, months: int | None, manner: str, by: int, now: datetime, confirmed: bool = False
) -> None:
    """Keeps the calls of an account (None: of all that have no choice of their own) for so many months, None for ever.
    Raises PeriodRefused; NeedsConfirmation when that is shorter or harder than before and nobody confirmed it.
    """
    if (months is not None and not 1 <= months <= LONGEST_MONTHS) or manner not in (REMOVE, ANONYMISE):
        raise PeriodRefused(months, manner)
    before = retention_of_accounts()
    changed = [_changed(one, account_id, months, manner) for one in before]
    if not confirmed:
        _ask(before, changed, now)
    known = _own(account_id)
    old = (known.months, known.manner) if known else None
    kept = known or Retention(account_id=account_id)
    kept.months, kept.manner, kept.changed_at, kept.changed_by_id = months, manner, now, by
    kept.save()
    if old != (months, manner):
        _record(account_id, {"before": _said(old), "after": _said((months, manner))}, by, now)


@transaction.atomic
def forget_own_retention(*, account_id: int, by: int, now: datetime, confirmed: bool = False) -> None:
    """Lets an account follow the organisation's choice again. Raises NeedsConfirmation."""
    known = _own(account_id)
    if known is None:
        return
    default = default_retention()
    before = retention_of_accounts()
    if not confirmed:
        _ask(before, [_changed(one, account_id, default.months, default.manner) for one in before], now)
    _record(account_id, {"before": _said((known.months, known.manner)), "after": "–"}, by, now)
    known.delete()


def _own(account_id: int | None) -> Retention | None:
    rows = Retention.objects.select_for_update()
    return (rows.filter(account__isnull=True) if account_id is None else rows.filter(account_id=account_id)).first()


def _changed(one: Kept, account_id: int | None, months: int | None, manner: str) -> Kept:
    concerned = not one.is_own if account_id is None else one.account_id == account_id
    return replace(one, months=months, manner=manner) if concerned else one


def _ask(before: list[Kept], after: list[Kept], now: datetime) -> None:
    harder = [
        new
        for old, new in zip(before, after, strict=True)
        if is_shorter(old.months, new.months)
        or (new.months is not None and (old.manner, new.manner) == (ANONYMISE, REMOVE))
    ]
    going = calls_over(accounts_over(harder, now, everything=True))
    if going:
        raise NeedsConfirmation(sum(going.values()), len(going))


def _record(account_id: int | None, detail: dict[str, object], by: int, now: datetime) -> None:
    subject = f"account:{account_id}" if account_id is not None else "retention:"
    record_audit(action="retention_changed", subject=subject, by=by, account_id=account_id, detail=detail, now=now)


def _said(choice: tuple[int | None, str] | None) -> str:
    return "–" if choice is None else f"{choice[0] if choice[0] is not None else '∞'} ({choice[1]})"
