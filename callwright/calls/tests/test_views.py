"""Views of the register: kept, shared with some, ordered, edited, copied, opened with (CALL-4)."""

from typing import Any

import pytest

from callwright.calls.models import SavedSearch, ViewPlace
from callwright.calls.queries.kept import kept_searches

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def view(owner: Any) -> SavedSearch:
    return SavedSearch.objects.create(user=owner, name="Lost today", query="status=missed")


def change(client: Any, view: SavedSearch, **given: Any) -> Any:
    return client.post(f"/calls/views/{view.pk}/", {"name": view.name, **given})


def names(client: Any) -> list[str]:
    page = text(client.get("/calls/views/"))
    return [one.split("</bdi>")[0].split("<bdi>")[1] for one in page.split('<div class="row-main">')[1:]]


# ── shared with whom ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_view_is_shared_with_a_role_or_chosen_colleagues(
    owner_client: Any, colleague: Any, colleague_client: Any, supervisor_client: Any, view: Any
) -> None:
    assert names(colleague_client) == [] and names(supervisor_client) == []
    change(owner_client, view, role=["supervisor", "customer", "king"])
    assert names(supervisor_client) == ["Lost today"] and names(colleague_client) == []
    assert SavedSearch.objects.get().shared_roles == ["supervisor"]
    change(owner_client, view, user=[colleague.pk, 4711, "x"])
    assert names(supervisor_client) == [] and names(colleague_client) == ["Lost today"]
    assert "shared with <bdi>Carl" in " ".join(text(owner_client.get("/calls/views/")).split())
    change(owner_client, view, shared="1")
    assert names(supervisor_client) == names(colleague_client) == ["Lost today"]
    change(owner_client, view)
    assert names(supervisor_client) == names(colleague_client) == []


def test_what_is_shared_with_some_stays_within_the_accounts_too(owner_client: Any, outsider: Any, view: Any) -> None:
    view.query = "number=%2B31612345678"
    view.save()
    view.shared_with.add(outsider)
    assert kept_searches(outsider) == []


def test_views_of_people_who_left_are_offered_to_nobody(owner: Any, colleague: Any, view: Any) -> None:
    SavedSearch.objects.update(shared=True)
    assert len(kept_searches(colleague)) == 1
    owner.is_active = False
    owner.save()
    assert kept_searches(colleague) == []


def test_another_persons_view_is_copied_never_changed(owner_client: Any, colleague_client: Any, view: Any) -> None:
    SavedSearch.objects.update(shared=True)
    assert change(colleague_client, view, name="Mine now").status_code == 404
    assert colleague_client.post(f"/calls/views/{view.pk}/save/", {"query": "status=busy"}).status_code == 404
    colleague_client.post(f"/calls/searches/{view.pk}/delete/")
    assert SavedSearch.objects.get().query == "status=missed"
    for _ in range(2):
        colleague_client.post(f"/calls/views/{view.pk}/copy/")
    colleague_client.post(f"/calls/views/{view.pk}/copy/", {"query": "status=busy"})
    own = SavedSearch.objects.exclude(pk=view.pk).order_by("id")
    assert [(one.name, one.query, one.shared) for one in own] == [
        ("Lost today", "status=missed", False),
        ("Lost today 2", "status=missed", False),
        ("Lost today 3", "status=busy", False),
    ]


# ── names, order, opening ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_view_is_renamed_unless_the_name_is_taken(owner: Any, owner_client: Any, view: Any) -> None:
    SavedSearch.objects.create(user=owner, name="Other", query="")
    assert "another view with this name" in text(change(owner_client, view, name="Other"))
    assert "Give the search a name" in text(change(owner_client, view, name=" \x07"))
    assert change(owner_client, view, name="Missed").status_code == 302
    view.refresh_from_db()
    assert view.name == "Missed"


