"""What stands in a message, whatever strangers wrote into it."""

from email import message_from_bytes, policy

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from callwright.messaging.composing import Letter, as_bytes, as_paragraphs
from callwright.messaging.models import AccountSender, Mail
from callwright.messaging.operations.deliver import send_due
from callwright.messaging.operations.send_email import Attachment, To, queue_email
from callwright.messaging.rules import address_on_wire, clean_address
from callwright.messaging.testing import Post, mailing

NOW = timezone.now()


def letter(**more) -> Letter:
    known = {"message_id": "<1@example.org>", "sender": ("Desk", "desk@example.org"), "to": [("", "a@example.org")]}
    return Letter(**{**known, "subject": "x", "text": "x", "html": "<p>x</p>", "language": "en", "at": NOW, **more})


def read(content: bytes):
    return message_from_bytes(content, policy=policy.default)


HOSTILE = (
    "x\r\nBcc: evil@example.org",
    "x\n\nbody",
    "\u202emoc.elpmaxe",
    'a"b<c@d.e>',
    "=?utf-8?q?a=0D=0ABcc:_x?=",
    "😀" * 80,
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.django_db
def test_no_text_of_a_stranger_becomes_a_header_or_turns_others_round(text):
    mail = Mail.objects.get(
        pk=queue_email(to=To("a@example.org", text), subject=text, text=text, reply_to="r@example.org", now=NOW)
    )
    name = mail.recipients.get().name
    raw = as_bytes(letter(to=[(name, "a@example.org")], subject=mail.subject, sender=(name, "desk@example.org")))
    message = read(raw)
    assert message["Bcc"] is None
    assert message["Subject"] == mail.subject.replace("=?", "= ?")
    assert [one.addr_spec for one in message["To"].addresses] == ["a@example.org"]
    assert [one.addr_spec for one in message["From"].addresses] == ["desk@example.org"]
    assert len(message.get_all("Subject")) == 1
    assert "\u202e" not in mail.subject + mail.html
    assert all(len(line) <= 998 and line.isascii() for line in raw.split(b"\r\n"))


def test_lines_that_look_like_smtp_stay_text():
    raw = as_bytes(letter(text="a\n.\nMAIL FROM:<x>\n.\r\n", html="<p>" + "x" * 5000 + "</p>"))
    assert read(raw).get_body(("plain",)).get_content().splitlines() == ["a", ".", "MAIL FROM:<x>", "."]


@pytest.mark.parametrize(
    ("given", "stored", "wire"),
    [
        ("Ann@Bücher.example", "Ann@bücher.example", "Ann@xn--bcher-kva.example"),
        ("ann@XN--BCHER-KVA.example", "ann@bücher.example", "ann@xn--bcher-kva.example"),
        (" ann@example.org ", "ann@example.org", "ann@example.org"),
        ("اسم@مثال.example", "اسم@مثال.example", "اسم@xn--mgbh0fb.example"),
        ("o'brien+desk@example.org", "o'brien+desk@example.org", "o'brien+desk@example.org"),
    ],
)
def test_international_addresses(given, stored, wire):
    assert clean_address(given) == stored
    assert address_on_wire(stored) == wire


def test_text_becomes_paragraphs_with_links_and_nothing_else():
    made = as_paragraphs('One <b>&\ntwo https://x.example/a?b=1&c="2".\n\nThree')
    assert "<b>" not in made
    assert 'href="https://x.example/a?b=1&amp;c="' in made
    assert made.count("<p ") == 2


@pytest.fixture
def post(db, settings):
    settings.PUBLIC_URL = "https://desk.example.org"
    with mailing(Post(largest=60_000)) as post:
        yield post


def sent(**more) -> Mail:
    known = {"to": "a@example.org", "subject": "x", "text": "x", "now": timezone.now()}
    mail_id = queue_email(**{**known, **more})
    send_due(timezone.now(), patience=0.1)
    return Mail.objects.get(pk=mail_id)


@pytest.mark.django_db
def test_attachments_come_from_storage_and_one_that_is_gone_is_told(post, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    stored = default_storage.save("lists/calls.csv", ContentFile(b"a;b\r\n\x00\xff"))
    mail = sent(attachments=[Attachment("Gesprächsliste ☎.csv", stored, "text/csv")])
    assert mail.state == "sent"
    (file,) = list(post.received[0].message.iter_attachments())
    assert (file.get_filename(), file.get_content_type()) == ("Gesprächsliste ☎.csv", "text/csv")
    assert file.get_payload(decode=True) == b"a;b\r\n\x00\xff"
    default_storage.delete(stored)
    gone = sent(attachments=[Attachment("calls.csv", stored)])
    assert gone.state == "refused"
    assert gone.attempts.get().outcome == "unsendable"
    assert gone.attempts.get().answer.startswith("calls.csv: ")


@pytest.mark.django_db
def test_what_the_server_cannot_take_is_not_offered_to_it(post):
    assert sent(text="x" * 80_000).attempts.get().answer.startswith("SIZE ")
    assert sent(to="اسم@example.org").attempts.get().answer == "SMTPUTF8"
    assert post.offered == 0


@pytest.mark.django_db
def test_letters_outside_ascii_in_addresses_where_the_server_takes_them(settings):
    with mailing(Post(utf8=True)) as post:
        assert sent(to="اسم@مثال.example").state == "sent"
    assert post.received[0].to == ("اسم@xn--mgbh0fb.example",)


@pytest.mark.django_db
def test_mail_of_an_account_goes_out_under_its_name_and_answers_go_to_it(post, account):
    AccountSender.objects.create(account=account, from_name="Bäcker, Sohn & Co", reply_to="office@baker.example")
    sent(account_id=account.pk)
    message = post.received[0].message
    assert message["From"].addresses[0].display_name == "Bäcker, Sohn & Co"
    assert message["Reply-To"] == "office@baker.example"
    sent(account_id=account.pk, reply_to="ann@baker.example")
    assert post.received[1].message["Reply-To"] == "ann@baker.example"


@pytest.mark.django_db
def test_notifications_carry_the_headers_of_a_list(post, too_loud):
    sent(event="too_loud")
    message = post.received[0].message
    assert message["List-Id"] == "<too-loud.notifications.desk.example.org>"
    assert message["List-Unsubscribe"] == "<https://desk.example.org/messages/choices/>"
    sent()
    assert post.received[1].message["List-Id"] is None
