"""Mail over real SMTP: taken, refused, put off, in doubt; each message once (MSG-4)."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from callwright.messaging.models import Mail, MailRecipient, MailServer, MailState, Notification
from callwright.messaging.operations.deliver import send_due
from callwright.messaging.operations.leases import take_due
from callwright.messaging.operations.send_again import StillUnderWay, send_again
from callwright.messaging.operations.send_email import NobodyToWriteTo, To, queue_email
from callwright.messaging.rules import AddressRefused
from callwright.messaging.testing import Post, mailing

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def server(post, settings):
    settings.PUBLIC_URL = "https://desk.example.org"
    with mailing(post, from_name="The Desk"):
        yield post


def queue(to="ann@example.org", **more) -> Mail:
    known = {"subject": "Hello", "text": "Good morning,\n\nall is well.", "now": timezone.now()}
    return Mail.objects.get(pk=queue_email(to=to, **{**known, **more}))


def run(times: int = 1, patience: float = 0.05) -> None:
    for _ in range(times):
        send_due(timezone.now(), patience=patience, run_s=10)


def make_due() -> None:
    Mail.objects.filter(state="waiting").update(due_at=timezone.now() - timedelta(minutes=1), changed_at=None)


def fate(mail: Mail) -> tuple[str, list[str], list[str]]:
    mail.refresh_from_db()
    return (
        mail.state,
        list(mail.recipients.order_by("pk").values_list("state", flat=True)),
        list(mail.attempts.order_by("pk").values_list("outcome", flat=True)),
    )


def test_a_message_goes_out_once(server):
    mail = queue(To("ann@example.org", "Ann Ælfric"))
    run(3)
    assert fate(mail) == ("sent", ["sent"], ["sent"])
    assert mail.sent_at is not None
    (got,) = server.received
    assert (got.sender, got.to) == ("desk@example.org", ("ann@example.org",))
    message = got.message
    assert message["From"] == "The Desk <desk@example.org>"
    assert message["To"].addresses[0].display_name == "Ann Ælfric"
    assert message["Subject"] == "Hello"
    assert message["Message-ID"] == mail.message_id == f"<{mail.pk}@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert abs(message["Date"].datetime - mail.created_at) < timedelta(seconds=2)
    assert message.get_body(("plain",)).get_content().splitlines() == ["Good morning,", "", "all is well."]
    assert "all is well." in message.get_body(("html",)).get_content()
    assert mail.attempts.get().answer == "250 2.0.0 Taken"


def test_without_a_mail_server_messages_wait(post):
    mail = queue()
    run()
    assert fate(mail) == ("waiting", ["waiting"], [])  # it waits for a server to be set up


def test_the_same_thing_is_not_queued_twice(server, account, other_account):
    def again(of=None):
        return queue_email(to="a@example.org", subject="x", text="x", key="k", account_id=of, now=timezone.now())

    assert again() is not None
    assert again() is None
    assert again(account.pk) is not None
    assert again(account.pk) is None
    assert again(other_account.pk) is not None
    run()
    assert len(server.received) == 3


def test_a_permanent_refusal_is_final_and_told(server, administrator, supervisor):
    server.data = "never"
    mail = queue()
    run(2)
    assert fate(mail) == ("refused", ["refused"], ["refused"])
    assert mail.recipients.get().answer == "554 5.7.1 We do not want this"
    told = Notification.objects.get()  # administrators alone
    assert (told.event, told.user, told.path) == ("mail_failed", administrator, f"/messages/{mail.pk}/")
    server.data = "ok"
    assert send_again(mail_id=mail.pk, by=administrator.pk, now=timezone.now()) == mail.pk
    run()
    assert fate(mail) == ("sent", ["sent"], ["refused", "sent"])


def test_a_temporary_refusal_is_tried_again_later_and_given_up_in_the_end(server, administrator):
    server.data = "later"
    mail = queue()
    run()
    state, _recipients, attempts = fate(mail)
    assert (state, attempts) == ("waiting", ["later"])
    assert timedelta(seconds=50) < mail.due_at - timezone.now() < timedelta(seconds=70)
    run()
    assert mail.attempts.count() == 1  # not before its time
    waits = []
    while fate(mail)[0] == "waiting":
        make_due()
        run()
        mail.refresh_from_db()
        waits.append(round((mail.due_at - timezone.now()) / timedelta(minutes=1)) if mail.due_at else None)
    assert waits == [5, 15, 60, 180, 360, 720, None]
    assert fate(mail)[:2] == ("failed", ["failed"])
    assert server.offered == 8
    assert Notification.objects.get().event == "mail_failed"
    server.data = "ok"
    send_again(mail_id=mail.pk, by=administrator.pk, now=timezone.now())
    run()
    assert fate(mail)[0] == "sent"


def test_each_recipient_is_refused_alone(server):
    mail = queue(["ann@example.org", "never@example.org", "later@example.org"])
    run()
    assert fate(mail) == ("waiting", ["sent", "refused", "waiting"], ["partly"])
    MailRecipient.objects.filter(address="later@example.org").update(address="now@example.org")
    make_due()
    run()
    assert fate(mail) == ("refused", ["sent", "refused", "sent"], ["partly", "sent"])
    assert [one.to for one in server.received] == [("ann@example.org",), ("now@example.org",)]


def test_all_recipients_refused_means_no_data(server):
    mail = queue("never@example.org")
    queue("next@example.org")
    run()
    assert fate(mail) == ("refused", ["refused"], ["refused"])
    assert mail.recipients.get().answer == "550 5.1.1 No such user"
    assert [one.to for one in server.received] == [("next@example.org",)]  # on the same connection
    assert server.sessions == 1


def test_no_answer_after_the_message_is_a_doubt_and_is_handed_over_once_more_under_the_same_number(server):
    server.data = "drop"
    mail = queue()
    run()
    assert fate(mail) == ("waiting", ["waiting"], ["doubt"])
    assert mail.perhaps_sent
    assert timedelta(minutes=14) < mail.due_at - timezone.now() < timedelta(minutes=16)
    make_due()
    server.data = "ok"
    run()
    assert fate(mail) == ("sent", ["sent"], ["doubt", "sent"])
    assert not mail.perhaps_sent
    first, second = server.received
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.message["Date"] == second.message["Date"]


def test_after_a_second_doubt_a_person_decides(server, administrator):
    server.data = "drop"
    mail = queue()
    for _ in range(4):
        run()
        make_due()
    assert fate(mail) == ("failed", ["failed"], ["doubt", "doubt"])
    assert mail.perhaps_sent
    assert len(server.received) == 2


def test_a_server_that_never_answers_ends_in_a_doubt_not_in_waiting_for_ever(server):
    server.data = "hang"
    mail = queue()
    run(patience=0.01)
    assert fate(mail)[2] == ["doubt"]


def test_a_server_that_cuts_the_line_at_once_or_is_busy_costs_no_message_a_try(server, administrator):
    mail = queue()
    for connect, problem in (("drop", "unreachable"), ("busy", "greeting")):
        server.connect = connect
        MailServer.objects.update(retry_at=None)
        run()
        known = MailServer.objects.get()
        assert known.problem == problem
        assert known.down_since is not None
        assert fate(mail) == ("waiting", ["waiting"], [])
    sessions = server.sessions
    run(3)
    assert server.sessions == sessions  # nobody knocks before the time
    assert Notification.objects.count() == 0
    MailServer.objects.update(retry_at=None)
    run()
    assert Notification.objects.get().event == "mail_stopped"
    server.connect = "ok"
    MailServer.objects.update(retry_at=None)
    run()
    assert fate(mail) == ("sent", ["sent"], ["sent"])
    assert (MailServer.objects.get().failures, MailServer.objects.get().problem) == (0, "")


def test_switched_off_nothing_goes_out(server):
    MailServer.objects.update(enabled=False)
    mail = queue()
    run()
    assert fate(mail)[0] == "waiting"


def test_a_clock_that_was_set_back_stops_nothing(server):
    mail = queue()
    server.data = "later"
    run()
    server.data = "ok"
    # All was written by a clock two hours ahead of the one that now counts.
    ahead = timedelta(hours=2)
    Mail.objects.update(due_at=F("due_at") + ahead, changed_at=F("changed_at") + ahead)
    MailServer.objects.update(retry_at=timezone.now() + ahead, down_at=timezone.now() + ahead, failures=1)
    run()
    assert fate(mail) == ("sent", ["sent"], ["later", "sent"])


def test_a_lease_from_a_clock_ahead_is_taken_back_without_sending_twice(server):
    mail = queue()
    lease = take_due(domain="example.org")
    ahead = timedelta(hours=2)
    Mail.objects.update(leased_until=F("leased_until") + ahead, data_at=timezone.now() + ahead)
    run(2)
    assert fate(mail) == ("waiting", ["waiting"], ["doubt"])  # perhaps it has it: not at once
    assert server.received == []
    assert lease is not None


def test_abandoned_before_the_message_it_goes_on_and_after_it_with_a_doubt(server):
    early, late = queue("early@example.org"), queue("late@example.org")
    for _ in range(2):
        take_due(domain="example.org")
    past = timezone.now() - timedelta(seconds=1)
    Mail.objects.filter(pk=late.pk).update(data_at=past)
    run()
    assert {fate(early)[0], fate(late)[0]} == {"sending"}  # their leases still hold
    Mail.objects.update(leased_until=past)
    run()
    assert fate(early) == ("waiting", ["waiting"], ["died"])
    assert fate(late) == ("waiting", ["waiting"], ["doubt"])
    make_due()
    run()
    assert fate(early)[2] == ["died", "sent"]
    assert fate(late)[2] == ["doubt", "sent"]


def test_a_message_under_way_is_not_sent_again_and_a_sent_one_goes_out_as_a_copy(server, administrator):
    mail = queue()
    with pytest.raises(StillUnderWay):
        send_again(mail_id=mail.pk, by=administrator.pk, now=timezone.now())
    run()
    copies = {send_again(mail_id=mail.pk, by=administrator.pk, now=timezone.now()) for _ in range(2)}
    assert len(copies) == 1
    assert mail.pk not in copies
    run()
    assert len({one.message["Message-ID"] for one in server.received}) == len(server.received) == 2


@pytest.mark.parametrize("address", ["", "ann", "a@", "@b", "a b@example.org", "a@example.org\r\nBcc: x@y.z", "a@b..c"])
def test_what_is_no_address_is_refused_at_once(address):
    with pytest.raises(AddressRefused):
        queue(address)
    with pytest.raises(NobodyToWriteTo):
        queue([])
    assert Mail.objects.count() == 0


def test_the_states_of_the_model_are_those_of_the_rules():
    assert set(MailState.values) == {"waiting", "sending", "sent", "failed", "refused", "withdrawn"}
