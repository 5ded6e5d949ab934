"""Calls for the tests of every capability, made without a PBX; and others who write at the same time."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from callwright.calls.operations.ensure_partitions import ensure_partitions, month_of
from callwright.kit.identity import uuid7_of


def add_call(account: Any, started_at: datetime, **fields: Any) -> Any:
    """A finished inbound call of two minutes, answered after eight seconds, unless `fields` say otherwise."""
    from callwright.calls.models import Call

    add_call.made += 1  # type: ignore[attr-defined]
    key = fields.pop("pbx_key", f"made-{add_call.made}")  # type: ignore[attr-defined]
    status = fields.get("status", "answered")
    talk_s = fields.pop("talk_s", 120 if status == "answered" else 0)
    wait_s = fields.pop("wait_s", 8)
    answered_at = started_at + timedelta(seconds=wait_s) if status in ("answered", "talking") else None
    ended_at = None if status in ("ringing", "talking") else started_at + timedelta(seconds=wait_s + talk_s)
    number = fields.pop("client_number", "+31612345678")
    ensure_partitions({month_of(started_at)})
    values = {
        "direction": "inbound", "status": status, "from_number": number, "from_received": number,
        "client_number": number, "started_at": started_at, "answered_at": answered_at, "ended_at": ended_at,
        "talk_s": talk_s, "wait_s": wait_s, "local_day": started_at.date(), "updated_at": started_at, "source": "test",
    }  # fmt: skip
    return Call.objects.create(account=account, id=uuid7_of(started_at, key), pbx_key=key, **{**values, **fields})


add_call.made = 0  # type: ignore[attr-defined]


def call_told_as(pbx_key: str) -> Any:
    """The call that the PBX tells under this key."""
    from callwright.calls.models import Call

    return Call.objects.get(pbx_key=pbx_key)


class Other:
    """Work that somebody else does meanwhile, with a connection of their own."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._result: Any = None
        self._work = work
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._work()
        except Exception as error:
            self._result = error
        finally:
            connection.close()

    def end(self) -> Any:
        """What it returned or raised, once it is done."""
        self._thread.join(30)
        assert not self._thread.is_alive()
        return self._result


@contextmanager
def held(statement: str, values: list[Any]) -> Iterator[None]:
    """Somebody's transaction holds what the statement locks until the block ends."""
    begun, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            begun.set()
            let_go.wait(30)

    other = Other(hold)
    assert begun.wait(10)
    try:
        yield
    finally:
        let_go.set()
        assert other.end() is None


_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def until_waiting(count: int) -> None:
    """Until so many others wait for a lock."""
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the first one for ever
            cursor.execute(_WAITING)
            if cursor.fetchone()[0] >= count:
                return
            time.sleep(0.01)
    raise AssertionError(f"{count} were expected to wait")
