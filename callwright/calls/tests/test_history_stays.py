"""Calls of the past stay as they were when markers, lines and categories change; contacts show what holds now."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callwright.accounts.models import Line
from callwright.calls.models import Call, Marker
from callwright.calls.operations.choose_columns import choose_columns
from callwright.contacts.models import Category, Contact
from callwright.contacts.operations.lists import save_category

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(account: Any) -> Contact:
    return Contact.objects.create(account=account, kind="person", surname="Berg", name="Berg")


@pytest.fixture
def marker(db: None) -> Marker:
    return Marker.objects.create(name="Complaint", icon="flag")


def rows(browser: Any) -> str:
    return str(browser.get("/calls/rows/?period=all").content.decode())


@pytest.fixture(autouse=True)
def columns(owner: Any) -> None:
    choose_columns(user_id=owner.pk, columns=["marker", "date", "dialled", "category", "contact"])


class TestMarkers:
    def test_a_contact_gets_a_marker_and_shows_it(
        self, contact: Contact, marker: Marker, owner_client: Any, outsider_client: Any, make_user: Any,
        browser_of: Any, account: Any,
    ) -> None:  # fmt: skip
        """CALL-5: any call or contact can be given a marker."""
        of = f"/calls/markers/contacts/{contact.pk}/"
        menu = owner_client.get(of).content.decode()
        assert 'data-key="m"' in menu and "Complaint" in menu and 'data-key="1"' in menu
        assert "Marker: Complaint" in owner_client.post(of, {"marker": marker.pk}).content.decode()
        assert Contact.objects.get().marker_id == marker.pk
        assert "Marker: Complaint" in owner_client.get("/contacts/").content.decode()
        assert "#flag" in owner_client.get(f"/contacts/{contact.pk}/head/").content.decode()
        assert outsider_client.post(of, {"marker": ""}).status_code == 404
        controller = browser_of(make_user("conny", role="controller", accounts=[account]))
        assert controller.post(of, {"marker": ""}).status_code == 403
        assert "Complaint" in controller.get("/contacts/").content.decode()
        owner_client.post(of, {"marker": ""})
        assert Contact.objects.get().marker_id is None

    def test_a_retired_marker_stays_on_past_calls_and_leaves_contacts(
        self, contact: Contact, marker: Marker, made: Any, now: Any, owner_client: Any, supervisor_client: Any
    ) -> None:
        call = made(now)
        Call.objects.filter(id=call.id).update(marker_id=marker.pk)
        Contact.objects.filter(pk=contact.pk).update(marker_id=marker.pk)
        with CaptureQueriesContext(
            connection,
        ) as sent:
            supervisor_client.post(f"/calls/markers/{marker.pk}/retire/")
        assert not [one["sql"] for one in sent if "calls_call" in one["sql"] or "contacts_contact" in one["sql"]]
        assert "Marker: Complaint" in rows(owner_client)
        assert "Complaint" not in owner_client.get("/contacts/").content.decode()
        assert "Complaint" not in owner_client.get(f"/calls/markers/contacts/{contact.pk}/").content.decode()
        owner_client.post(f"/calls/{call.id}/marker/", {"marker": ""})
        refused = owner_client.post(f"/calls/{call.id}/marker/", {"marker": marker.pk})
        assert "does not exist any more" in refused["HX-Trigger"]
        # The name is free for a new one; then the old one cannot come back beside it.
        assert supervisor_client.post("/calls/markers/", {"name": "Complaint", "icon": "star"}).status_code == 302
        page = supervisor_client.post(f"/calls/markers/{marker.pk}/retire/", {"again": "1"}, follow=True)
        assert "Another marker has this name" in page.content.decode()
        Marker.objects.filter(retired=False).update(name="Other")
        supervisor_client.post(f"/calls/markers/{marker.pk}/retire/", {"again": "1"})
        assert "Complaint" in owner_client.get("/contacts/").content.decode()

    def test_the_database_clears_a_marker_that_is_deleted(self, contact: Contact, marker: Marker) -> None:
        Contact.objects.filter(pk=contact.pk).update(marker_id=marker.pk)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM calls_marker WHERE id = %s", [marker.pk])
        contact.refresh_from_db()
        assert contact.marker_id is None


def test_a_removed_line_leads_nowhere_and_past_calls_keep_its_label(
    account: Any, other_account: Any, made: Any, now: Any, owner_client: Any, supervisor_client: Any
) -> None:
    from callwright.accounts.operations.save_line import add_line
    from callwright.accounts.queries.routing import routes_of

    line = Line.objects.create(account=account, number="+31201234567", label="Sales desk")
    made(now, line_id=line.pk)
    with CaptureQueriesContext(connection) as sent:
        supervisor_client.post(f"/accounts/{account.pk}/lines/{line.pk}/", {"remove": "1"})
    assert not [one["sql"] for one in sent if "calls_call" in one["sql"]]
    assert routes_of(["+31201234567"]).lines == {}
    assert "+31201234567" not in supervisor_client.get(f"/accounts/{account.pk}/").content.decode()
    assert Call.objects.get().line_id == line.pk and "Sales desk" in rows(owner_client)
    # It comes back as the line that it was, and may go to another account.
    assert add_line(account_id=account.pk, number="+31201234567", now=now) == line.pk
    supervisor_client.post(f"/accounts/{account.pk}/lines/{line.pk}/", {"remove": "1"})
    moved = add_line(account_id=other_account.pk, number="+31201234567", now=now)
    assert routes_of(["+31201234567"]).lines["+31201234567"].id == moved != line.pk


def test_a_call_shows_the_category_as_it_was_then(made: Any, now: Any, owner_client: Any) -> None:
    """CALL-5: renaming or recolouring a category changes no history."""
    vip = save_category(name="VIP", colour="violet", icon="star", advice="", now=now - timedelta(days=9))
    old = made(now - timedelta(days=3), category_id=vip)
    for days, name, colour in ((2, "Gold", "yellow"), (1, "Platinum", "blue")):
        at = now - timedelta(days=days)
        save_category(category_id=vip, name=name, colour=colour, icon="star", advice="", now=at)
    save_category(category_id=vip, name="Platinum", colour="blue", icon="star", advice="Be quick.", now=now)
    made(now - timedelta(hours=36), category_id=vip)
    made(now, category_id=vip)
    page = rows(owner_client)
    for name, colour in (("VIP", "violet"), ("Gold", "yellow"), ("Platinum", "blue")):
        assert re.search(f'data-tone="{colour}">(<svg.*?</svg>)?{name}<', page)
    shown = owner_client.get(f"/calls/{old.id}/").content.decode()
    assert "VIP" in shown and "Platinum" not in shown
    assert Category.objects.get().past.count() == 2
