"""The register's screens as people of each kind meet them, and what hostile addresses get."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from callwright.calls.models import Call, Marker, SavedSearch
from callwright.calls.operations.apply_events import apply_events
from callwright.contacts.models import Contact
from callwright.contacts.operations.create_contact import create_contact
from callwright.live.models import LiveEvent
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db
PAGES = ("register", "rows", "live_rows", "summary", "filters", "columns")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def call(made: Any) -> Any:
    return made(now() - timedelta(seconds=30), client_number="+31612345678", from_name="J. Vos")


# ── who may see what ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_owner_and_a_colleague_see_the_call_others_do_not(
    owner_client: Any, colleague_client: Any, outsider_client: Any, supervisor_client: Any, call: Any
) -> None:
    for client in (owner_client, colleague_client, supervisor_client):
        assert str(call.id) in client.get("/calls/").content.decode()
        assert client.get(f"/calls/{call.id}/").status_code == 200
        assert str(call.id) in client.get(f"/calls/live/?ids={call.id}").content.decode()
    assert str(call.id) not in outsider_client.get("/calls/?period=all").content.decode()
    assert outsider_client.get(f"/calls/live/?ids={call.id}&shown={call.id}").content.decode().strip() == ""
    for name in ("call", "call_now", "candidates"):
        assert outsider_client.get(reverse(f"calls:{name}", args=[call.id])).status_code == 404
    for name in ("mark", "comment", "keep", "attach"):
        assert outsider_client.post(reverse(f"calls:{name}", args=[call.id])).status_code == 404
    call.refresh_from_db()
    assert (call.comment, call.marker_id, call.contact_id) == ("", None, None)


def test_strangers_log_in_first_and_customers_have_no_register(
    stranger_client: Any, customer_client: Any, call: Any, account: Any
) -> None:
    contact = create_contact(account_id=account.pk, kind="person", values={"surname": "Vos"}, by=None, now=now())
    urls = [reverse(f"calls:{name}") for name in PAGES]
    urls += [reverse(f"calls:{name}", args=[call.id]) for name in ("call", "call_now", "candidates")]
    urls += [
        reverse("calls:history", args=[contact]),
        reverse("calls:markers"),
        reverse("calls:marker_picture", args=[1]),
    ]
    for url in urls:
        assert stranger_client.get(url).status_code == 302, url
        assert customer_client.get(url).status_code == 403, url
    for name in ("mark", "comment", "keep", "attach"):
        url = reverse(f"calls:{name}", args=[call.id])
        assert (stranger_client.post(url).status_code, customer_client.post(url).status_code) == (302, 403)


def test_markers_are_made_by_supervisors_only(owner_client: Any, supervisor_client: Any) -> None:
    assert owner_client.get("/calls/markers/").status_code == 403
    assert owner_client.post("/calls/markers/", {"name": "Complaint", "icon": "flag"}).status_code == 403
    assert supervisor_client.post("/calls/markers/", {"name": "Complaint", "icon": "flag"}).status_code == 302
    marker = Marker.objects.get()
    again = supervisor_client.post("/calls/markers/", {"name": "complaint", "icon": "flag"})
    assert "Another marker has this name" in again.content.decode()
    assert supervisor_client.post(f"/calls/markers/{marker.pk}/retire/").status_code == 302
    assert Marker.objects.get().retired


def test_a_picture_as_marker_is_made_small_and_a_file_that_is_none_is_refused(
    supervisor_client: Any, owner_client: Any, settings: Any, tmp_path: Any
) -> None:
    import io

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    settings.MEDIA_ROOT = tmp_path
    drawn = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(drawn, "PNG")
    upload = SimpleUploadedFile("../../evil.png", drawn.getvalue())
    assert supervisor_client.post("/calls/markers/", {"name": "Logo", "picture": upload}).status_code == 302
    shown = owner_client.get(f"/calls/markers/{Marker.objects.get().pk}/picture/")
    assert shown["Content-Type"] == "image/webp" and Image.open(io.BytesIO(shown.content)).width == 64
    fake = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>")
    refused = supervisor_client.post("/calls/markers/", {"name": "Fake", "picture": fake})
    assert "This file is no picture" in refused.content.decode()


# ── hostile addresses ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sort=id;drop+table+calls_call--", "none of the choices"),
        ("from=2026-02-31", "is no day"),
        ("account=99999999999999999999", "none of the choices"),
        ("number=drop", "is no phone number"),
        ("talk_from=%27%20OR%201=1", "is no duration"),
        ("text=%01%EF%BF%BE", ""),
        ("name=%25%25%5C%5C%27&text=%25%5C%27%3B--", ""),
        ("contact=9223372036854775807&employee=9223372036854775807&queue=1&marker=5&category=3", ""),
        ("number=" + "9" * 4000, ""),
        ("period=all&group=contact&status=answered&after=x&last_id=not-a-uuid", ""),
        ("sort=-talk&after=%27%3B&last_id=00000000-0000-0000-0000-000000000000", ""),
        ("period=all&sort=contact&after=%01&last_id=ffffffff-ffff-ffff-ffff-ffffffffffff", ""),
        ("text=<script>alert(1)</script>", "&lt;script&gt;"),
    ],
)
def test_no_address_breaks_the_register(owner_client: Any, call: Any, query: str, said: str) -> None:
    for path in ("/calls/", "/calls/rows/", "/calls/summary/", "/calls/live/", "/calls/filters/"):
        response = owner_client.get(f"{path}?{query}")
        assert response.status_code == 200, path
    page = owner_client.get(f"/calls/?{query}").content.decode()
    assert said in page and "<script>alert" not in page


def test_a_null_character_in_an_address_is_refused_and_not_an_error_of_ours(owner_client: Any) -> None:
    for path in ("/calls/?text=%00", "/calls/rows/?period=all&sort=contact&after=%00"):
        assert owner_client.get(path).status_code == 400


def test_html_in_a_callers_name_and_comment_is_text(owner_client: Any, made: Any) -> None:
    call = made(now(), from_name='<img src=x onerror="alert(1)">', comment="<b>bold</b>\"'")
    for url in ("/calls/", f"/calls/{call.id}/"):
        page = owner_client.get(url).content.decode()
        assert "<img src=x" not in page and "&lt;img src=x" in page and "<b>bold" not in page


# ── what it shows ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_register_costs_the_same_queries_whatever_it_shows(
    owner_client: Any, made: Any, django_assert_max_num_queries: Any
) -> None:
    made(now())
    owner_client.get("/calls/")
    with django_assert_max_num_queries(20) as few:
        owner_client.get("/calls/")
    for n in range(70):
        made(now() - timedelta(milliseconds=n), status=("missed", "answered")[n % 2])
    with django_assert_max_num_queries(26) as many:
        owner_client.get("/calls/")
    assert len(many) - len(few) <= 6  # counting, which a page that is not full needs no query for


def test_a_search_by_htmx_names_its_address(owner_client: Any, call: Any) -> None:
    response = owner_client.get(
        "/calls/?number=&status=answered&period=today&sort=-started", headers={"HX-Request": "true"}
    )
    assert response["HX-Push-Url"] == "/calls/?status=answered"
    assert "<html" not in response.content.decode() and str(call.id) in response.content.decode()


def test_each_state_says_what_to_do(owner_client: Any, outsider_client: Any, browser_of: Any, make_user: Any) -> None:
    assert "No calls yet today" in owner_client.get("/calls/").content.decode()
    assert "No call fits this search" in owner_client.get("/calls/?status=busy").content.decode()
    assert "Search all time" in owner_client.get("/calls/?number=5555").content.decode()
    nobody = browser_of(make_user("nora"))
    assert "You see no account's calls yet" in nobody.get("/calls/").content.decode()


def test_columns_are_the_users_own(owner_client: Any, colleague_client: Any, call: Any) -> None:
    owner_client.post("/calls/columns/", {"column": ["talk", "number", "nonsense"], "query": "status=answered"})
    page = owner_client.get("/calls/").content.decode()
    heads = [part.split('"')[0].split()[0] for part in page.split('<th scope="col" class="cell-')[1:]]
    assert heads == ["time", "talk", "number"]
    assert 'class="cell-contact' in colleague_client.get("/calls/").content.decode()
    owner_client.post("/calls/columns/", {"usual": "1"})
    assert 'class="cell-contact' in owner_client.get("/calls/").content.decode()


def test_searches_are_kept_and_shared(owner_client: Any, colleague_client: Any, owner: Any) -> None:
    owner_client.post("/calls/searches/", {"name": "Lost today", "query": "status=missed&sort=evil", "shared": "1"})
    owner_client.post("/calls/searches/", {"name": "Mine", "query": "number=0612", "shared": ""})
    assert SavedSearch.objects.get(name="Lost today").query == "status=missed"
    page = colleague_client.get("/calls/").content.decode()
    assert "Lost today" in page and "Mine" not in page
    colleague_client.post(f"/calls/searches/{SavedSearch.objects.first().pk}/delete/")
    assert SavedSearch.objects.count() == 2
    owner_client.post("/calls/searches/", {"name": "Lost today", "query": "status=missed&period=week"})
    assert SavedSearch.objects.get(name="Lost today").query == "period=week&status=missed"


# ── what people do with a call ────────────────────────────────────────────────────────────────────────────────────


def test_a_marker_and_a_comment_are_kept_and_told(owner_client: Any, call: Any) -> None:
    marker = Marker.objects.create(name="Complaint", icon="flag")
    row = owner_client.post(f"/calls/{call.id}/marker/", {"marker": marker.pk}).content.decode()
    assert "Marker: Complaint" in row and "#flag" in row
    owner_client.post(f"/calls/{call.id}/comment/", {"comment": "Wants his\r\nmoney back "})
    call.refresh_from_db()
    assert (call.marker_id, call.comment) == (marker.pk, "Wants his\nmoney back")
    told = LiveEvent.objects.filter(topic="calls", key=str(call.id), account_id=call.account_id)
    assert set(told.values_list("name", flat=True)) == {"marker", "comment"}
    assert "Not saved" in owner_client.post(f"/calls/{call.id}/comment/", {"comment": "x" * 5001}).content.decode()
    owner_client.post(f"/calls/{call.id}/marker/", {"marker": ""})
    gone = owner_client.post(f"/calls/{call.id}/marker/", {"marker": "4711"})
    assert "does not exist" in gone["HX-Trigger"]
    call.refresh_from_db()
    assert call.marker_id is None


@pytest.mark.parametrize(("policy", "offered"), [("offer", True), ("never", False), ("create", True)])
def test_unknown_callers_are_offered_as_the_account_wants(
    owner_client: Any, account: Any, call: Any, policy: str, offered: bool
) -> None:
    account.unknown_callers = policy
    account.save()
    assert ("data-keep" in owner_client.get("/calls/").content.decode()) is offered
    assert ("Make a contact of this caller" in owner_client.get(f"/calls/{call.id}/").content.decode()) is offered
    response = owner_client.post(f"/calls/{call.id}/keep/", {"row": "1"})
    assert Contact.objects.count() == (1 if offered else 0)
    assert ("No contact was made" in response["HX-Trigger"]) is not offered


def test_a_caller_becomes_one_contact_with_all_calls_of_the_number(owner_client: Any, call: Any, made: Any) -> None:
    earlier = made(now() - timedelta(days=40), client_number="+31612345678", direction="outbound")
    withheld = made(now(), client_number="")
    for _ in range(2):
        owner_client.post(f"/calls/{call.id}/keep/", {"row": "1"})
    contact = Contact.objects.get()
    assert contact.name == "J. Vos"
    assert set(Call.objects.filter(contact_id=contact.pk).values_list("id", flat=True)) == {call.id, earlier.id}
    assert "No contact was made" in owner_client.post(f"/calls/{withheld.id}/keep/")["HX-Trigger"]
    assert str(earlier.id) in owner_client.get(f"/calls/history/{contact.pk}/").content.decode()


def test_controllers_read_but_make_no_contacts(browser_of: Any, controller: Any, call: Any) -> None:
    client = browser_of(controller)
    assert "data-keep" not in client.get("/calls/").content.decode()
    assert client.post(f"/calls/{call.id}/keep/").status_code == 403


def test_a_call_is_attached_to_a_contact_of_its_account_only(
    owner_client: Any, account: Any, other_account: Any, call: Any
) -> None:
    vos = create_contact(account_id=account.pk, kind="person", values={"surname": "Vos"}, by=None, now=now())
    other = create_contact(account_id=other_account.pk, kind="person", values={"surname": "Vos"}, by=None, now=now())
    listed = owner_client.get(f"/calls/{call.id}/contacts/?search=vos").content.decode()
    assert f'value="{vos}"' in listed and f'value="{other}"' not in listed
    refused = owner_client.post(f"/calls/{call.id}/attach/", {"contact": other})
    assert "does not exist" in refused["HX-Trigger"]
    owner_client.post(f"/calls/{call.id}/attach/", {"contact": vos})
    call.refresh_from_db()
    assert call.contact_id == vos
    assert Contact.objects.get(pk=vos).numbers.get().number == "+31612345678"


# ── the page of a call ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_path_of_a_transferred_call_is_drawn(
    owner_client: Any, account: Any, pbx: Any, colleague: Any, owner: Any
) -> None:
    base, t0 = {"pbx": "main", "call": "call-1"}, now() - timedelta(minutes=5)

    def at(seconds: float) -> datetime:
        return t0 + timedelta(seconds=seconds)

    apply_events(
        [
            e.CallStarted(**base, at=t0, direction=e.Direction.INBOUND, from_number="+31612345678", to_number="+31201"),
            e.QueueJoined(**base, at=at(1), queue="orders"),
            e.LegRinging(**base, at=at(2), leg="a", party="201", queue="orders"),
            e.LegAnswered(**base, at=at(10), leg="a"),
            e.QueueLeft(**base, at=at(10), queue="orders", result=e.QueueResult.CONNECTED),
            e.TalkStarted(**base, at=at(10)),
            e.LegHeld(**base, at=at(40), leg="a"),
            e.LegRinging(**base, at=at(45), leg="b", party="202"),
            e.LegAnswered(**base, at=at(50), leg="b"),
            e.CallTransferred(**base, at=at(60), to="202", kind=e.TransferKind.ATTENDED, by_leg="a"),
            e.LegEnded(**base, at=at(60), leg="a", result=e.LegResult.ANSWERED),
            e.TalkEnded(**base, at=at(90)),
            e.LegEnded(**base, at=at(90), leg="b", result=e.LegResult.ANSWERED),
            e.CallEnded(**base, at=at(90), hangup_by=e.Side.CALLER, cause=16),
        ],
        now=now(),
    )
    page = owner_client.get(f"/calls/{Call.objects.get().id}/").content.decode()
    assert "Olivia" in page and "202 · <bdi>Carl" in page and "Waited 0:09" in page
    assert "Transferred to 202 after asking" in page
    assert "on hold 0:20" in page and "Connected 0:40" in page
    assert "Hung up by: The caller." in page and "The call ended normally." in page
    assert page.count('class="timeline-row"') == 4 and page.count('class="turn"') >= 4


def test_neighbours_are_of_the_same_caller_and_visible(owner_client: Any, other_account: Any, made: Any) -> None:
    first, other, second, hidden = (
        made(now() - timedelta(hours=4), client_number="+31612345678"),
        made(now() - timedelta(hours=3), client_number="+31201234567"),
        made(now() - timedelta(hours=2), client_number="+31612345678"),
        made(now() - timedelta(hours=1), client_number="+31612345678", of=other_account),
    )
    page = owner_client.get(f"/calls/{second.id}/").content.decode()
    assert str(first.id) in page and str(other.id) not in page and str(hidden.id) not in page


def test_a_call_without_facts_says_so(owner_client: Any, call: Any) -> None:
    assert "The path is not known" in owner_client.get(f"/calls/{call.id}/").content.decode()


def test_live_rows_answer_only_what_fits_or_stands_on_the_page(owner_client: Any, made: Any) -> None:
    missed, answered = made(now(), status="missed"), made(now(), status="answered")
    query = f"status=missed&ids={missed.id},{answered.id}"
    page = owner_client.get(f"/calls/live/?{query}").content.decode()
    assert str(missed.id) in page and str(answered.id) not in page
    assert str(answered.id) in owner_client.get(f"/calls/live/?{query}&shown={answered.id}").content.decode()


def test_rows_go_on_where_the_page_ended(owner_client: Any, made: Any) -> None:
    import re

    calls = {str(made(now() - timedelta(milliseconds=n)).id) for n in range(130)}
    page, seen = owner_client.get("/calls/").content.decode(), []
    while True:
        seen += re.findall(r'id="call-([0-9a-f-]{36})"', page)
        following = re.search(r'hx-get="(/calls/rows/[^"]+)"', page)
        if following is None:
            break
        page = owner_client.get(following[1].replace("&amp;", "&")).content.decode()
    assert len(seen) == len(set(seen)) and set(seen) == calls
