"""The panel of colleagues, which is drawn once for all who see the same accounts."""

from typing import Any

import pytest
from django.test import Client

from callwright.desk.views import colleagues as panel
from callwright.desk.views.colleagues import KEPT_S, MOST_KEPT, Kept
from callwright.staff.models import AccountRight, User
from callwright.staff.operations.set_state import set_state
from callwright.staff.queries.colleagues import colleagues, working_for
from callwright.staff.queries.rights import visible_account_ids
from callwright.telephony.models import Pbx

pytestmark = pytest.mark.django_db


def names(client: Client, query: str = "") -> list[str]:
    shown = client.get(f"/desk/colleagues{query}").content.decode()
    return [part.split("<")[0] for part in shown.split('<bdi class="truncate">')[1:]]


def buttons(client: Client) -> int:
    return client.get("/desk/colleagues").content.decode().count("data-call=")


def test_everybody_sees_the_others_and_not_themselves(owner_client: Client, colleague_client: Client) -> None:
    assert names(owner_client) == ["Carl"] and names(colleague_client) == ["Olivia"]
    assert buttons(owner_client) == buttons(colleague_client) == 1


def test_the_second_who_asks_is_shown_what_was_drawn_for_the_first(
    owner_client: Client, colleague_client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(5):  # the session, its user, their accounts, the colleagues, and where they sit
        names(owner_client)
    with django_assert_num_queries(4):
        names(colleague_client)


def test_a_desk_that_was_told_nothing_until_now_sees_them_as_they_are(
    owner_client: Client, colleague: Any, make_user: Any, account: Any, pbx: Any
) -> None:
    assert names(owner_client) == ["Carl"]
    make_user("dora", name="Dora", accounts=[account], extension=("203", pbx))
    assert names(owner_client, "?fresh=1") == ["Carl", "Dora"] == names(owner_client)
    make_user("emil", name="Emil", accounts=[account], extension=("204", pbx))
    assert ">Emil<" in owner_client.get("/desk/").content.decode()


def test_whoever_may_see_less_sees_less_at_once(owner: Any, owner_client: Client, colleague: Any) -> None:
    assert names(owner_client) == ["Carl"]
    AccountRight.objects.filter(user=owner).delete()
    assert names(owner_client) == []


def test_whom_one_no_longer_works_with_is_gone_in_a_moment(
    owner_client: Client, colleague: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert names(owner_client) == ["Carl"]
    AccountRight.objects.filter(user=colleague).delete()
    began = panel.monotonic()
    monkeypatch.setattr(panel, "monotonic", lambda: began + KEPT_S)
    assert names(owner_client) == []


def test_each_language_has_its_own(owner: Any, owner_client: Client, colleague_client: Client) -> None:
    assert "Carl" in owner_client.get("/desk/colleagues").content.decode()
    User.objects.filter(pk=owner.pk).update(language="nl")
    assert "Carl bellen" in owner_client.get("/desk/colleagues").content.decode()
    assert "Call Olivia" in colleague_client.get("/desk/colleagues").content.decode()


def test_only_those_at_the_own_phone_system_can_be_called(
    owner_client: Client, make_user: Any, account: Any, browser_of: Any
) -> None:
    other = Pbx.objects.create(slug="other", name="Other")
    far = make_user("fay", name="Fay", accounts=[account], extension=("900", other))
    assert names(owner_client) == ["Fay"] and buttons(owner_client) == 0
    assert names(browser_of(far)) == ["Olivia"] and buttons(browser_of(far)) == 0
    nowhere = browser_of(make_user("gus", accounts=[account]))
    assert len(names(nowhere)) == 2 and buttons(nowhere) == 0


def test_the_panel_and_the_search_find_the_same(
    owner: Any, colleague: Any, outsider: Any, supervisor: Any, make_user: Any, account: Any, pbx: Any
) -> None:
    make_user("cora", role="controller", accounts=[account], extension=("301", pbx))
    make_user("all", all_accounts=True, extension=("302", pbx))
    make_user("gone", is_active=False, accounts=[account], extension=("303", pbx))
    set_state(user_id=colleague.pk, choice="ready", now=colleague.created_at)
    for viewer in (owner, colleague, outsider, supervisor):
        found = working_for(visible_account_ids(viewer), limit=60)
        assert [one for one in found if one.id != viewer.pk] == colleagues(viewer)
    assert working_for(None, limit=60)[0].id == colleague.pk  # free first
    assert working_for(frozenset(), limit=60) == [one for one in working_for(None, limit=60) if one.name == "All"]


def test_what_is_kept_is_bounded_in_number_and_age() -> None:
    kept = Kept()
    for number in range(MOST_KEPT + 1):
        kept.put(number, [], 100.0)
    assert kept.get(0, now=100.0) is None and kept.get(1, now=100.0 + KEPT_S - 0.01) == []
    assert kept.get(1, now=100.0 + KEPT_S) is None
    kept.put(MOST_KEPT + 1, [], 100.0)  # 1 was asked for: 2 goes
    assert kept.get(1, now=100.0) == [] and kept.get(2, now=100.0) is None
