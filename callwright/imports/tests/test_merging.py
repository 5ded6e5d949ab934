"""What the live link recorded and what records say become one call; additions of people stay; an undo restores."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from callwright.accounts.models import Account
from callwright.calls.facts import decode_facts
from callwright.calls.models import Call, CallFacts
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.forget_calls import anonymise_calls
from callwright.calls.projection import project
from callwright.calls.retelling import events_of
from callwright.calls.rules import fold
from callwright.imports.models import Import
from callwright.imports.operations.undo_import import begin_undo, run_undo
from callwright.imports.tests.conftest import TRACES, Run, calls
from callwright.staff.models import User
from callwright.telephony.asterisk.cel import read_cel_csv
from callwright.telephony.asterisk.repair import all_events
from callwright.telephony.asterisk.tests.play import CONFIG
from callwright.telephony.events import CallEnded, CallEvent

pytestmark = pytest.mark.django_db


def live(name: str) -> list[CallEvent]:
    """What the link told of a recorded scene."""
    return all_events("main", CONFIG, read_cel_csv((TRACES / f"{name}.cel.csv").read_text().splitlines()))


def cut_off(name: str) -> list[CallEvent]:
    """The link was lost in the middle: the call was given up without its true end."""
    events = live(name)
    half = events[: len(events) // 2]
    return [*half, CallEnded(pbx="main", at=half[-1].at + timedelta(hours=13), call=half[0].call, complete=False)]


@pytest.mark.parametrize("kind", ["cdr", "cel"])
@pytest.mark.parametrize("name", ["queue_agent_hangs_up", "attended_refer", "queue_timed_out", "voicemail_left"])
def test_a_call_that_the_link_heard_is_left_as_it_is(imported: Run, house: Account, name: str, kind: str) -> None:
    apply_events(live(name), now=timezone.now())
    before = calls()
    done = imported(TRACES / f"{name}.{kind}.csv")
    found = [call for call in calls() if call["direction"] == "inbound"]
    assert (found, done.merged) == (before, 0)
    assert done.unchanged >= 1


def test_a_call_that_the_link_lost_is_completed_and_keeps_what_people_said(imported: Run, house: Account) -> None:
    apply_events(cut_off("queue_agent_hangs_up"), now=timezone.now())
    row = Call.objects.get()
    assert not row.complete
    Call.objects.filter(pk=row.pk).update(comment="Wants a quote")
    done = imported(TRACES / "queue_agent_hangs_up.cel.csv")
    assert (done.added, done.merged) == (0, 1)
    (call,) = Call.objects.all()
    assert (call.complete, call.status, call.talk_s, call.comment, call.source) == (
        True, "answered", 4, "Wants a quote", "pbx:main",
    )  # fmt: skip


def test_cdr_tells_the_end_of_a_call_that_the_link_lost(imported: Run, house: Account) -> None:
    apply_events(cut_off("queue_agent_hangs_up"), now=timezone.now())
    done = imported(TRACES / "queue_agent_hangs_up.cdr.csv")
    assert (done.added, done.merged) == (0, 1)
    (call,) = Call.objects.all()
    assert call.complete


def test_an_undo_puts_a_completed_call_back_and_takes_out_the_new_ones(imported: Run, house: Account) -> None:
    boss = User.objects.create_user("boss", "x", name="Boss", role="administrator", all_accounts=True)
    apply_events(cut_off("queue_agent_hangs_up"), now=timezone.now())
    before, facts = calls(), CallFacts.objects.get().facts
    rows = "".join((TRACES / f"{name}.cel.csv").read_text() for name in ("queue_agent_hangs_up", "two_calls_at_once"))
    done = imported(rows)
    assert (done.added, done.merged) == (2, 1)
    begin_undo(import_id=done.pk, by=boss.pk, now=timezone.now())
    undone = run_undo(done.pk)
    assert (undone.state, undone.kept) == ("undone", 0)
    assert calls() == before
    assert CallFacts.objects.get().facts == facts


def test_calls_belong_to_the_account_that_was_chosen(imported: Run, bakery: Account) -> None:
    other = Account.objects.create(name="Shop")
    done: Import = imported(TRACES / "queue_agent_hangs_up.cdr.csv", account=other)
    assert done.added == 1
    assert Call.objects.get().account == other


def test_facts_told_as_events_are_the_same_facts(imported: Run, house: Account) -> None:
    imported("".join(file.read_text() for file in sorted(TRACES.glob("*.cel.csv"))))
    found: list[Any] = list(CallFacts.objects.values_list("facts", flat=True))
    assert len(found) > 30
    for facts in found:
        state = decode_facts(facts)
        assert project(fold(events_of(state))) == project(state)


def test_rows_written_at_once_equal_rows_written_event_by_event(imported: Run, bakery: Account) -> None:
    """COPY of what the reader worked out, beside `apply_events` of the same facts, for every recorded scene."""
    names = [field.attname for field in Call._meta.concrete_fields if field.attname not in ("source", "updated_at")]
    imported("".join(file.read_text() for file in sorted(TRACES.glob("*.cdr.csv"))))
    loaded = {row["pbx_key"]: row for row in Call.objects.values(*names)}
    states = [decode_facts(facts) for facts in CallFacts.objects.values_list("facts", flat=True)]
    Call.objects.all().delete()
    apply_events([event for state in states for event in events_of(state)], now=timezone.now())
    told = {row["pbx_key"]: row for row in Call.objects.values(*names)}
    assert len(told) > 60
    for key, row in told.items():
        later = ("follow_up", "follow_up_due_at", "follow_up_at")  # worked out by the worker
        assert {k: v for k, v in row.items() if k not in later} == {
            k: v for k, v in loaded[key].items() if k not in later
        }


def test_a_call_that_became_anonymous_is_not_brought_back(imported: Run, house: Account) -> None:
    file = TRACES / "queue_agent_hangs_up.cdr.csv"
    imported(file)
    row = Call.objects.get()
    anonymise_calls(account_id=row.account_id, ids=[row.pk], now=timezone.now())
    again = imported(file)
    assert (again.state, again.added, again.merged, again.unchanged) == ("finished", 0, 0, 1)
    (call,) = Call.objects.all()
    assert (call.client_number, call.status) == ("", "answered")
