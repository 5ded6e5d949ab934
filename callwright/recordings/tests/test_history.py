"""The calls of a contact say which were recorded, and are played by those who may (CALL-9, CALL-10)."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from callwright.calls.testing import add_call
from callwright.contacts.operations.create_contact import create_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def vos(account: Any) -> int:
    return create_contact(account_id=account.pk, kind="person", values={"surname": "Vos"}, by=None, now=timezone.now())


def test_a_recorded_call_has_one_button_to_play_it_and_no_query_more(
    account: Any, vos: int, browser_of: Any, supervisor: Any, django_assert_max_num_queries: Any
) -> None:
    browser, path = browser_of(supervisor), f"/calls/history/{vos}/"
    now = timezone.now()
    add_call(account, now, contact_id=vos)
    browser.get(path)
    with django_assert_max_num_queries(13) as few:
        assert "hx-post" not in browser.get(path).content.decode()
    calls = [
        add_call(account, now - timedelta(minutes=n), contact_id=vos, recording="downloaded") for n in range(1, 15)
    ]
    add_call(account, now - timedelta(minutes=20), contact_id=vos, recording="erased")
    with django_assert_max_num_queries(len(few)):
        page = browser.get(path).content.decode()
    for call in calls:
        assert page.count(f'hx-post="/recordings/calls/{call.id}/listen/"') == 1
    assert page.count("hx-post") == len(calls) and 'title="Erased"' in page


def test_only_pages_of_those_who_may_listen_have_a_player(
    vos: int, browser_of: Any, supervisor: Any, owner: Any
) -> None:
    assert 'id="player-dock"' in browser_of(supervisor).get(f"/contacts/{vos}/").content.decode()
    assert 'id="player-dock"' not in browser_of(owner).get(f"/contacts/{vos}/").content.decode()
