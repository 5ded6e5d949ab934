"""Who is told that they should call back, when somebody else assigns a missed call to them (CALL-6, MSG-5)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from callwright.calls.models import Call, FollowUpAct
from callwright.calls.operations.follow_up_changes import Note, note_clients
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.messaging.models import EventChoice, Mail, MailRecipient, Notification
from callwright.messaging.operations.forget_person import forget_messages

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def missed(made: Any) -> Any:
    call = made(now() - timedelta(minutes=30), status="missed", from_name="J. Vos")
    note_clients([Note(call.account_id, call.started_at, call.id)])
    work_out_follow_ups(now())
    return call


def assign(client: Client, call: Any, to: Any) -> Any:
    call.refresh_from_db()
    asked = {"seen": f"{call.follow_up}:{call.assigned_to_id or ''}", "to": to.pk if to else ""}
    return client.post(f"/calls/missed/{call.id}/assign/", asked, headers={"HX-Request": "true"})


def test_who_should_call_back_finds_it_in_the_bell_and_behind_it_the_call(
    supervisor_client: Client, colleague: Any, colleague_client: Client, missed: Any
) -> None:
    assign(supervisor_client, missed, colleague)
    told = Notification.objects.get()
    assert (told.event, told.user, told.path) == ("missed_assigned", colleague, f"/calls/{missed.id}/")
    bell = colleague_client.get("/messages/bell/list/").content.decode()
    assert "<bdi>Sofia</bdi> assigned a missed call to you: <bdi>J. Vos</bdi>" in bell
    opened = colleague_client.get(f"/messages/notifications/{told.pk}/", follow=True)
    assert opened.redirect_chain[-1][0] == f"/calls/{missed.id}/" and opened.status_code == 200
    part = colleague_client.get(f"/calls/missed/{missed.id}/part/").content.decode()
    assert f'hx-post="/calls/missed/{missed.id}/call/"' in part


def test_nobody_is_told_of_what_they_do_themselves(
    owner_client: Client, supervisor: Any, supervisor_client: Client, owner: Any, missed: Any
) -> None:
    assign(owner_client, missed, owner)
    assign(owner_client, missed, None)
    assign(supervisor_client, missed, supervisor)
    assign(supervisor_client, missed, supervisor)
    assert FollowUpAct.objects.filter(kind="assigned").count() == 3
    assert not Notification.objects.exists() and not Mail.objects.exists()


def test_each_assignment_is_told_anew_and_a_refused_one_not_at_all(
    supervisor_client: Client, colleague: Any, owner: Any, outsider: Any, missed: Any
) -> None:
    for to in (colleague, owner, colleague):
        assign(supervisor_client, missed, to)
    told = Notification.objects.order_by("at").values_list("user", flat=True)
    assert list(told) == [colleague.pk, owner.pk, colleague.pk]
    late = supervisor_client.post(f"/calls/missed/{missed.id}/assign/", {"seen": "not_called_back:", "to": owner.pk})
    assert "This call is now" in late.headers["HX-Trigger"]
    assign(supervisor_client, missed, outsider)
    assert Notification.objects.count() == 3 and Call.objects.get(pk=missed.pk).assigned_to == colleague


def test_a_mail_goes_to_who_chose_one_in_their_language(
    supervisor_client: Client, colleague: Any, colleague_client: Client, missed: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://desk.example.org"
    colleague.email, colleague.language = "carl@example.org", "nl"
    colleague.save()
    assert "Een gemiste oproep is aan u toegewezen" in colleague_client.get("/messages/choices/").content.decode()
    EventChoice.objects.create(user=colleague, event="missed_assigned", in_app=False, by_mail=True)
    assign(supervisor_client, missed, colleague)
    mail = Mail.objects.get()
    assert mail.subject == "Sofia heeft een gemiste oproep aan u toegewezen: J. Vos"
    assert f"https://desk.example.org/calls/{missed.id}/" in mail.text
    assert list(MailRecipient.objects.values_list("address", flat=True)) == ["carl@example.org"]
    assert not Notification.objects.exists()
    assert forget_messages(account_id=missed.account_id, keys=[str(missed.id)], texts=[]) == 1
    assert not Mail.objects.exists()


def test_addresses_of_others_are_not_offered_for_what_concerns_one_person(administrator_client: Client) -> None:
    assert "A missed call is assigned to you" not in administrator_client.get("/messages/events/").content.decode()
