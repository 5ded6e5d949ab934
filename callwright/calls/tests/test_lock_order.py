"""Whoever takes several calls, or a call and what is kept beside it, takes them in the order of all others (CALL-11,
CALL-16): nobody waits for somebody who waits for them.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction

from callwright.calls.facts import CallState
from callwright.calls.models import Call, CallFacts
from callwright.calls.operations.call_locks import hour_names
from callwright.calls.operations.erase_from_others import erase_from_others
from callwright.calls.operations.forget_calls import anonymise_calls, remove_calls
from callwright.calls.operations.keep_before import marks_of
from callwright.calls.operations.load_calls import Loadable, _lock
from callwright.calls.operations.unload_calls import unload_calls
from callwright.calls.projection import project
from callwright.calls.tests.test_orphans import _wait_until_somebody_waits as wait_until_somebody_waits
from callwright.telephony.events import Direction
from callwright.telephony.queries.pbxs import pbxs_by_slug

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
NUMBER = "+31612349876"


def taken_out(account_id: int, ids: Sequence[UUID]) -> None:
    erase_from_others(account_id=account_id, ids=ids, numbers=[NUMBER])


def made_anonymous(account_id: int, ids: Sequence[UUID]) -> None:
    anonymise_calls(account_id=account_id, ids=ids, now=NOW)


def removed(account_id: int, ids: Sequence[UUID]) -> None:
    remove_calls(account_id=account_id, ids=ids)


def unloaded(account_id: int, ids: Sequence[UUID]) -> None:
    unload_calls([(account_id, id) for id in ids], now=NOW)


def marked(account_id: int, ids: Sequence[UUID]) -> None:
    marks_of(ids, lock=True)


@contextmanager
def doing(act: Callable[[int, Sequence[UUID]], None], calls: Sequence[Call]) -> Iterator[psycopg.Connection]:
    """Another connection that has the first of the calls, while `act` waits for it."""
    errors: list[Exception] = []

    def run() -> None:
        try:
            with transaction.atomic():
                act(calls[0].account_id, [call.id for call in calls])
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    with psycopg.connect(os.environ["DATABASE_URL"]) as link:
        link.execute(
            "UPDATE calls_call SET updated_at = now() WHERE account_id = %s AND id = %s",
            [calls[0].account_id, calls[0].id],
        )
        other = threading.Thread(target=run)
        other.start()
        wait_until_somebody_waits()
        yield link
        link.commit()
    other.join(20)
    assert not errors


@pytest.mark.parametrize("act", [taken_out, made_anonymous, removed])
def test_a_call_is_taken_before_its_facts(made: Any, act: Callable[[int, Sequence[UUID]], None]) -> None:
    """As the link does, which writes the call's row and then its facts."""
    call = made(NOW - timedelta(days=2), client_number=NUMBER)
    CallFacts.objects.create(account_id=call.account_id, call_id=call.id, facts={"pbx": "main", "key": "x"})
    with doing(act, [call]) as link:
        told = link.execute("UPDATE calls_callfacts SET facts = '{}' WHERE call_id = %s", [call.id])
        assert told.rowcount == 1
    assert not CallFacts.objects.exists()


@pytest.mark.parametrize("act", [taken_out, made_anonymous, removed, unloaded, marked])
def test_calls_are_taken_from_the_oldest_on(made: Any, act: Callable[[int, Sequence[UUID]], None]) -> None:
    """Whatever the order in which they came to the register."""
    later = made(NOW - timedelta(days=1), pbx_key="later")
    older = made(NOW - timedelta(days=2), pbx_key="older")
    with doing(act, [older, later]) as link:
        link.execute(
            "SELECT FROM calls_call WHERE account_id = %s AND id = %s FOR UPDATE NOWAIT", [later.account_id, later.id]
        )


def test_an_import_holds_both_hours_of_a_call_at_their_edge_from_the_start(pbx: Any) -> None:
    """The link, told of such a call late, holds both; an import that took the other one later could wait for it while
    it waits for the import.
    """
    began = datetime(2026, 11, 1, 10, 0, 1, tzinfo=UTC)
    both = hour_names(pbx.pk, began)
    assert both[0] != both[1]
    view = project(CallState(pbx="main", key="edge", started_at=began, direction=Direction.INBOUND))
    call = Loadable(b"{}", view, ["edge"])
    with psycopg.connect(os.environ["DATABASE_URL"]) as link, transaction.atomic():
        free = "SELECT array_agg(pg_try_advisory_xact_lock(hashtextextended(n, 7))) FROM unnest(%s::text[]) AS t (n)"
        _lock(pbxs_by_slug(["main"])["main"], [call], NOW)
        assert link.execute(free, [list(both)]).fetchone() == ([False, False],)
