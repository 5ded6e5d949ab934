"""Entries of an account: written and changed by supervisors, found by agents, never lost (ACC-5)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from callwright.accounts.models import KnowledgeChange, KnowledgeEntry
from callwright.accounts.operations.save_knowledge import save_entry
from callwright.accounts.queries.knowledge import find_entries
from callwright.accounts.queries.on_card import PINNED, PINNED_LENGTH, account_on_card

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def at(account: Any) -> str:
    return f"/accounts/{account.pk}/knowledge/"


def an_entry(account: Any, by: Any, title: str = "Opening hours", text: str = "From nine.", **more: Any) -> int:
    return save_entry(account_id=account.pk, title=title, text=text, by=by.pk, now=NOW, **{"pinned": False, **more})


def test_supervisors_write_and_agents_read(
    at: str, supervisor_client: Any, owner_client: Any, outsider_client: Any, customer_client: Any, account: Any
) -> None:
    sent = {"title": "Prices", "text": "- small: 10\n- large: 20", "pinned": "on"}
    for browser, status in ((owner_client, 403), (outsider_client, 403), (customer_client, 403)):
        assert browser.post(f"{at}new/", sent).status_code == status
    assert supervisor_client.post(f"{at}new/", sent).status_code == 302
    entry = KnowledgeEntry.objects.get()
    assert (entry.title, entry.pinned, entry.account_id) == ("Prices", True, account.pk)
    of = f"{at}{entry.pk}/"
    shown = owner_client.get(of).content.decode()
    assert "<li>small: 10</li>" in shown and "<textarea" not in shown
    assert "<textarea" in supervisor_client.get(of).content.decode()
    assert outsider_client.get(of).status_code == 404 and customer_client.get(of).status_code == 403
    assert owner_client.post(of, sent).status_code == 403 and outsider_client.post(of, sent).status_code == 404


def test_supervisors_of_other_accounts_find_nothing(
    at: str, make_user: Any, browser_of: Any, other_account: Any, account: Any, supervisor: Any
) -> None:
    entry = an_entry(account, supervisor)
    foreign = browser_of(make_user("sven", role="supervisor", accounts=[other_account]))
    sent = {"title": "Mine now", "text": ""}
    for address in (f"{at}new/", f"{at}{entry}/", f"{at}{entry}/retired/", f"{at}order/", f"{at}preview/"):
        assert foreign.post(address, sent).status_code == 404, address
    elsewhere = f"/accounts/{other_account.pk}/knowledge/{entry}/"
    assert foreign.get(elsewhere).status_code == foreign.post(elsewhere, sent).status_code == 404
    assert foreign.post(f"{elsewhere}retired/").status_code == 404
    assert KnowledgeEntry.objects.get().title == "Opening hours"


def test_every_change_is_kept_with_who_and_when(at: str, supervisor_client: Any, account: Any, supervisor: Any) -> None:
    entry = an_entry(account, supervisor)
    of = f"{at}{entry}/"
    assert supervisor_client.post(of, {"title": "Opening hours", "text": "From ten.", "version": 1}).status_code == 302
    assert supervisor_client.post(of, {"title": "Opening hours", "text": "From ten.", "version": 2}).status_code == 302
    supervisor_client.post(f"{of}retired/")
    assert find_entries(account.pk, "opening") == ([], False)
    assert of not in supervisor_client.get(at).content.decode()
    assert of in supervisor_client.get(f"{at}?retired=1").content.decode()
    supervisor_client.post(f"{of}retired/", {"restore": "1"})
    kept = KnowledgeChange.objects.order_by("id").values_list("act", "text", "by__name")
    assert list(kept) == [
        ("written", "From nine.", "Sofia"), ("changed", "From ten.", "Sofia"), ("retired", "From ten.", "Sofia"),
        ("restored", "From ten.", "Sofia"),
    ]  # fmt: skip
    page = supervisor_client.get(of).content.decode()
    assert "Put back" in page and "From nine." in page
    assert [one.title for one in find_entries(account.pk, "opening")[0]] == ["Opening hours"]


def test_of_two_who_change_an_entry_the_second_is_told(
    at: str, supervisor_client: Any, account: Any, supervisor: Any
) -> None:
    entry = an_entry(account, supervisor)
    assert supervisor_client.post(f"{at}{entry}/", {"title": "One", "text": "", "version": 1}).status_code == 302
    told = supervisor_client.post(f"{at}{entry}/", {"title": "Two", "text": "", "version": 1})
    page = told.content.decode()
    assert told.status_code == 409 and "changed this entry meanwhile" in page and 'value="Two"' in page
    assert KnowledgeEntry.objects.get().title == "One" and 'name="version" value="2"' in page


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"title": " "}, "required"),
        ({"title": "x" * 161}, "at most 160"),
        ({"title": "x", "text": "y" * 10_001}, "at most"),
    ],
)
def test_what_cannot_be_kept_is_said(at: str, supervisor_client: Any, sent: dict[str, str], words: str) -> None:
    page = supervisor_client.post(f"{at}new/", sent)
    assert page.status_code == 200 and words in page.content.decode()
    assert not KnowledgeEntry.objects.exists()


def test_hostile_texts_stay_texts(at: str, supervisor_client: Any, owner_client: Any) -> None:
    sent = {"title": "<script>alert(1)</script>", "text": "<img src=x onerror=alert(1)> [x](javascript:alert(1))"}
    supervisor_client.post(f"{at}new/", sent)
    entry = KnowledgeEntry.objects.get()
    for address in (at, f"{at}{entry.pk}/", f"{at}?search=script"):
        page = owner_client.get(address).content.decode()
        assert "<script>alert" not in page and "<img src" not in page and 'href="javascript' not in page
    shown = supervisor_client.post(f"{at}preview/", {"text": sent["text"]}).content.decode()
    assert shown == "<p>&lt;img src=x onerror=alert(1)&gt; [x](javascript:alert(1))</p>"


def test_entries_are_put_in_order_and_those_of_others_are_left(
    at: str, supervisor_client: Any, account: Any, other_account: Any, supervisor: Any
) -> None:
    first, second, third = (an_entry(account, supervisor, title) for title in ("A", "B", "C"))
    foreign = an_entry(other_account, supervisor, "Z")
    sent = {"entry": [third, foreign, first, "x"]}
    assert supervisor_client.post(f"{at}order/", sent).status_code == 204
    assert list(KnowledgeEntry.objects.filter(account=account).values_list("pk", flat=True)) == [third, first, second]
    assert KnowledgeEntry.objects.get(pk=foreign).position == 0


def test_they_are_found_by_parts_of_words_without_accents_titles_first(account: Any, supervisor: Any) -> None:
    an_entry(account, supervisor, "Parking", "Behind the café, next to the señor's shop. 50% off_peak.")
    an_entry(account, supervisor, "The café", "Open late.")
    an_entry(account, supervisor, "Old", "café", pinned=True)
    found = [one.title for one in find_entries(account.pk, "CAFE")[0]]
    assert found == ["The café", "Old", "Parking"]
    assert [one.title for one in find_entries(account.pk, "caf behind")[0]] == ["Parking"]
    assert "next to the" in find_entries(account.pk, "senor")[0][0].around
    for text, many in (("50%", 1), ("5_%", 0), ("off_peak", 1), ("xyz", 0), ("", 3), ("\\", 0)):
        assert len(find_entries(account.pk, text)[0]) == many, text


def test_five_hundred_entries_stay_usable(
    at: str, account: Any, supervisor: Any, supervisor_client: Any, django_assert_max_num_queries: Any
) -> None:
    entries = [
        KnowledgeEntry(account=account, title=f"Entry {n}", text="word " * 800, found_by=f"entry {n}\nword", position=n)
        for n in range(500)
    ]
    KnowledgeEntry.objects.bulk_create(entries)
    with django_assert_max_num_queries(10):
        page = supervisor_client.get(at)
    assert page.content.count(b'name="entry"') == 500 and len(page.content) < 1_000_000
    with django_assert_max_num_queries(1):
        found, more = find_entries(account.pk, "word")
    assert len(found) == 12 and more
    assert supervisor_client.post(f"{at}order/", {"entry": [one.pk for one in reversed(entries)]}).status_code == 204
    assert KnowledgeEntry.objects.order_by("position").first() == entries[-1]


@pytest.mark.parametrize(
    ("before", "end"),
    [
        ("a" * 300 + " b" * 140, " +49 30 123456 78901 then"), ("a" * 300 + " b" * 140, " https://x.example/aaaaaa"),
        ("a" * 300 + "\n" + "b" * 290, "+4930123456789"), ("早" * 590, "+4930123456789"),
    ],
)  # fmt: skip
def test_a_long_entry_is_never_cut_within_a_number_or_an_address(
    account: Any, supervisor: Any, before: str, end: str
) -> None:
    text = before + end + " more" * 50
    an_entry(account, supervisor, "Long", text, pinned=True)
    card = account_on_card(account.pk, now=NOW)
    assert card is not None
    (kept,) = card.pinned
    assert not kept.is_whole and text.startswith(kept.text) and 250 < len(kept.text) <= len(before)


def test_an_entry_that_cannot_be_put_back_is_told_so(
    at: str, supervisor_client: Any, account: Any, supervisor: Any, monkeypatch: Any
) -> None:
    entry = an_entry(account, supervisor, "Old")
    supervisor_client.post(f"{at}{entry}/retired/")
    an_entry(account, supervisor, "New")
    monkeypatch.setattr("callwright.accounts.operations.save_knowledge.MOST_ENTRIES", 1)
    page = supervisor_client.post(f"{at}{entry}/retired/", {"restore": "1"}, follow=True)
    assert page.status_code == 200 and "tone" in page.content.decode()
    assert KnowledgeEntry.objects.get(pk=entry).retired_at is not None


def test_the_card_holds_the_first_pinned_ones_and_no_more_of_a_text_than_it_shows(
    account: Any, supervisor: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(PINNED + 3):
        an_entry(account, supervisor, f"Pinned {number}", "x" * (PINNED_LENGTH + number), pinned=True)
    an_entry(account, supervisor, "Not pinned")
    with django_assert_max_num_queries(1):
        card = account_on_card(account.pk, now=NOW)
    assert card is not None and card.knowledge == PINNED + 4
    assert [one.title for one in card.pinned] == [f"Pinned {number}" for number in range(PINNED)]
    assert [one.is_whole for one in card.pinned[:2]] == [True, False]
    assert {len(one.text) for one in card.pinned} == {PINNED_LENGTH}
