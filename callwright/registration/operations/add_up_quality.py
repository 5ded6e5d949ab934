"""Writes down who was asked to register which call, and whether they did, and adds it up by quarters of an hour
(docs/decisions/036): what the worker does with the list of `ask_again`.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db import connection, transaction

from callwright.kit.sums.keeping import keep_sums, take_lock, touch
from callwright.registration.quality_figures import QUALITY
from callwright.registration.queries.named import sql_beside

BATCH = 2_000
"""Calls that are looked at in one transaction."""

MOST_BATCHES = 20


def add_up_quality(now: datetime) -> int:
    """Works off the list of calls, so many batches of it at most that a worker can stop between; returns how many times
    one was named. Of several workers one is at it.
    """
    done = 0
    for _turn in range(MOST_BATCHES):
        taken = _add_up_some(wait=False)
        done += taken
        if taken < BATCH:
            break
    return done


def add_up_all() -> None:
    """Works off all of the list, a batch in a transaction of its own where the caller has none: before days become
    final, as whoever makes them so holds up all other sums.
    """
    while _add_up_some(wait=True) == BATCH:
        pass


def keep_sums_of_quality(now: datetime) -> int:
    """Adds up days and months that are over; returns how many."""
    return keep_sums(QUALITY, now)


@transaction.atomic
def make_quality_final(until: date, account_ids: Collection[int] | None) -> None:
    """What came onto the list since `add_up_all` is looked at before calls go: what is added up of their days stays."""
    add_up_all()


@transaction.atomic
def _add_up_some(*, wait: bool) -> int:
    if not take_lock(QUALITY, wait=wait):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(sql_beside(__file__, "add_up_quality.sql"), {"batch": BATCH})
        taken, accounts, moments = cursor.fetchone()
    touch(QUALITY, list(zip(accounts or (), moments or (), strict=True)))
    return int(taken)
