"""Who is told of an event, how, and how often (MSG-5)."""

import pytest

from callwright.messaging.events import Event, UnknownEvent, declare_event
from callwright.messaging.links import NotOurs
from callwright.messaging.models import EventAddress, EventChoice, Mail, MailRecipient, Notification
from callwright.messaging.operations.notify import notify

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell(too_loud, account, now):
    def tell(key="c1", **more):
        known = {"event": "too_loud", "key": key, "account_id": account.pk, "path": "/calls/1/", "now": now}
        notify(**{**known, "values": {"caller": "Ann", "n": 3}, **more})

    return tell


def told() -> set[str]:
    return set(Notification.objects.values_list("user__username", flat=True))


def written_to() -> list[str]:
    return sorted(MailRecipient.objects.values_list("address", flat=True))


def test_those_with_the_right_who_see_the_account_are_told_in_the_app(
    tell, owner, supervisor, controller, administrator, customer, make_user, other_account
):
    make_user("sam", role="supervisor", accounts=[other_account])
    make_user("gone", role="supervisor", all_accounts=True, is_active=False)
    tell()
    assert told() == {"sofia", "conny", "adam"}
    assert Mail.objects.count() == 0  # nobody asked for mail


def test_each_is_told_once(tell, supervisor, controller):
    supervisor.email = "sofia@example.org"
    supervisor.save()
    EventChoice.objects.create(user=supervisor, event="too_loud", by_mail=True)
    tell()
    tell()
    assert Notification.objects.count() == 2
    assert written_to() == ["sofia@example.org"]
    tell(key="c2")
    assert Notification.objects.count() == 4
    assert Mail.objects.count() == 2


def test_named_users_are_told_only_where_they_may_see_it(tell, owner, supervisor, outsider):
    tell(users=[owner.pk, supervisor.pk, outsider.pk])
    assert told() == {"sofia"}  # an agent may not review, an outsider does not see the account


def test_an_event_without_a_right_goes_to_the_named_users_alone(tell, too_loud, owner, supervisor):
    declare_event(Event("list_ready", too_loud.label, too_loud.title, right=None, personal=True))
    tell(event="list_ready")
    assert told() == set()
    tell(event="list_ready", users=[owner.pk])
    assert told() == {"olivia"}


def test_who_wants_it_only_by_mail_is_not_told_in_the_app(tell, supervisor, make_user, account):
    other = make_user("sue", role="supervisor", accounts=[account], email="sue@example.org")
    EventChoice.objects.create(user=other, event="too_loud", in_app=False, by_mail=True)
    tell()
    assert told() == {"sofia"}
    assert written_to() == ["sue@example.org"]


def test_addresses_of_the_event_get_mail_each_once(tell, account, other_account, supervisor, owner):
    for user, email in ((supervisor, "sofia@example.org"), (owner, "olivia@example.org")):
        user.email = email
        user.save()
    EventAddress.objects.create(event="too_loud", user=supervisor)
    EventAddress.objects.create(event="too_loud", user=owner)  # may not see reviews: gets nothing
    EventAddress.objects.create(event="too_loud", email="Sofia@Example.org")
    EventAddress.objects.create(event="too_loud", email="boss@example.org", account=account)
    EventAddress.objects.create(event="too_loud", email="else@example.org", account=other_account)
    EventAddress.objects.create(event="too_loud", email="off@example.org", is_on=False)
    EventChoice.objects.create(user=supervisor, event="too_loud", by_mail=True)
    tell()
    assert [one.lower() for one in written_to()] == ["boss@example.org", "sofia@example.org"]


def test_mail_is_in_the_language_of_its_reader_and_links_to_the_record(tell, settings, account, supervisor):
    settings.PUBLIC_URL = "https://desk.example.org"
    account.language = "nl"
    account.save()
    EventAddress.objects.create(event="too_loud", email="a@example.org")
    EventAddress.objects.create(event="too_loud", email="b@example.org", language="ar")
    tell(values={"caller": "<b>Ann</b>\r\nBcc: x@example.org", "n": 3})
    languages = dict(Mail.objects.values_list("recipients__address", "language"))
    assert languages == {"a@example.org": "nl", "b@example.org": "ar"}
    mail = Mail.objects.get(language="nl")
    assert mail.subject == "<b>Ann</b> Bcc: x@example.org was too loud"
    assert "https://desk.example.org/calls/1/" in mail.text
    assert 'href="https://desk.example.org/calls/1/"' in mail.html
    assert "<b>Ann" not in mail.html
    assert 'dir="rtl"' in Mail.objects.get(language="ar").html


def test_slips_of_callers_are_told(tell, supervisor):
    with pytest.raises(UnknownEvent):
        tell(event="nobody_declared_this")
    with pytest.raises(NotOurs):
        tell(path="//evil.example.org/")
    with pytest.raises(NotOurs):
        tell(path="https://evil.example.org/")
    assert told() == set()


def test_an_old_value_that_is_missing_leaves_a_dash(tell, account, supervisor):
    EventAddress.objects.create(event="too_loud", email="a@example.org")
    tell(values={})
    assert Mail.objects.get().subject == "– was too loud"
