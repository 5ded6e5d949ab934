"""The screens of notes: list, the call's page, settings, copies; who may do what (ACC-6)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from callwright.accounts.models import NoteRecipient, Organisation
from callwright.calls.models import CallNote, NoteComment, NoteCopy, NoteSending, NoteSettings
from callwright.calls.operations.comment_note import comment_note
from callwright.calls.operations.save_note import save_note
from callwright.calls.queries import note_list
from callwright.calls.queries.note_list import NoteFilter, list_notes
from callwright.calls.testing import add_call
from callwright.contacts.models import Contact
from callwright.messaging.models import Mail
from callwright.staff.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(account):
    return NoteRecipient.objects.create(account=account, name="The office", email="office@baker.example")


@pytest.fixture
def note(account, owner, office):
    return noted(account, owner, "Wants 40 rye breads", [office])


@pytest.fixture
def bureau(db):
    Organisation.objects.create(pk=1, kind="bureau", name="Bureau")


def noted(account, by, text, to=(), ago_h=1, **call):
    now = timezone.now() - timedelta(hours=ago_h)
    made = add_call(account, now - timedelta(minutes=5), from_name="Ann Smith", **call)
    save_note(
        account_id=account.pk, call_id=made.id, text=text, recipient_ids=[one.pk for one in to], by=by.pk, now=now
    )
    return CallNote.objects.get(call_id=made.id, by=by)


def said(note, by, text="Well done") -> None:
    comment_note(
        viewer=by, account_id=note.account_id, call_id=note.call_id, note_id=note.pk, text=text, now=timezone.now()
    )


def test_a_search_that_takes_too_long_says_so(owner_client, monkeypatch):
    def endless(*_given):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 50")
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(note_list, "_rows", endless)
    assert "This search takes too long" in page(owner_client, "/calls/notes/")
    assert "This search takes too long" in page(owner_client, "/calls/notes/?after=2026-11-20T10:00:00%2B00:00~1")


def page(client, url: str, **more) -> str:
    answer = client.get(url, **more)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_list_is_searched_by_words_period_state_and_account(
    owner_client, administrator_client, note, account, other_account, owner, outsider, django_assert_max_num_queries
):
    noted(other_account, outsider, "Of another account")
    noted(account, owner, "100% sure_thing, ask for Zoë", ago_h=24 * 60)
    with django_assert_max_num_queries(19):
        shown = page(owner_client, "/calls/notes/")
    assert "Wants 40 rye breads" in shown and "Of another account" not in shown and "Zoë" not in shown
    assert "It is sent by itself after the call, to <bdi>The office</bdi>." in shown
    assert "Zoë" in page(owner_client, "/calls/notes/?period=all&words=zoë 100%25")
    assert "No note fits" in page(owner_client, "/calls/notes/?period=all&words=sureXthing")  # "_" is no wildcard
    assert "Wants 40" in page(owner_client, "/calls/notes/?state=unsent")
    assert "No note fits" in page(owner_client, "/calls/notes/?state=failed")
    assert "Of another account" in page(administrator_client, f"/calls/notes/?account={other_account.pk}")
    assert "Of another account" not in page(owner_client, f"/calls/notes/?account={other_account.pk}")
    own = page(owner_client, f"/calls/notes/accounts/{account.pk}/")
    assert "Wants 40" in own and 'aria-current="page"' in own
    assert owner_client.get(f"/calls/notes/accounts/{other_account.pk}/").status_code == 404


def test_pages_follow_each_other_without_a_gap_or_a_repeat(account, owner, owner_client, monkeypatch):
    texts = [noted(account, owner, f"Note number {n}", ago_h=n + 1).text for n in range(7)]
    CallNote.objects.update(created_at=timezone.now() - timedelta(hours=1))  # all in the same moment
    found, after = [], None
    while True:
        got = list_notes(owner, NoteFilter(), after=after, limit=3)
        found += [row.text for row in got.rows]
        if (after := got.next) is None:
            break
    assert sorted(found) == sorted(texts)
    monkeypatch.setattr(note_list, "PAGE", 3)
    place = list_notes(owner, NoteFilter(), limit=3).next
    assert note_list.note_place_in(str(place)) == place
    assert page(owner_client, "/calls/notes/", data={"after": str(place)}).count("<li class=") == 4
    assert note_list.note_place_in("nonsense~1") is None and note_list.note_place_in("2026-01-01~1") is None


def test_its_author_and_supervisors_send_a_note_and_nobody_else(
    note, owner_client, colleague_client, outsider_client, supervisor_client
):
    url = f"/calls/notes/{note.pk}/send/"
    assert colleague_client.post(url).status_code == 403
    assert outsider_client.post(url).status_code == 404
    assert NoteSending.objects.count() == 0
    sent = owner_client.post(url, {"row": "1"})
    assert "note_waiting" in sent.content.decode() and "on its way" in sent.headers["HX-Trigger"]
    again = supervisor_client.post(url)
    assert "has this note already" in again.headers["HX-Trigger"]
    assert Mail.objects.filter(event="call_note").count() == 1
    assert "It waits: sending of mail is not switched on." in page(owner_client, "/calls/notes/")


def test_comments_are_seen_by_their_two_sides_alone(
    note, owner_client, colleague_client, supervisor, supervisor_client
):
    call = f"/calls/{note.call_id}/notes/"
    assert "Comment for the agent" in page(supervisor_client, call)
    assert "Your answer" not in page(owner_client, call)
    said(note, supervisor)
    mine, theirs = page(owner_client, call), page(colleague_client, call)
    assert "Well done" in mine and "Your answer" in mine and f"/calls/notes/{note.pk}/read/" in mine
    assert "Well done" not in theirs and "comment" not in theirs and "Wants 40" in theirs
    assert "1 comment" in page(owner_client, "/calls/notes/") and "1 comment" not in page(
        colleague_client, "/calls/notes/"
    )
    assert "No note fits" in page(colleague_client, "/calls/notes/?state=comments")
    assert "Well done" in page(owner_client, "/desk/comments")
    assert owner_client.post(f"/calls/notes/{note.pk}/read/").status_code == 204
    assert "Well done" not in page(owner_client, "/desk/comments")
    answered = owner_client.post(f"/calls/notes/{note.pk}/comments/", {"text": "<b>Thanks</b>"}).content.decode()
    assert "&lt;b&gt;Thanks&lt;/b&gt;" in answered and "hx-preserve" not in answered
    assert colleague_client.post(f"/calls/notes/{note.pk}/comments/", {"text": "Me too"}).status_code == 403
    empty = supervisor_client.post(f"/calls/notes/{note.pk}/comments/", {"text": " "})
    assert "Write the comment first" in empty.headers["HX-Trigger"]
    assert NoteComment.objects.count() == 2


def test_the_notes_of_a_contact_stand_on_its_page(account, owner, owner_client, outsider_client):
    ann = Contact.objects.create(account=account, kind="person", name="Ann", surname="Ann")
    noted(account, owner, "For the contact", contact=ann)
    noted(account, owner, "For somebody else")
    shown = page(owner_client, f"/calls/notes/contacts/{ann.pk}/")
    assert "For the contact" in shown and "somebody else" not in shown
    assert outsider_client.get(f"/calls/notes/contacts/{ann.pk}/").status_code == 404
    assert f"/calls/notes/contacts/{ann.pk}/" in page(owner_client, f"/contacts/{ann.pk}/")


def test_how_notes_are_sent_is_set_for_each_account(account, office, supervisor_client, owner_client):
    NoteRecipient.objects.create(account=account, name="Boss", phone="+31612345678")
    url = f"/calls/notes/accounts/{account.pk}/sending/"
    shown = page(supervisor_client, url)
    assert "Text messages are not sent yet" in shown and "no e-mail address" in shown
    assert owner_client.get(url).status_code == 403
    assert supervisor_client.post(url, {"names_agent": "on"}).status_code == 302
    assert NoteSettings.objects.values_list("by_itself", "names_agent").get() == (False, True)
    assert AuditEntry.objects.get().action == "note_settings_saved"


def test_addresses_for_copies_are_set_changed_and_removed(
    bureau, account, other_account, owner, supervisor_client, administrator_client, make_user, browser_of
):
    url = "/calls/notes/copies/"
    given = {"account": account.pk, "email": "coach@example.org", "language": "nl", "whose": "chosen"}
    assert "Choose at least one agent" in supervisor_client.post(url, given).content.decode()
    assert supervisor_client.post(url, {**given, "agents": [owner.pk]}).status_code == 302
    copy = NoteCopy.objects.get()
    assert (copy.account, copy.all_agents, list(copy.agents.all())) == (account, False, [owner])
    assert "coach@example.org" in page(supervisor_client, url)
    limited = browser_of(make_user("limited", role="supervisor", accounts=[other_account]))
    assert limited.get(f"{url}{copy.pk}/").status_code == 404
    assert limited.post(f"{url}{copy.pk}/remove/").status_code == 404
    refused = limited.post(url, {**given, "account": "", "whose": "all"}).content.decode()
    assert "Choose the account" in refused and NoteCopy.objects.count() == 1
    changed = {"email": "boss@example.org", "language": "en", "whose": "all"}
    assert administrator_client.post(f"{url}{copy.pk}/", changed).status_code == 302
    copy.refresh_from_db()
    assert (copy.email, copy.all_agents, copy.agents.count(), copy.account) == ("boss@example.org", True, 0, account)
    assert administrator_client.post(f"{url}{copy.pk}/remove/").status_code == 302
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"note_copy_saved", "note_copy_removed"}