def test_the_order_is_each_users_own(owner: Any, owner_client: Any, colleague_client: Any) -> None:
    views = [SavedSearch.objects.create(user=owner, name=name, query="", shared=True) for name in "ABC"]
    wanted = [views[2].pk, views[0].pk, views[1].pk]
    assert owner_client.post("/calls/views/order/", {"view": [*wanted, 4711, "x"]}).status_code == 204
    assert names(owner_client) == ["C", "A", "B"] and names(colleague_client) == ["A", "B", "C"]


def test_the_register_opens_with_the_chosen_view(
    owner: Any, owner_client: Any, colleague_client: Any, view: Any
) -> None:
    SavedSearch.objects.update(shared=True)
    assert owner_client.get("/calls/").status_code == 200
    colleague_client.post(f"/calls/views/{view.pk}/open/")
    assert owner_client.get("/calls/").status_code == 200
    opened = colleague_client.get("/calls/")
    assert (opened.status_code, opened.url) == (302, f"/calls/?status=missed&view={view.pk}")
    page = text(colleague_client.get(opened.url))
    assert "Lost today" in page and 'href="/calls/?period=today' in page
    assert colleague_client.get("/calls/?period=today").status_code == 200
    assert colleague_client.get("/calls/", headers={"HX-Request": "true"}).status_code == 200
    SavedSearch.objects.update(shared=False)
    assert colleague_client.get("/calls/").status_code == 200  # it is no longer theirs to open
    SavedSearch.objects.update(shared=True)
    colleague_client.post(f"/calls/views/{view.pk}/open/", {"not": "1"})
    assert colleague_client.get("/calls/").status_code == 200
    assert ViewPlace.objects.filter(opens=True).count() == 0


# ── edited ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edited_view_is_saved_or_left_as_it_was(owner_client: Any, colleague_client: Any, view: Any) -> None:
    url = f"/calls/?view={view.pk}"
    assert "edited" not in text(owner_client.get(f"{url}&status=missed"))
    page = text(owner_client.get(f"{url}&status=missed&period=week"))
    assert "edited" in page and "Save the view" in page and "Save as another view" in page
    assert f'name="view" value="{view.pk}"' in page  # the form's next search is still the view's
    again = owner_client.get(f"{url}&status=missed&period=week", headers={"HX-Request": "true"})
    assert again["HX-Push-Url"] == f"/calls/?period=week&status=missed&view={view.pk}"
    owner_client.post(f"/calls/views/{view.pk}/save/", {"query": "period=week&status=missed"})
    assert "edited" not in text(owner_client.get(f"{url}&status=missed&period=week"))
    SavedSearch.objects.update(shared=True)
    page = text(colleague_client.get(f"{url}&status=busy"))
    assert "Save the view" not in page and "Save as a view of my own" in page


def test_a_view_that_is_gone_and_one_that_lost_its_meaning_say_so(owner_client: Any, view: Any) -> None:
    assert "does not exist any more" in text(owner_client.get("/calls/?view=4711&status=missed"))
    SavedSearch.objects.update(query="status=vanished&account=x")
    page = text(owner_client.get(f"/calls/?view={view.pk}&period=today"))
    assert "no longer means anything" in page and "vanished" in page
    assert "vanished" in text(owner_client.get("/calls/views/"))


@pytest.mark.parametrize("query", ["view=x", "view=-1", "view=99999999999999999999", "view=%01"])
def test_no_view_breaks_the_register(owner_client: Any, query: str) -> None:
    assert owner_client.get(f"/calls/?{query}&period=today").status_code == 200


def test_a_hundred_views_are_the_most(owner: Any, owner_client: Any) -> None:
    SavedSearch.objects.bulk_create(SavedSearch(user=owner, name=f"V{n}", query="") for n in range(100))
    page = text(owner_client.post("/calls/searches/", {"name": "One more", "query": ""}, follow=True))
    assert "a hundred searches already" in page and SavedSearch.objects.count() == 100
