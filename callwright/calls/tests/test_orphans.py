"""No leg and no facts stay behind when a call goes: nothing in the database sees to that but the code that deletes."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from callwright.accounts.models import Account
from callwright.calls.models import Call, CallFacts, Leg
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.forget_calls import remove_calls
from callwright.calls.operations.orphans import remove_orphans
from callwright.calls.operations.unload_calls import unload_calls
from callwright.calls.queries.orphans import count_orphans
from callwright.calls.testing import Other, until_waiting
from callwright.calls.tests.test_apply_events import account, at, pbx, queue_call
from callwright.calls.tests.test_merging import CONSULTATION, END, MERGE
from callwright.kit.identity import uuid7_of
from callwright.telephony.models import Pbx, Queue

pytestmark = pytest.mark.django_db
__all__ = ["account", "pbx"]


def removed_by_retention(call: Call) -> None:
    remove_calls(account_id=call.account_id, ids=[call.id])


def taken_out_with_its_import(call: Call) -> None:
    assert unload_calls([(call.account_id, call.id)], now=timezone.now()) == {}


def deleted_as_rows(call: Call) -> None:
    Call.objects.filter(pk=call.pk).delete()


@pytest.mark.parametrize("remove", [removed_by_retention, taken_out_with_its_import, deleted_as_rows])
def test_legs_and_facts_go_with_their_call(pbx: Pbx, account: Account, remove: Callable[[Call], None]) -> None:
    apply_events([*queue_call(), *CONSULTATION], now=at(30))
    kept, gone = Call.objects.get(direction="internal"), Call.objects.get(direction="inbound")
    assert gone.legs.count() >= 1
    remove(gone)
    assert list(Call.objects.values_list("pk", flat=True)) == [kept.pk]
    assert set(Leg.objects.values_list("call_id", flat=True)) == {kept.pk}
    assert list(CallFacts.objects.values_list("call_id", flat=True)) == [kept.pk]
    assert count_orphans() == 0


def test_a_call_that_became_part_of_another_leaves_nothing(pbx: Pbx, account: Account) -> None:
    apply_events(queue_call()[:8], now=at(4))
    apply_events(CONSULTATION, now=at(6))
    apply_events([*MERGE, *END], now=at(20))
    call = Call.objects.get()
    assert set(Leg.objects.values_list("call_id", flat=True)) == {call.pk}
    assert CallFacts.objects.get().call_id == call.pk


def test_a_call_that_moved_to_another_account_leaves_nothing_in_the_first(pbx: Pbx, account: Account) -> None:
    Queue.objects.create(pbx=pbx, name="support", account=account)
    account.lines.all().delete()
    start, *rest = queue_call()
    apply_events([start], now=at(0))
    first = Call.objects.get()
    apply_events(rest, now=at(9))
    assert Call.objects.get().account_id == account.id != first.account_id
    assert set(Leg.objects.values_list("account_id", flat=True)) == {account.id}
    assert CallFacts.objects.get().account_id == account.id
    assert count_orphans() == 0


def test_orphans_are_counted_and_removed(made: Any) -> None:
    call = made(datetime(2026, 11, 18, 9, tzinfo=UTC))
    for owner in (call.id, uuid7_of(call.started_at, "gone")):
        mine = {"account_id": call.account_id, "call_id": owner}
        Leg.objects.create(
            id=uuid7_of(call.started_at, "leg", str(owner)), pbx_key="a", position=0, kind="number",
            party="+31612345678", rung_at=call.started_at, **mine,
        )  # fmt: skip
        CallFacts.objects.create(facts={"pbx": "main", "key": "x"}, **mine)
    assert count_orphans() == 2
    assert remove_orphans() == 2
    assert count_orphans() == 0
    old = CallFacts.objects.create(
        account_id=call.account_id, call_id=uuid7_of(call.started_at - timedelta(days=2), "gone"), facts={}
    )
    assert old and count_orphans(since=date(2026, 11, 17)) == 0
    assert count_orphans(since=date(2026, 11, 16)) == count_orphans() == remove_orphans() == 1
    assert Leg.objects.get().call_id == CallFacts.objects.get().call_id == call.id


@pytest.mark.django_db(transaction=True)
def test_a_leg_that_is_written_while_its_call_is_removed_goes_too(made: Any) -> None:
    """The link has the row and adds a leg; whoever removes the call at that moment waits, and sees the leg."""
    call = made(datetime.now(UTC) - timedelta(hours=1))
    with psycopg.connect(os.environ["DATABASE_URL"]) as link:
        link.execute("UPDATE calls_call SET talk_s = 7 WHERE account_id = %s AND id = %s", [call.account_id, call.id])
        link.execute(
            "INSERT INTO calls_leg (account_id, call_id, id, pbx_key, position, kind, party, result, rung_at)"
            " VALUES (%s, %s, %s, 'late', 0, 'number', '', '', now())",
            [call.account_id, call.id, uuid7_of(call.started_at, "late")],
        )

        remover = Other(lambda: remove_calls(account_id=call.account_id, ids=[call.id]))
        until_waiting(1)
        link.commit()
    assert remover.end() is None
    assert not Call.objects.filter(pk=call.pk).exists()
    assert count_orphans() == 0 and not Leg.objects.exists()
