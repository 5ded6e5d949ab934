"""Whoever takes several calls, or a call and what is kept beside it, takes them in the order of all others (CALL-11,
CALL-16): nobody waits for somebody who waits for them.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction

from callwright.calls.facts import CallState
from callwright.calls.models import Call, CallFacts
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.call_locks import call_name, hour_names
from callwright.calls.operations.erase_from_others import erase_from_others
from callwright.calls.operations.forget_calls import anonymise_calls, remove_calls
from callwright.calls.operations.keep_before import marks_of
from callwright.calls.operations.load_calls import _lock
from callwright.calls.operations.loadable import Loadable
from callwright.calls.operations.stored_calls import lock_and_load
from callwright.calls.operations.unload_calls import unload_calls
from callwright.calls.projection import project
from callwright.calls.testing import Other, until_waiting
from callwright.telephony import events as e
from callwright.telephony.events import Direction
from callwright.telephony.queries.pbxs import pbxs_by_slug

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
NUMBER = "+31612349876"
FREE = "SELECT array_agg(pg_try_advisory_xact_lock(hashtextextended(n, 7))) FROM unnest(%s::text[]) AS t (n)"


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

    def run() -> None:
        with transaction.atomic():
            act(calls[0].account_id, [call.id for call in calls])

    with psycopg.connect(os.environ["DATABASE_URL"]) as link:
        link.execute(
            "UPDATE calls_call SET updated_at = now() WHERE account_id = %s AND id = %s",
            [calls[0].account_id, calls[0].id],
        )
        other = Other(run)
        until_waiting(1)
        yield link
        link.commit()
    assert other.end() is None


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


def loadable(key: str, began: datetime, *, ended: datetime | None = None, parts: Sequence[str] = ()) -> Loadable:
    state = CallState(pbx="main", key=key, started_at=began, direction=Direction.INBOUND)
    view = project(state)
    return Loadable(b"{}", replace(view, ended_at=ended or view.ended_at), [key, *parts])


def test_an_import_holds_both_hours_of_a_call_at_their_edge_from_the_start(pbx: Any) -> None:
    """The link, told of such a call late, holds both; an import that took the other one later could wait for it while
    it waits for the import.
    """
    began = datetime(2026, 11, 1, 10, 0, 1, tzinfo=UTC)
    both = hour_names(pbx.pk, began)
    assert both[0] != both[1]
    with psycopg.connect(os.environ["DATABASE_URL"]) as link, transaction.atomic():
        _lock(pbxs_by_slug(["main"])["main"], [loadable("edge", began)], NOW)
        assert link.execute(FREE, [list(both)]).fetchone() == ([False, False],)


def test_an_import_holds_the_hours_in_which_parts_of_a_call_may_have_begun(pbx: Any) -> None:
    """It is told of them late itself, while it holds keys."""
    began = datetime(2026, 11, 1, 10, 50, tzinfo=UTC)
    call = loadable("long", began, ended=began + timedelta(minutes=75), parts=["consultation"])
    hours = [hour_names(pbx.pk, began + timedelta(hours=n))[0] for n in range(3)]
    with psycopg.connect(os.environ["DATABASE_URL"]) as link, transaction.atomic():
        _lock(pbxs_by_slug(["main"])["main"], [call], NOW)
        assert link.execute(FREE, [hours]).fetchone() == ([False] * 3,)


def test_the_link_that_repairs_takes_the_hour_of_a_call_before_its_key(pbx: Any, account: Any) -> None:
    """An import has the hours of all its calls, and asks for the keys of those that the register knows later."""
    times = [NOW - timedelta(hours=24 + n, minutes=30) for n in range(24)]
    hours = {hour_names(pbx.pk, at)[0]: at for at in times}
    keys = {call_name(pbx.pk, f"call-{n}"): f"call-{n}" for n in range(24)}
    order = hashes([*hours, *keys])
    hour, name = max(hours, key=order.__getitem__), min(keys, key=order.__getitem__)
    assert order[name] < order[hour]  # where they are taken in the order of these, the key comes first
    began, key = hours[hour], keys[name]
    told = e.CallStarted(pbx="main", call=key, at=began, direction=Direction.INBOUND, from_number=NUMBER)
    with transaction.atomic():
        _lock(pbxs_by_slug(["main"])["main"], [loadable(key, began, ended=began + timedelta(minutes=1))], NOW)
        link = Other(lambda: apply_events([told], now=NOW))
        until_waiting(1)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        assert lock_and_load([(pbx.pk, key)], between=(began, began)) == {}
    assert len(link.end().changed) == 1


def hashes(names: Sequence[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, hashtextextended(n, 7) FROM unnest(%s::text[]) AS t (n)", [names])
        return dict(cursor.fetchall())
