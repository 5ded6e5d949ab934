"""The worker brings the states of missed calls up to date, on PostgreSQL, whatever happened to calls and contacts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from callwright.calls.models import Call, FollowUpAct, FollowUpPending
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.follow_up_changes import Note, note_clients, note_loaded
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.calls.operations.link_contact import attach_call
from callwright.calls.operations.named_calls import named_calls
from callwright.contacts.operations.add_number import add_number, remove_number
from callwright.contacts.operations.create_contact import create_contact
from callwright.contacts.operations.numbers import NewNumber
from callwright.live.models import LiveEvent
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 14, 0, tzinfo=UTC)
START = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def touched(*calls: Call) -> None:
    note_clients(Note(one.account_id, one.started_at, one.id, one.contact_id, one.client_number) for one in calls)
    work_out_follow_ups(NOW)


def state_of(call: Call) -> tuple[str, datetime | None]:
    call.refresh_from_db()
    return call.follow_up, call.follow_up_at


def tell(pbx: Any, key: str, minute: float, *, inbound: bool = True, answered: bool = False, number="+31612345678"):
    """A whole call as the PBX tells it."""
    begin, ours = at(minute), "200"
    client = {"from_number": number} if inbound else {"to_number": number, "extension": ours, "from_number": ours}
    told: list[Any] = [
        e.CallStarted(
            pbx=pbx.slug, call=key, at=begin,
            direction=e.Direction.INBOUND if inbound else e.Direction.OUTBOUND, **client,
        ),
        e.LegRinging(
            pbx=pbx.slug, call=key, at=begin + timedelta(seconds=1), leg="l1", party=ours if inbound else number,
            kind=e.LegKind.EXTENSION if inbound else e.LegKind.NUMBER,
        ),
    ]  # fmt: skip
    if answered:
        told += [
            e.LegAnswered(pbx=pbx.slug, call=key, at=begin + timedelta(seconds=9), leg="l1"),
            e.TalkStarted(pbx=pbx.slug, call=key, at=begin + timedelta(seconds=9)),
        ]
    told.append(e.CallEnded(pbx=pbx.slug, call=key, at=begin + timedelta(seconds=30)))
    return told


# ── what the PBX tells ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_missed_call_is_open_and_the_call_back_settles_it(pbx: Any, account: Any) -> None:
    apply_events(tell(pbx, "in", 0), now=NOW)
    assert FollowUpPending.objects.count() == 1
    assert work_out_follow_ups(NOW) == 1
    missed = Call.objects.get(pbx_key="in")
    assert state_of(missed) == ("not_called_back", None)
    assert missed.follow_up_due_at == missed.ended_at + timedelta(minutes=20)
    apply_events(tell(pbx, "tried", 5, inbound=False), now=NOW)
    work_out_follow_ups(NOW)
    assert state_of(missed) == ("not_called_back", None) and missed.attempts == 1
    apply_events(tell(pbx, "back", 8, inbound=False, answered=True), now=NOW)
    work_out_follow_ups(NOW)
    back = Call.objects.get(pbx_key="back")
    assert state_of(missed) == ("called_back", back.answered_at) and missed.follow_up_call_id == back.id
    told = LiveEvent.objects.filter(topic="calls", name="follow_up").values_list("key", "data__state")
    assert (str(missed.id), "called_back") in set(told)


def test_the_conversation_counts_from_its_first_second_not_from_its_end(pbx: Any, account: Any) -> None:
    apply_events(tell(pbx, "in", 0), now=NOW)
    apply_events(tell(pbx, "back", 8, inbound=False, answered=True)[:-1], now=NOW)
    work_out_follow_ups(NOW)
    missed = Call.objects.get(pbx_key="in")
    assert state_of(missed)[0] == "called_back"
    apply_events(tell(pbx, "back", 8, inbound=False, answered=True), now=NOW)
    assert not FollowUpPending.objects.exists()  # its end changes nothing


def test_a_ringing_call_leaves_no_note(pbx: Any, account: Any) -> None:
    apply_events(tell(pbx, "in", 0)[:2], now=NOW)
    assert not FollowUpPending.objects.exists()


def test_a_call_told_anew_with_another_end_changes_the_state(pbx: Any, account: Any) -> None:
    apply_events(tell(pbx, "in", 0), now=NOW)
    work_out_follow_ups(NOW)
    missed = Call.objects.get(pbx_key="in")
    assert state_of(missed)[0] == "not_called_back"
    apply_events([e.CallRetold(pbx=pbx.slug, call="in", at=at(0)), *tell(pbx, "in", 0, answered=True)], now=NOW)
    work_out_follow_ups(NOW)
    assert state_of(missed) == ("", None) and missed.follow_up_due_at is None


def test_a_call_back_that_was_part_of_another_call_settles_no_more(pbx: Any, account: Any) -> None:
    apply_events(tell(pbx, "in", 0), now=NOW)
    apply_events(tell(pbx, "main", 3, number="+31687654321", answered=True)[:-1], now=NOW)
    apply_events(tell(pbx, "asked", 4, inbound=False, answered=True), now=NOW)
    work_out_follow_ups(NOW)
    missed = Call.objects.get(pbx_key="in")
    assert state_of(missed)[0] == "called_back"
    apply_events([e.CallMerged(pbx=pbx.slug, call="asked", into="main", at=at(5))], now=NOW)
    work_out_follow_ups(NOW)
    assert state_of(missed) == ("not_called_back", None)


# ── clients with several numbers ──────────────────────────────────────────────────────────────────────────────────


def contact_with(account: Any, *numbers: str) -> int:
    return create_contact(
        account_id=account.pk, kind="person", values={"surname": "Vos"}, numbers=[NewNumber(one) for one in numbers],
        by=None, now=NOW,
    )  # fmt: skip


def test_a_call_to_another_number_of_the_contact_settles_it(made: Any, account: Any) -> None:
    contact = contact_with(account, "+31612345678", "+31201234567")
    missed = made(START, status="missed", contact_id=contact)
    back = made(at(5), direction="outbound", client_number="+31201234567")
    touched(missed, back)
    assert state_of(missed) == ("called_back", back.answered_at)


def test_a_number_that_the_contact_gets_and_loses_later(made: Any, account: Any) -> None:
    contact = contact_with(account, "+31612345678")
    missed = made(START, status="missed", contact_id=contact)
    back = made(at(5), direction="outbound", client_number="+31201234567")
    touched(missed, back)
    assert state_of(missed)[0] == "not_called_back"
    add_number(account_id=account.pk, contact_id=contact, number="020 123 4567", by=None, now=NOW)
    work_out_follow_ups(NOW)
    assert state_of(missed)[0] == "called_back"
    number = connection.cursor().execute("SELECT id FROM contacts_contactnumber WHERE number = '+31201234567'")
    remove_number(account_id=account.pk, contact_id=contact, number_id=number.fetchone()[0], by=None, now=NOW)
    work_out_follow_ups(NOW)
    assert state_of(missed)[0] == "not_called_back"


def test_a_call_given_to_a_contact_counts_for_its_other_numbers(made: Any, account: Any, supervisor: Any) -> None:
    contact = contact_with(account, "+31612345678")
    missed = made(START, status="missed", contact_id=contact)
    other = made(at(3), client_number="+31201234567")
    touched(missed, other)
    assert state_of(missed)[0] == "not_called_back"
    attach_call(viewer=supervisor, call=other, contact_id=contact, now=NOW)
    work_out_follow_ups(NOW)
    assert state_of(missed) == ("caller_reached_us", other.answered_at)


def test_the_same_number_in_another_account_is_another_client(made: Any, other_account: Any) -> None:
    missed = made(START, status="missed")
    back = made(at(5), direction="outbound", of=other_account)
    touched(missed, back)
    assert state_of(missed)[0] == "not_called_back"


def test_a_withheld_number_stays_open_and_is_never_due(made: Any) -> None:
    missed, other = made(START, status="missed", client_number=""), made(at(3), client_number="")
    touched(missed, other)
    assert state_of(missed) == ("not_called_back", None) and missed.follow_up_due_at is None


# ── late arrivals ─────────────────────────────────────────────────────────────────────────────────────────────────


def loaded(*calls: Call) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS loaded (account_id bigint, id uuid) ON COMMIT DROP")
        cursor.execute("TRUNCATE loaded")
        cursor.executemany("INSERT INTO loaded VALUES (%s, %s)", [(one.account_id, one.id) for one in calls])
    note_loaded(named_calls("loaded"), now=NOW)


def test_imported_calls_settle_and_open_states_in_any_order(made: Any) -> None:
    missed = made(START, status="missed")
    touched(missed)
    late = made(at(50), direction="outbound")
    loaded(late)
    work_out_follow_ups(NOW)
    assert state_of(missed) == ("called_back_late", late.answered_at)
    early = made(at(5), direction="outbound")
    loaded(early)
    work_out_follow_ups(NOW)
    assert state_of(missed) == ("called_back", early.answered_at)
    before = made(at(-30), status="abandoned")
    loaded(before)
    assert state_of(before)[0] == "not_called_back"  # at once, before the worker comes
    work_out_follow_ups(NOW)
    assert state_of(before) == ("called_back_late", early.answered_at)


def test_a_load_leaves_one_note_a_client_and_what_happens_now_goes_first(made: Any) -> None:
    many = [made(at(n), status="missed") for n in range(5)] + [made(at(9), client_number="+31698765432")]
    loaded(*many)
    assert sorted(FollowUpPending.objects.values_list("number", "in_bulk")) == [
        ("+31612345678", True), ("+31698765432", True),
    ]  # fmt: skip
    live = made(at(20), status="missed", client_number="+31611111111")
    note_clients([Note(live.account_id, live.started_at, live.id, None, live.client_number)])
    from callwright.calls.operations.follow_up_work import _batch

    assert _batch(NOW, 1) == 1
    assert state_of(live)[0] == "not_called_back" and FollowUpPending.objects.filter(in_bulk=True).count() == 2


def test_a_missed_call_that_became_anonymous_is_nobodys_work_whoever_tells_of_it(made: Any) -> None:
    missed = made(START, status="missed", client_number="", anonymous=True)
    loaded(missed)
    assert state_of(missed)[0] == "" and not FollowUpPending.objects.exists()
    touched(missed)
    assert state_of(missed)[0] == ""


def test_an_import_of_a_call_that_was_answered_after_all_takes_it_off(made: Any) -> None:
    missed = made(START, status="missed", client_number="")
    touched(missed)
    Call.objects.filter(pk=missed.pk).update(status="answered", answered_at=at(0.1))
    loaded(missed)
    assert state_of(missed)[0] == ""


def test_people_are_heard_when_states_are_worked_out_again(made: Any, owner: Any) -> None:
    missed = made(START, status="missed")
    touched(missed)
    FollowUpAct.objects.create(account_id=missed.account_id, call_id=missed.id, kind="closed", at=at(10), by=owner)
    touched(missed)
    assert state_of(missed) == ("closed", at(10))
    loaded(made(at(5), direction="outbound"))
    work_out_follow_ups(NOW)
    assert state_of(missed) == ("closed", at(10))


def test_the_target_of_queue_and_account_and_their_hours(made: Any, account: Any, pbx: Any) -> None:
    from callwright.accounts.models import OpenSpan
    from callwright.telephony.models import Queue

    type(account).objects.filter(pk=account.pk).update(call_back_within_s=3600, time_zone="Europe/Amsterdam")
    OpenSpan.objects.create(account=account, weekday=3, begins_min=540, ends_min=1020)  # Thursday, 9 to 17
    queue = Queue.objects.create(pbx=pbx, name="sales", call_back_within_s=300)
    plain, queued = made(START, status="missed"), made(START, status="missed", queue=queue)
    touched(plain, queued)
    plain.refresh_from_db(), queued.refresh_from_db()
    assert plain.follow_up_due_at == datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
    assert queued.follow_up_due_at == datetime(2026, 11, 19, 8, 5, tzinfo=UTC)


def test_working_out_twice_changes_and_tells_nothing(made: Any) -> None:
    missed, back = made(START, status="missed"), made(at(5), direction="outbound")
    touched(missed, back)
    before, events = Call.objects.filter(pk=missed.pk).values().get(), LiveEvent.objects.count()
    touched(missed, back)
    assert Call.objects.filter(pk=missed.pk).values().get() == before
    assert LiveEvent.objects.count() == events


def test_a_client_of_whom_an_import_told_in_many_parts_is_worked_out_once(made: Any) -> None:
    missed = [made(at(n), status="missed", follow_up="not_called_back", client_number="+31612345678") for n in (0, 40)]
    made(at(20), direction="outbound", status="answered", client_number="+31612345678", answered_at=at(20))
    other = made(at(5), status="missed", follow_up="not_called_back", client_number="+31698765432")
    account = missed[0].account_id
    note_clients(
        Note(account, at(60 - n), number="+31612345678" if n % 2 else "+31698765432", in_bulk=True) for n in range(61)
    )
    assert work_out_follow_ups(NOW, batch=5) == 5 + 2
    assert not FollowUpPending.objects.exists()
    assert [state_of(one) for one in missed] == [("called_back", at(20)), ("not_called_back", None)]
    assert state_of(other) == ("not_called_back", None)
