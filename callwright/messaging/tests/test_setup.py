"""The outbox, the mail server and the addresses of events, as administrators use them (MSG-4, MSG-5)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from callwright.kit.sealing import CannotUnseal, seal, unseal
from callwright.messaging.models import AccountSender, EventAddress, Mail, MailServer, Notification
from callwright.messaging.operations.deliver import send_due
from callwright.messaging.operations.forget_old import forget_old
from callwright.messaging.operations.notify import notify
from callwright.messaging.operations.send_email import queue_email
from callwright.messaging.operations.server_state import PURPOSE
from callwright.messaging.testing import Post, serving
from callwright.staff.models import AuditEntry

pytestmark = pytest.mark.django_db

SETTINGS = {
    "host": "127.0.0.1", "port": "2525", "security": "none", "verify_certificate": "on", "username": "", "password": "",
    "from_address": "desk@example.org", "from_name": "Desk", "public_url": "", "kept_days": "90", "enabled": "on",
}  # fmt: skip


def save(client, **more):
    return client.post("/messages/server/", {**SETTINGS, **more})


@pytest.fixture
def post(administrator_client):
    post = Post(login=("desk", "s3cret!"))
    with serving(post) as port:
        assert save(administrator_client, port=port, username="desk", password="s3cret!").status_code == 302
        yield post


def test_the_password_is_sealed_never_shown_and_kept_when_left_empty(administrator_client):
    assert save(administrator_client, username="desk", password="s3cret!").status_code == 302
    known = MailServer.objects.get()
    assert "s3cret!" not in known.sealed_password
    assert unseal(known.sealed_password, purpose=PURPOSE) == "s3cret!"
    assert "s3cret!" not in administrator_client.get("/messages/server/").content.decode()
    save(administrator_client, username="desk", from_name="Other")
    assert unseal(MailServer.objects.get().sealed_password, purpose=PURPOSE) == "s3cret!"
    assert AuditEntry.objects.filter(action="mail_server_changed").count() == 2
    assert "s3cret!" not in str(list(AuditEntry.objects.values()))
    elsewhere = save(administrator_client, username="desk", host="evil.example.org")
    assert "Type the password again" in elsewhere.content.decode()
    assert MailServer.objects.get().host == "127.0.0.1"
    save(administrator_client, username="desk", forget_password="on")
    assert MailServer.objects.get().sealed_password == ""


def test_another_key_or_purpose_opens_nothing(settings):
    sealed = seal("s3cret!", purpose="a")
    with pytest.raises(CannotUnseal):
        unseal(sealed, purpose="b")
    settings.SECRET_KEY = "another"
    with pytest.raises(CannotUnseal):
        unseal(sealed, purpose="a")


@pytest.mark.parametrize(
    ("field", "value"),
    [("host", "a b"), ("host", "x/y"), ("port", "0"), ("port", "70000"), ("security", "some"), ("from_address", "desk"),
     ("from_address", "a@b.example\r\nX: y"), ("public_url", "javascript:alert(1)"), ("public_url", "https://a@b.example"),
     ("kept_days", "0")],
)  # fmt: skip
def test_settings_that_cannot_be_used_are_refused(administrator_client, field, value):
    answer = save(administrator_client, **{field: value})
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not MailServer.objects.exists()


def test_a_test_message_says_what_came_of_it(post, administrator_client):
    def tried(to="ann@example.org") -> str:
        answer = administrator_client.post("/messages/server/test/", {"to": to}, headers={"HX-Request": "true"})
        return answer.content.decode()

    assert "has taken a message" in tried()
    assert post.received[0].to == ("ann@example.org",)
    assert "is not an e-mail address" in tried("ann")
    assert "550 5.1.1 No such user" in tried("never@example.org")
    post.data = "drop"
    assert "Perhaps it was sent" in tried()
    post.login = ("desk", "changed")
    assert "refuses the login" in tried()
    post.connect = "drop"
    assert "cannot be reached" in tried()


def test_failed_messages_are_visible_and_can_be_sent_again(post, administrator_client, account, browser_of, make_user):
    post.data = "never"
    known = {"to": "b@example.org", "subject": "<script>x", "text": "Hi", "account_id": account.pk}
    mail = queue_email(**known, now=timezone.now())
    send_due(timezone.now(), patience=0.1)
    page = administrator_client.get("/messages/?state=problem").content.decode()
    assert "1 message did not arrive." in page
    assert "&lt;script&gt;x" in page
    assert "554 5.7.1 We do not want this" in administrator_client.get(f"/messages/{mail}/").content.decode()
    hidden = browser_of(make_user("ada", role="administrator"))  # sees no account
    assert "&lt;script" not in hidden.get("/messages/").content.decode()
    assert hidden.post(f"/messages/{mail}/again/").status_code == 404
    hidden.post("/messages/again/", {"state": "problem"})
    assert Mail.objects.get().state == "refused"
    post.data = "ok"
    administrator_client.post("/messages/again/", {"state": "problem"})
    send_due(timezone.now(), patience=0.1)
    assert Mail.objects.get().state == "sent"
    assert AuditEntry.objects.filter(action="mail_sent_again", account_id=account.pk).count() == 1


def test_the_page_of_a_message_can_run_nothing(administrator_client):
    mail = queue_email(to="a@example.org", subject="x", text="x", html="<script>x</script>", now=timezone.now())
    answer = administrator_client.get(f"/messages/{mail}/page/")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "allow-scripts" not in answer["Content-Security-Policy"]


def test_the_outbox_asks_the_same_for_one_message_and_for_fifty(administrator_client, django_assert_max_num_queries):
    for n in range(60):
        queue_email(to=f"a{n}@example.org", subject=f"Message {n}", text="x", now=timezone.now())
    administrator_client.get("/messages/")
    with django_assert_max_num_queries(14):
        page = administrator_client.get("/messages/").content.decode()
    assert page.count("/messages/0") >= 50
    assert "Show more" in page
    assert "Message 7<" in administrator_client.get("/messages/?search=a7@").content.decode()


def test_addresses_are_added_switched_tried_and_removed(
    too_loud, administrator_client, supervisor, owner, account, now
):
    def add(**more) -> str:
        return administrator_client.post("/messages/events/too_loud/", more, follow=True).content.decode()

    assert "no e-mail address" in add(user=supervisor.pk)
    supervisor.email = "sofia@example.org"
    supervisor.save()
    assert "may not see" in add(user=owner.pk)
    assert "Choose a person of the house" in add()
    assert "not an e-mail address" in add(email="boss@")
    assert "The address is added." in add(user=supervisor.pk)
    assert "The address is added." in add(email="boss@example.org", name="Boss", language="nl", account=account.pk)
    assert "already told" in add(email="BOSS@example.org", account=account.pk)
    assert "The address is added." in add(email="boss@example.org")
    row = EventAddress.objects.get(email="boss@example.org", account=account)

    def do(what: str) -> None:
        administrator_client.post(f"/messages/addresses/{row.pk}/", {"do": what})

    do("test")
    test = Mail.objects.get()
    assert (test.recipients.get().address, test.language) == ("boss@example.org", "nl")
    do("off")
    notify(event="too_loud", key="1", account_id=account.pk, path="/x/", values={}, now=now)
    told = sorted(Mail.objects.exclude(pk=test.pk).values_list("recipients__address", flat=True))
    assert told == ["boss@example.org", "sofia@example.org"]
    do("on")
    row.refresh_from_db()
    assert row.is_on
    do("remove")
    assert EventAddress.objects.count() == 2


def test_people_are_found_who_may_be_told(too_loud, administrator_client, supervisor, owner):
    page = administrator_client.get("/messages/events/people/?event=too_loud&search=o").content.decode()
    assert "Sofia" in page
    assert "Olivia" not in page


def test_an_account_has_a_sender_of_its_own(administrator_client, account):
    def send(**more):
        return administrator_client.post("/messages/server/senders/", {"account": account.pk, **more}, follow=True)

    assert "not an e-mail address" in send(from_name="Baker", reply_to="office").content.decode()
    send(from_name="Baker", reply_to="office@baker.example")
    assert AccountSender.objects.get().reply_to == "office@baker.example"
    assert "office@baker.example" in administrator_client.get("/messages/server/").content.decode()
    send()
    assert not AccountSender.objects.exists()


def test_old_messages_and_notifications_go_and_what_never_went_out_is_given_up(administrator, now):
    def made(days: int, state: str):
        pk = queue_email(to="a@example.org", subject=state, text="x", now=now - timedelta(days=days))
        Mail.objects.filter(pk=pk).update(state=state)
        return pk

    old, young, waits = made(91, "sent"), made(89, "refused"), made(1, "waiting")
    stuck = made(3000, "waiting")
    Mail.objects.filter(pk=waits).update(created_at=timezone.now())
    forget_old(now=now)
    assert not Mail.objects.filter(pk=old).exists()
    assert set(Mail.objects.values_list("pk", "state")) == {(young, "refused"), (waits, "waiting")}
    assert Notification.objects.filter(event="mail_failed", key__startswith=str(stuck)).count() == 1
    forget_old(now=now + timedelta(days=91))
    assert not Notification.objects.exists()
