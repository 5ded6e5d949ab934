"""Who only reads the register changes nothing there; searches are shared with those whom they concern."""

from typing import Any

import pytest

from callwright.calls.models import Call, Marker, SavedSearch

pytestmark = pytest.mark.django_db


def test_a_controller_reads_marker_and_comment_and_changes_neither(
    controller: Any, browser_of: Any, made: Any, now: Any
) -> None:
    marker = Marker.objects.create(name="Complaint", icon="flag")
    call = made(now)
    Call.objects.filter(id=call.id).update(marker_id=marker.pk, comment="Wants his money back")
    browser = browser_of(controller)
    page = browser.get(f"/calls/{call.id}/").content.decode()
    assert "Wants his money back" in page and "<textarea" not in page and "data-marker-button" not in page
    rows = browser.get("/calls/rows/?period=all").content.decode()
    assert "#flag" in rows and "data-marker-button" not in rows
    assert browser.post(f"/calls/{call.id}/marker/", {"marker": ""}).status_code == 403
    assert browser.post(f"/calls/{call.id}/comment/", {"comment": ""}).status_code == 403
    call.refresh_from_db()
    assert (call.marker_id, call.comment) == (marker.pk, "Wants his money back")


def test_a_shared_search_for_a_person_stays_within_the_accounts(
    owner: Any, account: Any, other_account: Any, colleague_client: Any, outsider_client: Any, administrator_client: Any
) -> None:
    for name, query in (
        ("Missed today", "status=missed"),
        ("Mrs Berg", "number=%2B31612345678"),
        ("Of the bakers", f"account={account.pk}"),
    ):
        SavedSearch.objects.create(user=owner, name=name, query=query, shared=True)
    pages = [one.get("/calls/").content.decode() for one in (colleague_client, administrator_client, outsider_client)]
    for page in pages[:2]:
        assert "Missed today" in page and "Mrs Berg" in page and "Of the bakers" in page
    assert "Missed today" in pages[2] and "Mrs Berg" not in pages[2] and "Of the bakers" not in pages[2]
