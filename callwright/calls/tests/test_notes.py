"""Notes are sent once, to whom they are for, by hand or by themselves (ACC-6): over real SMTP."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from callwright.accounts.models import NoteRecipient
from callwright.accounts.operations.save_recipient import remove_recipient, save_recipient
from callwright.calls.models import CallNote, NoteSending
from callwright.calls.operations.note_settings import save_note_settings
from callwright.calls.operations.save_note import finish_note, go_on_with_note, save_note
from callwright.calls.operations.send_due_notes import send_due_notes
from callwright.calls.operations.send_note import NothingToSend, send_note
from callwright.calls.testing import add_call
from callwright.messaging.models import Mail, Notification
from callwright.messaging.operations.deliver import send_due
from callwright.staff.models import AgentState, AgentStateChange

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def office(account):
    return NoteRecipient.objects.create(account=account, name="The office", email="office@baker.example")


def write(call, owner, text="Wants 40 rye breads", to=(), now=NOW) -> CallNote:
    save_note(
        account_id=call.account_id, call_id=call.id, text=text, recipient_ids=[one.pk for one in to], by=owner.pk,
        now=now,
    )  # fmt: skip
    return CallNote.objects.get(call_id=call.id, by=owner)


def send(note, by, now=NOW) -> None:
    send_note(account_id=note.account_id, call_id=note.call_id, note_id=note.pk, by=by.pk, now=now)


def deliver() -> None:
    send_due(timezone.now(), patience=0.05, run_s=5)


def make_due() -> None:
    Mail.objects.filter(state="waiting").update(due_at=timezone.now() - timedelta(minutes=1), changed_at=None)


def test_a_note_sent_by_hand_arrives_once_and_says_so(post, call, owner, office):
    note = write(call, owner, to=[office])
    send(note, owner)
    with pytest.raises(NothingToSend, match="nothing_new"):
        send(note, owner)
    note.refresh_from_db()
    assert (note.state, note.version, note.waits_since) == ("waiting", 1, None)
    deliver()
    (got,) = post.received
    assert got.to == ("office@baker.example",)
    assert got.message["Subject"] == "Note on the call from Ann Smith"
    text = got.message.get_body(("plain",)).get_content()
    assert "Wants 40 rye breads" in text and "Baker & Sons" in text and "06 12345678" in text
    assert "20 Nov 2026, 10:20 (Amsterdam)" in text  # the account's clock
    assert "Olivia" not in text  # it does not want to know who took it
    note.refresh_from_db()
    assert note.state == "sent"
    sending = NoteSending.objects.get()
    assert (sending.state, sending.recipients[0]["state"]) == ("sent", "sent")
    assert sending.sent_at is not None
    with pytest.raises(NothingToSend, match="nothing_new"):
        send(note, owner)
    deliver()
    assert len(post.received) == 1


def test_a_changed_note_is_sent_again_only_by_hand_and_as_a_correction(post, call, owner, office):
    note = write(call, owner, to=[office])
    send(note, owner)
    deliver()
    write(call, owner, "Wants 50 rye breads", [office], NOW + timedelta(minutes=1))
    note.refresh_from_db()
    assert note.changed and note.waits_since is None
    assert send_due_notes(NOW + timedelta(days=1)) == 0
    write(call, owner, to=[office])
    note.refresh_from_db()
    assert not note.changed  # it is what was sent
    write(call, owner, "Wants 50 rye breads", [office])
    send(note, owner)
    deliver()
    assert [one.message["Subject"] for one in post.received] == [
        "Note on the call from Ann Smith", "Correction of the note on the call with Ann Smith",
    ]  # fmt: skip
    body = post.received[1].message.get_body(("plain",)).get_content()
    assert "takes the place of the one that was sent before" in body and "50 rye" in body
    assert list(NoteSending.objects.order_by("version").values_list("version", "is_correction", "text")) == [
        (1, False, "Wants 40 rye breads"), (2, True, "Wants 50 rye breads"),
    ]  # fmt: skip


def test_who_is_added_after_the_sending_gets_the_note_and_the_others_nothing_twice(post, call, owner, account, office):
    note = write(call, owner, to=[office])
    send(note, owner)
    boss = NoteRecipient.objects.create(account=account, name="Boss", email="boss@baker.example")
    write(call, owner, to=[office, boss])
    note.refresh_from_db()
    assert note.changed
    send(note, owner)
    deliver()
    assert sorted(one.to for one in post.received) == [("boss@baker.example",), ("office@baker.example",)]
    assert {one.message["Subject"] for one in post.received} == {"Note on the call from Ann Smith"}


def test_after_the_call_a_quiet_note_goes_by_itself_and_one_being_typed_does_not(post, call, owner, office):
    note = write(call, owner, "Wants 40", [office], now=NOW)
    assert send_due_notes(NOW + timedelta(seconds=119)) == 0
    write(call, owner, "Wants 40 rye", [office], now=NOW + timedelta(seconds=119))
    assert send_due_notes(NOW + timedelta(seconds=130)) == 0
    assert send_due_notes(NOW + timedelta(seconds=240)) == 1
    assert send_due_notes(NOW + timedelta(seconds=300)) == 0
    deliver()
    assert "Wants 40 rye" in post.received[0].message.get_body(("plain",)).get_content()
    note.refresh_from_db()
    assert note.state == "sent" and NoteSending.objects.get().by_itself


def test_while_the_call_goes_on_and_right_after_its_end_nothing_is_sent(account, owner, office):
    call = add_call(account, NOW - timedelta(minutes=10), status="talking")
    write(call, owner, to=[office], now=NOW - timedelta(minutes=9))
    assert send_due_notes(NOW) == 0
    type(call).objects.filter(id=call.id).update(status="answered", ended_at=NOW)
    assert send_due_notes(NOW + timedelta(seconds=119)) == 0  # the agent may have waited for the end to write
    assert send_due_notes(NOW + timedelta(seconds=121)) == 1


def test_leaving_wrap_up_sends_it_sooner_but_only_after_the_last_word(call, owner, office):
    state = AgentState.objects.update_or_create(
        user=owner, defaults={"state": "wrap_up", "wanted": "ready", "since": call.ended_at, "call_id": call.id}
    )[0]
    AgentStateChange.objects.create(id=call.id, user=owner, state="wrap_up", at=call.ended_at)
    typed = call.ended_at + timedelta(seconds=30)
    write(call, owner, to=[office], now=typed)
    assert send_due_notes(typed + timedelta(seconds=60)) == 0  # in wrap-up
    AgentState.objects.filter(pk=state.pk).update(state="ready", call_id=None, since=typed - timedelta(seconds=1))
    assert send_due_notes(typed + timedelta(seconds=60)) == 0  # written on after it
    AgentState.objects.filter(pk=state.pk).update(since=typed + timedelta(seconds=1))
    assert send_due_notes(typed + timedelta(seconds=19)) == 0
    assert send_due_notes(typed + timedelta(seconds=21)) == 1


def test_in_wrap_up_a_half_note_waits_for_who_registers_the_call_but_not_for_ever(call, owner, office):
    AgentState.objects.update_or_create(
        user=owner, defaults={"state": "wrap_up", "wanted": "ready", "since": call.ended_at, "call_id": call.id}
    )
    typed = call.ended_at + timedelta(seconds=30)
    write(call, owner, to=[office], now=typed)
    assert send_due_notes(typed + timedelta(minutes=14)) == 0
    assert send_due_notes(typed + timedelta(minutes=16)) == 1


def test_an_agent_who_has_no_wrap_up_may_still_be_writing(call, owner, office):
    AgentState.objects.update_or_create(
        user=owner, defaults={"state": "ready", "wanted": "ready", "since": call.ended_at}
    )
    write(call, owner, to=[office], now=call.ended_at - timedelta(seconds=2))
    assert send_due_notes(call.ended_at + timedelta(seconds=60)) == 0
    assert send_due_notes(call.ended_at + timedelta(seconds=121)) == 1


def test_putting_the_card_away_ends_the_wait_unless_something_is_typed_after_it(call, owner, office):
    write(call, owner, "Wants", [office], now=NOW)
    finish_note(account_id=call.account_id, call_id=call.id, by=owner.pk, now=NOW)
    assert send_due_notes(NOW + timedelta(seconds=3)) == 0
    write(call, owner, "Wants bread", [office], now=NOW + timedelta(seconds=4))  # its last words came late
    assert send_due_notes(NOW + timedelta(seconds=30)) == 0
    finish_note(account_id=call.account_id, call_id=call.id, by=owner.pk, now=NOW + timedelta(seconds=31))
    go_on_with_note(account_id=call.account_id, call_id=call.id, by=owner.pk, now=NOW + timedelta(seconds=32))
    assert send_due_notes(NOW + timedelta(seconds=60)) == 0  # the card was taken back
    finish_note(account_id=call.account_id, call_id=call.id, by=owner.pk, now=NOW + timedelta(seconds=61))
    assert send_due_notes(NOW + timedelta(seconds=62)) == 1


def test_by_hand_alone_where_the_account_wants_that(call, owner, account, office, supervisor):
    write(call, owner, to=[office])
    save_note_settings(account_id=account.pk, by_itself=False, names_agent=True, by=supervisor.pk, now=NOW)
    assert send_due_notes(NOW + timedelta(days=1)) == 0
    note = write(call, owner, "Other words", [office])
    assert note.waits_since is None
    send(note, owner)
    assert "Taken by: Olivia" in Mail.objects.get().text


def test_a_recipient_who_was_removed_or_changed_meanwhile(post, call, owner, account, office):
    boss = NoteRecipient.objects.create(account=account, name="Boss", email="boss@baker.example")
    note = write(call, owner, to=[office, boss])
    remove_recipient(account_id=account.pk, recipient_id=boss.pk, now=NOW)
    save_recipient(account_id=account.pk, recipient_id=office.pk, name="Office", email="new@baker.example", now=NOW)
    send(note, owner)
    deliver()
    assert [one.to for one in post.received] == [("new@baker.example",)]


def test_without_anybody_to_write_to_it_is_kept_and_never_sent(call, owner, account):
    mobile = NoteRecipient.objects.create(account=account, name="Boss", phone="+31612345678")
    note = write(call, owner, to=[mobile])
    with pytest.raises(NothingToSend, match="nobody"):
        send(note, owner)
    assert send_due_notes(NOW + timedelta(hours=1)) == 1
    note.refresh_from_db()
    assert (note.state, Mail.objects.count()) == ("nobody", 0)
    empty = write(call, owner, "")
    with pytest.raises(NothingToSend, match="no_text"):
        send(empty, owner)


def test_a_refused_address_shows_and_the_author_is_told_and_it_can_be_sent_again(post, call, owner, account, office):
    wrong = NoteRecipient.objects.create(account=account, name="Wrong", email="never@baker.example")
    note = write(call, owner, to=[office, wrong])
    send(note, owner)
    deliver()
    note.refresh_from_db()
    sending = NoteSending.objects.get()
    assert (note.state, sending.state) == ("partly", "partly")
    answers = {one["email"]: (one["state"], one["answer"]) for one in sending.recipients}
    assert answers["never@baker.example"] == ("refused", "550 5.1.1 No such user")
    told = Notification.objects.get(user=owner)
    assert (told.event, told.values["to"]) == ("note_not_sent", "never@baker.example")
    send(note, owner)  # to the one who did not get it alone
    note.refresh_from_db()
    assert note.state == "waiting"
    deliver()
    assert [one.to for one in post.received] == [("office@baker.example",)]
    save_recipient(account_id=account.pk, recipient_id=wrong.pk, name="Right", email="right@baker.example", now=NOW)
    write(call, owner, to=[office, wrong])
    send(note, owner)
    deliver()
    assert [one.to for one in post.received][1:] == [("right@baker.example",)]


def test_a_server_that_puts_it_off_is_tried_again_and_a_failure_shows(post, call, owner, office):
    post.data = "later"
    note = write(call, owner, to=[office])
    send(note, owner)
    deliver()
    note.refresh_from_db()
    assert (note.state, NoteSending.objects.get().answer) == ("waiting", "451 4.7.1 Try again later")
    for _ in range(8):
        make_due()
        deliver()
    note.refresh_from_db()
    assert note.state == "failed"
    assert Notification.objects.filter(user=owner, event="note_not_sent").count() == 1
    Mail.objects.all().delete()  # the outbox keeps them 90 days
    post.data = "ok"
    send(note, owner)
    deliver()
    with pytest.raises(NothingToSend):
        send(note, owner)
    assert [one.message["Subject"] for one in post.received] == ["Note on the call from Ann Smith"]
    note.refresh_from_db()
    assert (note.state, note.version) == ("sent", 2)


def test_fifty_recipients_a_hostile_text_and_a_caller_who_writes_headers(post, account, owner):
    text = "Wants\r\nBcc: evil@example.org\n\n<script>alert(1)</script> \u202egnp.exe\n" + "long " * 3900
    call = add_call(account, NOW - timedelta(minutes=10), from_name="Eve\r\nBcc: evil@example.org")
    people = [
        NoteRecipient.objects.create(account=account, name=f"P{n}\r\nX: y", email=f"p{n}@baker.example")
        for n in range(50)
    ]
    note = write(call, owner, text, people)
    send(note, owner)
    deliver()
    (got,) = post.received
    assert len(got.to) == 50
    assert got.message["Bcc"] is None and got.message["X"] is None
    assert got.message["Subject"] == "Note on the call from Eve Bcc: evil@example.org"
    html = got.message.get_body(("html",)).get_content()
    assert "<script>" not in html and "&lt;script&gt;" in html and "\u202e" not in html
    assert "long long" in html


@pytest.mark.parametrize(
    ("language", "subject", "direction"),
    [
        ("nl", "Notitie over het gesprek van Ann Smith", "ltr"),
        ("hu", "Jegyzet a hívásról: Ann Smith", "ltr"),
        ("ar", "ملاحظة بشأن مكالمة من Ann Smith", "rtl"),
    ],
)
def test_it_is_written_in_the_language_of_the_account(post, call, owner, account, office, language, subject, direction):
    type(account).objects.filter(pk=account.pk).update(language=language)
    send(write(call, owner, to=[office]), owner)
    deliver()
    (got,) = post.received
    assert str(got.message["Subject"]).translate({0x2068: None, 0x2069: None}) == subject
    html = got.message.get_body(("html",)).get_content()
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert '<bdi dir="ltr">06 12345678</bdi>' in html


def test_two_employees_notes_on_one_call_stay_apart(post, call, owner, colleague, office):
    mine, theirs = write(call, owner, "Mine", [office]), write(call, colleague, "Theirs", [office])
    send(mine, owner)
    deliver()
    theirs.refresh_from_db()
    assert (theirs.state, theirs.waits_since) == ("", NOW)
    assert send_due_notes(NOW + timedelta(minutes=3)) == 1
    deliver()
    assert ["Mine" in one.message.get_body(("plain",)).get_content() for one in post.received] == [True, False]
