"""What an undo takes back and what it leaves: no call twice, nothing that people added lost (CALL-11)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from callwright.accounts.models import Account, Line
from callwright.calls.models import Call, CallFacts, CallNote, FollowUpAct, Leg, Marker, TooLongOutcome, TooLongReview
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.delete_rows import delete_rows
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.contacts.models import Contact, ContactNumber
from callwright.imports.models import Import, Touched
from callwright.imports.operations.undo_import import begin_undo, run_undo
from callwright.imports.tests.conftest import TRACES, Run, calls
from callwright.imports.tests.test_merging import cut_off, live
from callwright.recordings.models import Recording
from callwright.staff.models import User
from callwright.telephony.events import CallEnded, CallMerged
from callwright.telephony.models import Pbx, Queue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("read_here")]
QUEUE = TRACES / "queue_agent_hangs_up.cdr.csv"
MISSED = TRACES / "queue_timed_out.cdr.csv"


def undone(row: Import, boss: User) -> Import:
    begin_undo(import_id=row.pk, by=boss.pk, now=timezone.now())
    return run_undo(row.pk)


def lost(imported: Run) -> Any:
    """A call that the link lost, completed by its records."""
    apply_events(cut_off("queue_agent_hangs_up"), now=timezone.now())
    return imported(TRACES / "queue_agent_hangs_up.cel.csv")


def test_a_call_that_found_its_account_by_the_import_goes_back_to_the_first_one(
    imported: Run, house: Account, boss: User
) -> None:
    """One call in one account, whatever was said of it there."""
    apply_events(cut_off("queue_agent_hangs_up"), now=timezone.now())
    before = calls()
    shop = Account.objects.create(name="Shop", time_zone="Europe/Amsterdam")
    Line.objects.create(account=shop, number=f"+{Call.objects.get().dialled_received}")
    done = imported(TRACES / "queue_agent_hangs_up.cel.csv")
    moved = Call.objects.get()
    assert (done.merged, moved.account) == (1, shop)
    note = CallNote.objects.create(
        id=7, account=shop, call=moved, text="Calls back", by=boss, created_at=moved.started_at,
        updated_at=moved.started_at,
    )  # fmt: skip
    marker = Marker.objects.create(name="VIP", icon="star")
    Call.objects.filter(pk=moved.pk).update(marker=marker, comment="Wants a quote")
    Recording.objects.create(account=shop, pk=moved.pk, pbx_id=moved.pbx_id, asked_at=timezone.now())
    assert undone(done, boss).kept == 0
    back = Call.objects.get()
    assert (back.account, back.pk, back.complete) == (house, moved.pk, False)
    assert (back.marker, back.comment) == (marker, "Wants a quote")
    assert CallNote.objects.get(text=note.text).account == house
    assert Recording.objects.get().account_id == house.pk
    assert CallFacts.objects.get().account_id == house.pk
    assert calls() == before


@pytest.mark.parametrize(
    "reason", ["review", "follow_up", "follow_up_of_old", "note", "comment", "marker", "recording"]
)
def test_a_call_that_somebody_worked_on_stays(imported: Run, boss: User, reason: str) -> None:
    done = imported(MISSED)
    call, now = Call.objects.get(), timezone.now()
    match reason:
        case "review":
            outcome = TooLongOutcome.objects.create(name="Justified")
            TooLongReview.objects.create(
                id=1, account_id=call.account_id, call=call, limit_s=60, passed_at=now, outcome=outcome
            )
        case "follow_up":
            Call.objects.filter(pk=call.pk).update(assigned_to=boss)
        case "follow_up_of_old":  # opened again: the state shows nothing of it
            FollowUpAct.objects.create(id=1, account_id=call.account_id, call=call, kind="reopened", at=now, by=boss)
        case "note":
            CallNote.objects.create(
                id=1, account_id=call.account_id, call=call, text="x", by=boss, created_at=now, updated_at=now
            )
        case "comment":
            Call.objects.filter(pk=call.pk).update(comment="x")
        case "marker":
            Call.objects.filter(pk=call.pk).update(marker=Marker.objects.create(name="VIP", icon="star"))
        case "recording":
            Call.objects.filter(pk=call.pk).update(recording="downloaded")
    assert undone(done, boss).kept == 1
    assert Call.objects.filter(pk=call.pk).exists()
    assert Touched.objects.get().kept == reason.removesuffix("_of_old")
    assert FollowUpAct.objects.count() == (reason == "follow_up_of_old")
    assert TooLongReview.objects.count() == (reason == "review")


def test_a_flag_that_nobody_reviewed_goes_with_its_call(imported: Run, boss: User) -> None:
    done = imported(MISSED)
    call = Call.objects.get()
    TooLongReview.objects.create(id=1, account_id=call.account_id, call=call, limit_s=60, passed_at=timezone.now())
    assert undone(done, boss).kept == 0
    assert not Call.objects.exists() and not TooLongReview.objects.exists()


def test_what_the_worker_notes_of_a_call_is_no_change(imported: Run, boss: User) -> None:
    """Nor is the contact that somebody chose, which stays."""
    done = lost(imported)
    later = timezone.now() + timedelta(minutes=5)
    work_out_follow_ups(later)
    contact = Contact.objects.create(account_id=Call.objects.get().account_id, name="Jan")
    Call.objects.update(updated_at=later, contact_id=contact.pk)
    assert undone(done, boss).kept == 0
    assert (Call.objects.get().complete, Call.objects.get().contact_id) == (False, contact.pk)


def test_a_call_of_which_the_pbx_has_told_more_since_stays(imported: Run, boss: User) -> None:
    done = lost(imported)
    facts = CallFacts.objects.get().facts
    CallFacts.objects.update(facts={**facts, "from_name": "Somebody"})
    assert undone(done, boss).kept == 1
    assert (Call.objects.get().complete, Touched.objects.get().kept) == (True, "changed_since")


def test_which_import_is_the_later_one_is_told_by_when_it_touched_the_call(
    imported: Run, house: Account, boss: User
) -> None:
    """Not by when its file was uploaded."""
    lines = MISSED.read_text().splitlines(keepends=True)
    uploaded_last = imported("".join(lines[:4]), name="a.csv")
    uploaded_first = imported("".join(lines), name="b.csv")
    Import.objects.filter(pk=uploaded_first.pk).update(created_at=datetime(2026, 1, 1, tzinfo=timezone.now().tzinfo))
    assert uploaded_first.merged == 1
    assert undone(uploaded_last, boss).kept == 1
    assert Touched.objects.get(of=uploaded_last).kept == "later_import"
    assert undone(uploaded_first, boss).kept == 0
    assert undone(uploaded_last, boss).kept == 0
    assert not Call.objects.exists()


def test_contacts_and_queues_that_came_with_the_calls_go_with_them(
    imported: Run, house: Account, boss: User, pbx: Pbx
) -> None:
    Account.objects.filter(pk=house.pk).update(unknown_callers="create")
    old = Queue.objects.create(pbx=pbx, name="old")
    done = imported(MISSED)
    assert (Contact.objects.count(), Queue.objects.count()) == (1, 2)
    assert undone(done, boss).kept == 0
    assert not Contact.objects.exists() and not ContactNumber.objects.exists()
    assert list(Queue.objects.all()) == [old]


def test_contacts_and_queues_that_people_have_looked_after_stay(
    imported: Run, house: Account, boss: User, pbx: Pbx
) -> None:
    Account.objects.filter(pk=house.pk).update(unknown_callers="create")
    done = imported(MISSED)
    Contact.objects.update(updated_by=boss)
    Queue.objects.update(label="Support")
    assert undone(done, boss).kept == 0
    assert (Call.objects.count(), Contact.objects.count(), Queue.objects.count()) == (0, 1, 1)


def test_contacts_and_queues_with_other_calls_stay(imported: Run, house: Account, boss: User) -> None:
    Account.objects.filter(pk=house.pk).update(unknown_callers="create")
    text = MISSED.read_text()
    first = imported(text, name="a.csv")
    imported(text.replace("pbx1-", "pbx2-"), name="b.csv")
    assert undone(first, boss).kept == 0
    assert (Call.objects.count(), Contact.objects.count(), Queue.objects.count()) == (1, 1, 1)


CONSULTED = "pbx1-1795288172.13"


def heard_alone() -> None:
    """The link heard a consultation as a call of its own."""
    told = [
        event for event in live("attended_refer")
        if event.call == CONSULTED and not isinstance(event, CallMerged | CallEnded)
    ]  # fmt: skip
    apply_events([*told, CallEnded(pbx="main", at=told[-1].at, call=CONSULTED)], now=timezone.now())


def consulted(imported: Run) -> tuple[list[dict[str, Any]], Import]:
    """How the consultation was before it became part of the call in the records, and their import."""
    heard_alone()
    before = calls()
    done = imported(TRACES / "attended_refer.cel.csv")
    assert Call.objects.count() == 1 and Touched.objects.count() == 2
    return before, done


def test_a_call_that_became_part_of_another_comes_back_when_that_goes(
    imported: Run, house: Account, boss: User
) -> None:
    before, done = consulted(imported)
    assert undone(done, boss).kept == 0
    assert calls() == before and len(before) == 1


def test_a_call_that_became_part_of_one_that_stays_is_not_there_twice(
    imported: Run, house: Account, boss: User
) -> None:
    before, done = consulted(imported)
    Call.objects.update(comment="Wants a quote")
    together = calls()
    assert undone(done, boss).kept == 2
    assert calls() == together
    assert set(Touched.objects.values_list("kept", flat=True)) == {"comment"}
    Call.objects.update(comment="")
    assert undone(done, boss).kept == 0
    assert calls() == before


def test_a_call_that_became_part_of_one_that_is_gone_stays_away(imported: Run, house: Account, boss: User) -> None:
    """The retention took it out, with its part."""
    _, done = consulted(imported)
    call = Call.objects.get()
    delete_rows(account_id=call.account_id, ids=[call.pk])
    row = undone(done, boss)
    assert (row.state, row.kept, Call.objects.count(), Touched.objects.count()) == ("undone", 0, 0, 0)


def test_what_a_call_referred_to_may_have_gone_since(imported: Run, house: Account, boss: User, pbx: Pbx) -> None:
    heard_alone()
    jan = User.objects.create_user("jan", "x", name="Jan", role="agent")
    made = {
        "line": Line.objects.create(account=house, number="+31201234567"),
        "queue": Queue.objects.create(pbx=pbx, name="old"),
        "contact": Contact.objects.create(account=house, name="Jan"),
        "marker": Marker.objects.create(name="VIP", icon="star"),
    }
    Call.objects.update(**{f"{name}_id": one.pk for name, one in made.items()}, employee=jan, assigned_to=jan)
    Leg.objects.update(employee=jan)
    done = imported(TRACES / "attended_refer.cel.csv")
    for one in (*made.values(), jan):
        one.delete()
    row = undone(done, boss)
    assert (row.state, row.kept) == ("undone", 0)
    call = Call.objects.get()
    names = ("line_id", "queue_id", "contact_id", "marker_id", "employee_id", "assigned_to_id")
    assert [getattr(call, name) for name in names] == [None] * 6
    assert set(Leg.objects.values_list("employee_id", flat=True)) == {None}


def test_a_call_that_the_database_does_not_take_back_stays_and_stops_no_undo(
    imported: Run, house: Account, boss: User
) -> None:
    apply_events(cut_off("queue_agent_hangs_up"), now=timezone.now())
    rows = "".join((TRACES / f"{name}.cel.csv").read_text() for name in ("queue_agent_hangs_up", "two_calls_at_once"))
    done = imported(rows)
    changed = Touched.objects.get(before__isnull=False)
    changed.before["call"]["status"] = "nonsense"  # type: ignore[index]
    changed.save()
    row = undone(done, boss)
    assert (row.state, row.kept, Call.objects.count()) == ("undone", 1, 1)
    assert (Call.objects.get().complete, Touched.objects.get().kept) == (True, "changed_since")


def test_an_import_whose_file_has_gone_already_can_be_undone(
    imported: Run, house: Account, boss: User, django_capture_on_commit_callbacks: Any
) -> None:
    done = imported(MISSED)
    Import.objects.update(origin="upload", path="")
    with django_capture_on_commit_callbacks(execute=True):
        assert undone(done, boss).state == "undone"
