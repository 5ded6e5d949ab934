"""What goes when a person is erased or time is over, and what stays (CALL-16, MSG-4)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from callwright.accounts.models import Account, Line
from callwright.messaging.models import Mail, MailServer, Notification
from callwright.messaging.operations.forget_old import forget_old
from callwright.messaging.operations.forget_person import _joined, forget_messages
from callwright.messaging.operations.notify import notify
from callwright.messaging.operations.save_server import ServerSettings, save_server
from callwright.messaging.operations.send_again import send_again
from callwright.messaging.operations.send_email import queue_email
from callwright.messaging.rules import holds

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(too_loud, account, supervisor, now):
    """Tells of a call, in the app and by mail; returns nothing."""
    from callwright.messaging.models import EventAddress

    EventAddress.objects.create(event="too_loud", email="boss@example.org")

    def tell(key, caller, **more):
        known = {"event": "too_loud", "account_id": account.pk, "path": f"/calls/{key}/", "now": now}
        notify(**{**known, "key": key, "values": {"caller": caller, "n": 3}, **more})

    return tell


def left() -> tuple[set[str], set[str]]:
    """The keys of what is left: mails, notifications."""
    mails = {key.split(":")[1] for key in Mail.objects.values_list("key", flat=True)}
    return mails, set(Notification.objects.values_list("key", flat=True))


def both(*keys: str) -> tuple[set[str], set[str]]:
    return set(keys), set(keys)


def test_what_names_a_person_goes_and_what_names_others_stays(told, account):
    told("c1", "Wilhelmina Zwartkruis")
    told("c2", "+31 6 1234 9876")
    told("c3", "06-12349876")
    told("c4", "Wilhelmina Zwartkruisen")
    told("c5", "+31612349870")
    told("c6", "0612349876123")
    told("c7", "Somebody else")
    texts = ["+31612349876", "0612349876", "12349876", "Wilhelmina Zwartkruis"]
    assert forget_messages(account_id=account.pk, keys=["c7"], texts=texts) == 8
    assert left() == both("c4", "c5", "c6")


def test_many_names_are_looked_for_with_few_expressions(told, account):
    told("c1", "Wilhelmina (jr.) Zwartkruis")
    told("c2", "Person 118 of all")
    told("c3", "Person 11")
    told("c4", "06-12349876")
    names = [f"Person {n}" for n in range(100, 220)]
    assert forget_messages(account_id=account.pk, keys=[], texts=[*names, "Wilhelmina (Jr.)", "+31612349876"]) == 6
    assert left() == both("c3")
    patterns = [f"p{n}" for n in range(120)]
    assert len(_joined(patterns)) == 3 and _joined([]) == []
    assert all(any(re.fullmatch(one, pattern) for one in _joined(patterns)) for pattern in patterns)


def test_the_frame_of_a_mail_and_the_names_of_the_account_tell_of_nobody(told, account, pbx):
    """A caller called as the account, as our own line, or as a word that stands in every mail (CALL-16)."""
    Account.objects.filter(pk=account.pk).update(name="Bakery Jansen")
    Line.objects.create(account=account, number="+31201110000", label="Orders")
    told("c1", "Ann")
    told("c2", "Piet Jansen")
    texts = ["Jansen", "Bakery Jansen", "Orders", "presentation", "Callwright", "+31201110000", "201", "heard", "loud"]
    assert forget_messages(account_id=account.pk, keys=[], texts=texts) == 0
    assert left() == both("c1", "c2")
    assert forget_messages(account_id=account.pk, keys=[], texts=[*texts, "Piet Jansen"]) == 2
    assert left() == both("c1")


def test_mail_to_the_person_and_mail_about_the_persons_calls_go(told, account, other_account, now):
    def queue(key, to, of):
        queue_email(to=to, subject="An offer", text="Hello", key=f"offer:{key}", account_id=of.pk, now=now)

    told("c1", "Ann")
    queue("c2", "Willa@Example.org", account)
    queue("c3", "willa@example.org", other_account)
    forget_messages(account_id=account.pk, keys=["c1"], texts=["willa@example.org"])
    assert left() == ({"c3"}, set())


@pytest.mark.parametrize(
    ("message", "text", "expected"),
    [
        ("call 0612349876.", "+31612349876", True),
        ("call (06) 1234-9876", "0612349876", True),
        ("20612349876543", "0612349876", False),
        ("on 1234567", "1234567", True),
        ("on 81234567", "1234567", False),
        ("room 201", "201", False),
        ("Mr. O'NEIL (jr.)", "O'Neil (jr.)", True),
        ("mailto:ann.b@example.org.", "b@example.org", False),
        ("ann.b@example.org.", "ann.b@example.org", True),
        ("Ann\nSmith", "Ann Smith", True),
        ("anything", "  ", False),
    ],
)
def test_whole_words_and_numbers_in_any_notation(message, text, expected):
    assert holds(message, text) is expected


def switch(on: bool, now) -> None:
    save_server(given=ServerSettings(host="mx.example.org", from_address="desk@example.org", enabled=on), by=None,
                now=now)  # fmt: skip


def test_nothing_is_given_up_while_mail_is_switched_off_nor_right_after(administrator):
    now = timezone.now()
    switch(True, now)
    switch(False, now)
    pk = queue_email(to="a@example.org", subject="x", text="x", now=now - timedelta(days=30))

    def state() -> str:
        forget_old(now=timezone.now())
        return str(Mail.objects.get(pk=pk).state)

    assert state() == "waiting"
    switch(True, now)
    assert state() == "waiting"  # it has its five days from now on
    switch(True, now + timedelta(days=1))
    MailServer.objects.update(enabled_at=now - timedelta(days=6))
    assert state() == "failed"
    assert Notification.objects.count() == 1


def test_of_each_giving_up_administrators_are_told_also_without_any_try(administrator):
    long_ago = timezone.now() - timedelta(days=30)
    pk = queue_email(to="a@example.org", subject="x", text="x", now=long_ago)
    for times in (1, 2):
        forget_old(now=timezone.now())
        forget_old(now=timezone.now())
        assert Notification.objects.filter(event="mail_failed", user=administrator).count() == times
        send_again(mail_id=pk, by=administrator.pk, now=timezone.now())
        Mail.objects.filter(pk=pk).update(changed_at=timezone.now() - timedelta(days=6))
