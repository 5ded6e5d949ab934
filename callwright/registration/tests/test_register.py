"""What an employee registers of a call: saved once and in order, within its rules, with all changes (REG-2)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from callwright.accounts.models import Line
from callwright.calls.models import Call
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.ports import reports_of, tell_removed
from callwright.calls.testing import Other, held, until_waiting
from callwright.live.models import LiveEvent
from callwright.registration.models import PanelSettings, Registration, RegistrationChange, Topic
from callwright.registration.operations.register import Refused, Saved, register
from callwright.registration.testing import Conversation, make_category
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(owner: Any, account: Any) -> Conversation:
    return Conversation("201").answer("201")


def save(call: Call, user: Any, topics: list[Any], comment: str = "", **more: Any) -> Saved:
    ids = [getattr(one, "pk", one) for one in topics]
    values = {"now": timezone.now(), **more}
    return register(call_id=call.id, account_id=call.account_id, by=user.pk, topics=ids, comment=comment, **values)


def refusal(*arguments: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        save(*arguments, **more)
    return caught.value


def test_what_is_ticked_stands_with_its_words_and_what_the_call_tells(talk: Conversation, owner: Any) -> None:
    _, [order, complaint] = make_category("Reason", "Order", "Complaint")
    late = Topic.objects.create(category=complaint.category, parent=complaint, name="Too late")
    call = talk.call
    done = save(call, owner, [late, order], " Two loaves\x00 ")
    assert done.changed and done.topics == (order.pk, late.pk) and done.comment == "Two loaves"
    kept = Registration.objects.get()
    assert kept.words == [["Reason", "", "Order"], ["Reason", "Complaint", "Too late"]]
    assert (kept.account_id, kept.call_id, kept.by_id) == (call.account_id, call.id, owner.pk)
    assert (kept.direction, kept.started_at, kept.local_day) == ("inbound", call.started_at, call.local_day)
    heard = set(LiveEvent.objects.filter(name="registration", key=str(call.id)).values_list("topic", flat=True))
    assert heard == {"calls", f"desk:{owner.pk}"}


def test_saving_the_same_again_changes_nothing_and_every_change_is_kept(talk: Conversation, owner: Any) -> None:
    _, [order, complaint] = make_category("Reason", "Order", "Complaint")
    call = talk.call
    assert save(call, owner, [order]).changed
    assert not save(call, owner, [order]).changed
    save(call, owner, [order, complaint], "Angry")
    save(call, owner, [complaint], "Angry")
    told = RegistrationChange.objects.order_by("at").values_list("topics", "comment", "by")
    assert list(told) == [
        ([order.pk], "", owner.pk), ([order.pk, complaint.pk], "Angry", owner.pk), ([complaint.pk], "Angry", owner.pk)
    ]  # fmt: skip
    assert Registration.objects.get().topics == [complaint.pk]


def test_doubled_late_and_out_of_order_saves_leave_what_was_ticked_last(talk: Conversation, owner: Any) -> None:
    _, [order, complaint] = make_category("Reason", "Order", "Complaint")
    call, clock = talk.call, int(timezone.now().timestamp() * 1000)
    first = save(call, owner, [order], revision=clock)
    last = save(call, owner, [complaint], revision=clock + 20)
    late = save(call, owner, [order, complaint], revision=clock + 10)
    assert first.changed and last.changed and late.overtaken and late.topics == (complaint.pk,)
    again = save(call, owner, [complaint], revision=clock + 20)
    assert not again.changed and not again.overtaken and again.revision == clock + 20
    # Ticked and taken back: what was sent between them comes last.
    save(call, owner, [complaint], revision=clock + 40)
    assert save(call, owner, [order], revision=clock + 30).overtaken
    assert Registration.objects.get().topics == [complaint.pk]
    # A clock that runs ahead does not shut out those that are right.
    save(call, owner, [order], revision=clock + 3_600_000)
    assert save(call, owner, [complaint], revision=Registration.objects.get().revision + 1).topics == (complaint.pk,)


def test_a_radio_category_takes_one_topic_and_only_what_is_offered_can_be_ticked(
    talk: Conversation, owner: Any, other_account: Any
) -> None:
    _, [yes, no] = make_category("Solved?", "Yes", "No", several=False)
    _, [sold] = make_category("Sale", "Sold", directions=["outbound"])
    others, [theirs] = make_category("Theirs", "Theirs")
    others.accounts.add(other_account)
    call = talk.call
    assert refusal(call, owner, [yes, no]).reason == "one_topic"
    for hostile in (sold, theirs, 0, -1, 2**62, no.pk + 999):
        assert refusal(call, owner, [yes, hostile]).reason == "not_offered", hostile
    assert refusal(call, owner, list(range(1, 500))).reason == "not_offered"
    assert not Registration.objects.exists()
    assert save(call, owner, [yes]).changed and save(call, owner, [no]).topics == (no.pk,)


def test_a_topic_retired_while_ticked_stays_but_is_not_ticked_anew(talk: Conversation, owner: Any) -> None:
    _, [order, complaint] = make_category("Reason", "Order", "Complaint")
    _, [yes, no] = make_category("Solved?", "Yes", "No", several=False)
    call = talk.call
    save(call, owner, [order, yes])
    Topic.objects.filter(pk__in=[order.pk, yes.pk]).update(retired_at=timezone.now(), name="Renamed")
    kept = save(call, owner, [order, complaint, yes], "Still so")
    assert set(kept.topics) == {order.pk, complaint.pk, yes.pk}
    assert ["Reason", "", "Order"] in Registration.objects.get().words
    assert refusal(call, owner, [order, complaint, yes, no]).reason == "one_topic"
    assert save(call, owner, [complaint, no]).changed
    assert refusal(call, owner, [order, complaint, no]).reason == "not_offered"


def test_the_comment_has_a_limit_that_does_not_hold_what_stood_before(talk: Conversation, owner: Any) -> None:
    _, [order, complaint] = make_category("Reason", "Order", "Complaint")
    call = talk.call
    save(call, owner, [order], "x" * 300)
    PanelSettings.objects.create(comment_limit=200)
    assert save(call, owner, [order, complaint], "x" * 300).changed
    refused = refusal(call, owner, [order], "y" * 201)
    assert (refused.reason, refused.limit) == ("comment_too_long", 200)


def test_it_can_be_corrected_until_the_window_closes_and_later_by_a_supervisor(
    talk: Conversation, owner: Any, supervisor: Any
) -> None:
    _, [order, complaint] = make_category("Reason", "Order", "Complaint")
    PanelSettings.objects.create(correct_within_s=3600)
    save(talk.call, owner, [order])
    call = talk.hang_up("201").call
    assert call.ended_at is not None
    until = call.ended_at + timedelta(hours=1)
    save(call, owner, [complaint], now=until)
    late = until + timedelta(seconds=1)
    refused = refusal(call, owner, [order], now=late)
    assert (refused.reason, refused.until) == ("closed", until)
    save(call, owner, [complaint], now=late)  # nothing changes
    save(call, owner, [order], now=late, corrected_by=supervisor.pk)
    last = RegistrationChange.objects.order_by("-at").first()
    assert last is not None and (last.by_id, last.topics) == (supervisor.pk, [order.pk])
    assert Registration.objects.get().by_id == owner.pk


def test_each_employee_of_a_call_has_a_registration_and_unknown_calls_have_none(
    owner: Any, colleague: Any, account: Any
) -> None:
    _, [order] = make_category("Reason", "Order")
    call = Conversation("201", "202").answer("201").call
    save(call, owner, [order])
    save(call, colleague, [], "Passed on")
    assert Registration.objects.count() == 2
    call.id = uuid4()
    assert refusal(call, owner, [order]).reason == "missing"


def test_it_goes_with_its_call_to_another_account_and_away_with_it(
    talk: Conversation, owner: Any, account: Any, other_account: Any
) -> None:
    _, [order] = make_category("Reason", "Order")
    save(talk.call, owner, [order], "Two loaves")
    Line.objects.create(account=other_account, number="+31209998877")
    now = timezone.now()
    apply_events([e.CallCorrected(**talk.base, at=now, dialled_number="+31209998877")], now=now)
    assert Registration.objects.get().account_id == other_account.pk
    assert RegistrationChange.objects.get().account_id == other_account.pk
    call_id = Registration.objects.get().call_id
    [told] = reports_of(other_account.pk, [call_id])["registrations"]
    assert (told["topics"], told["comment"]) == ([["Reason", "", "Order"]], "Two loaves")
    tell_removed(other_account.pk, [call_id])
    assert not Registration.objects.exists() and not RegistrationChange.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_first_saves_at_once_are_one_registration(talk: Conversation, owner: Any) -> None:
    _, [order, complaint] = make_category("Reason", "Order", "Complaint")
    call, clock = talk.call, int(timezone.now().timestamp() * 1000)
    with held("LOCK TABLE registration_registration IN SHARE MODE", []):
        saves = [
            Other(lambda at=at, topic=topic: save(call, owner, [topic], revision=clock + at))
            for at, topic in ((20, complaint), (10, order))
        ]
        until_waiting(2)
    [newer, older] = [one.end() for one in saves]
    assert isinstance(newer, Saved) and isinstance(older, Saved), (newer, older)
    assert Registration.objects.get().topics == [complaint.pk] and newer.changed
