"""Messages that are taken back from some of those to whom they were to go (MSG-4)."""

from datetime import UTC, datetime

import pytest

from callwright.messaging.models import Mail, MailRecipient
from callwright.messaging.operations.deliver import send_due
from callwright.messaging.operations.leases import begin_content, end_attempt, take_due
from callwright.messaging.operations.send_again import send_again, send_all_again
from callwright.messaging.operations.send_email import queue_email
from callwright.messaging.operations.withdraw import withdraw
from callwright.messaging.rules import Outcome
from callwright.messaging.testing import Post, mailing

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
BOTH = ["a@x.example", "b@x.example"]


@pytest.fixture
def mail():
    return queue_email(to=BOTH, subject="Order", text="x", now=NOW)


def stands() -> tuple[str, dict[str, str]]:
    return Mail.objects.get().state, dict(MailRecipient.objects.values_list("address", "state"))


def ended(lease, states: dict[str, str], outcome: Outcome) -> None:
    known = {one.pk: (states[one.address], "words") for one in MailRecipient.objects.all() if one.address in states}
    end_attempt(lease, outcome=outcome, recipients=known, now=NOW)


def test_who_is_taken_out_while_it_waits_is_not_written_to_and_the_rest_is(mail):
    withdraw({mail: ["B@x.example"]}, now=NOW)
    assert stands() == ("waiting", {BOTH[0]: "waiting", BOTH[1]: "withdrawn"})
    lease = take_due(domain="x.example")
    ended(lease, {BOTH[0]: "sent"}, Outcome.SENT)
    assert stands() == ("sent", {BOTH[0]: "sent", BOTH[1]: "withdrawn"})


def test_where_nobody_is_left_it_is_withdrawn_and_nobody_sends_it_again(mail):
    withdraw({mail: BOTH}, now=NOW)
    assert stands()[0] == "withdrawn"
    assert take_due(domain="x.example") is None
    assert send_all_again(mail_ids=[mail], by=None, now=NOW) == 0
    withdraw({mail: BOTH}, now=NOW)  # twice is no error


@pytest.mark.parametrize(
    ("said", "outcome", "state"), [("waiting", Outcome.LATER, "withdrawn"), ("sent", Outcome.SENT, "sent")]
)
def test_while_it_is_being_sent_what_the_server_took_counts_and_it_is_not_tried_again(mail, said, outcome, state):
    lease = take_due(domain="x.example")
    assert begin_content(lease)
    withdraw({mail: BOTH}, now=NOW)
    assert stands()[0] == "sending"
    ended(lease, dict.fromkeys(BOTH, said), outcome)
    assert stands() == (state, dict.fromkeys(BOTH, state))


def test_what_failed_and_was_taken_back_is_left_to_those_who_have_it(mail):
    lease = take_due(domain="x.example")
    ended(lease, {BOTH[0]: "sent", BOTH[1]: "refused"}, Outcome.PARTLY)
    assert stands()[0] == "refused"
    withdraw({mail: BOTH}, now=NOW)
    assert stands() == ("sent", {BOTH[0]: "sent", BOTH[1]: "withdrawn"})
    assert Mail.objects.get().sent_at is not None


def test_a_copy_goes_to_those_who_have_it_and_not_to_who_was_taken_out(mail, administrator):
    ended(take_due(domain="x.example"), {BOTH[0]: "sent", BOTH[1]: "refused"}, Outcome.PARTLY)
    withdraw({mail: [BOTH[1]]}, now=NOW)
    copy = send_again(mail_id=mail, by=administrator.pk, now=NOW)
    assert copy != mail
    assert list(MailRecipient.objects.filter(mail_id=copy).values_list("address", flat=True)) == [BOTH[0]]


def test_nobody_reads_that_it_went_to_who_was_taken_out(mail, settings):
    settings.PUBLIC_URL = "https://desk.example.org"
    withdraw({mail: [BOTH[1]]}, now=NOW)
    with mailing(Post()) as post:
        send_due(NOW, patience=0.05, run_s=5)
    (got,) = post.received
    assert (got.to, got.message["To"]) == ((BOTH[0],), BOTH[0])
