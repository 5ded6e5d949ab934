"""What the worker does for recordings: a few fetches at once, each in a thread of its own; tidying now and then."""

import logging
import threading
from contextlib import suppress
from datetime import datetime

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from callwright.recordings.operations.claim import Claim, take_due
from callwright.recordings.operations.erase import erase_overdue
from callwright.recordings.operations.fetch_files import clear_spool
from callwright.recordings.operations.fetch_recording import fetch_recording, put_off_unexpected
from callwright.recordings.operations.keep_files import remove_left_behind

log = logging.getLogger("callwright.recordings")

AT_ONCE = 4
_busy: set[Claim] = set()
_lock = threading.Lock()


def fetch_due(now: datetime) -> int:
    """Begins with what is due, as far as there are threads free; returns with how many. Does not wait for them."""
    with _lock:
        free = AT_ONCE - len(_busy)
    claims = take_due(now, limit=free) if free > 0 else []
    for claim in claims:
        with _lock:
            _busy.add(claim)
        # a daemon: the worker's end need not wait for four hours of sound, its lease runs out by itself
        threading.Thread(target=_fetch, args=(claim,), name=f"recording-{claim.id}", daemon=True).start()
    return len(claims)


def _fetch(claim: Claim) -> None:
    close_old_connections()
    try:
        see_to(claim)
    finally:
        with _lock:
            _busy.discard(claim)
        connections.close_all()


def see_to(claim: Claim) -> None:
    """Fetches what was claimed, in this thread; what nobody expected puts it off."""
    try:
        fetch_recording(claim, timezone.now())
    except DatabaseError as error:
        log.warning("the recording of call %s waits: the database is away (%s)", claim.id, error)
    except Exception as error:
        log.exception("the recording of call %s could not be seen to", claim.id)
        with suppress(DatabaseError):  # its lease runs out
            put_off_unexpected(claim, error)


def tidy(now: datetime) -> None:
    """Erases what was kept long enough, and removes files that no recording names."""
    while erase_overdue(now) == 500:
        pass
    while remove_left_behind(now) == 200:
        pass
    clear_spool(now)
