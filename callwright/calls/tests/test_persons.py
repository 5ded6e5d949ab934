"""What a person may ask for: their data, and to be forgotten everywhere, for good (CALL-16)."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from callwright.calls.export_shape import Shape
from callwright.calls.models import Call, Export, SavedSearch
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.erase_person import NoReason, PersonMissing, PersonOnThePhone, erase_person
from callwright.calls.operations.export_calls import ask_export, ask_person_export, make_export
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.calls.operations.save_note import save_note
from callwright.calls.search import parse_search
from callwright.calls.tests.looking import all_rows
from callwright.contacts.models import Contact, Order, OrderStage
from callwright.contacts.operations.create_contact import create_contact
from callwright.contacts.operations.numbers import NewNumber
from callwright.messaging.operations.notify import notify
from callwright.staff.models import AuditEntry
from callwright.staff.operations.record_audit import record_audit
from callwright.telephony import events as e
from callwright.telephony.models import Command

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "+31612349876", "+31201239876"
NAME = "Wilhelmina Zwartkruis"
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
TRACES = ("612349876", "201239876", "Wilhelmina", "Zwartkruis", "zwartkruis", "wilhelmina@")


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def person(account: Any) -> int:
    numbers = [NewNumber("06 1234 9876", "mobile"), NewNumber(OTHER, "work")]
    values = {"first_name": "Wilhelmina", "surname": "Zwartkruis", "warning": "Zwartkruis is deaf", "city": "Breda"}
    return create_contact(account_id=account.pk, kind="person", values=values, numbers=numbers, by=None, now=NOW)


def events(key: str, at: datetime, *, name: str = NAME) -> list[Any]:
    base = {"pbx": "main", "call": key}
    return [
        e.CallStarted(**base, at=at, direction=e.Direction.INBOUND, from_number="0612349876", from_name=name,
                      to_number="201", dialled_number="+31201110000"),
        e.LegRinging(**base, at=at, leg="a", party="201", kind=e.LegKind.EXTENSION),
        e.LegAnswered(**base, at=at + timedelta(seconds=5), leg="a"),
        e.TalkStarted(**base, at=at + timedelta(seconds=5)),
        e.TalkEnded(**base, at=at + timedelta(seconds=65)),
        e.CallEnded(**base, at=at + timedelta(seconds=65)),
    ]  # fmt: skip


def everywhere() -> str:
    """All rows of all tables as text."""
    return "\n".join(all_rows())


def totals() -> list[Any]:
    from callwright.calls.operations.rollup_days import rebuild

    rebuild(NOW.date() - timedelta(days=9), NOW.date())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT local_day, direction, status, queue_id, calls, talk_s, wait_s FROM calls_daytotal ORDER BY 1, 2, 3"
        )
        return list(cursor.fetchall())


@pytest.fixture
def known(pbx: Any, account: Any, owner: Any, supervisor: Any, person: int, made: Any) -> list[Any]:
    """The person has left traces wherever the product keeps anything."""
    for days in (1, 2):
        apply_events(events(f"p-{days}", NOW - timedelta(days=days)), now=NOW - timedelta(days=days))
    calls = list(Call.objects.order_by("id"))
    assert {call.contact_id for call in calls} == {person}
    made(NOW - timedelta(days=3), status="missed", client_number=OTHER, from_name=NAME, follow_up="not_called_back")
    other = made(NOW - timedelta(days=3), client_number="+31209999999", transferred_to=NUMBER)
    Call.objects.filter(pk=calls[0].pk).update(comment=f"{NAME} calls from {NUMBER}")
    save_note(
        account_id=account.pk,
        call_id=calls[0].pk,
        text=f"{NAME} wants an offer",
        recipient_ids=[],
        by=owner.pk,
        now=NOW,
    )
    SavedSearch.objects.create(user=owner, name="Hers", query="number=0612349876&period=all")
    SavedSearch.objects.create(user=owner, name="Others", query="status=missed")
    Command.objects.create(
        id=calls[0].pk, pbx=pbx, verb="originate", arguments={"number": NUMBER}, account=account, state="done",
        created_at=NOW,
    )  # fmt: skip
    notify(
        event="too_long", key=str(calls[0].pk), account_id=account.pk, path=f"/calls/{calls[0].pk}/",
        values={"caller": f"{NAME} ({NUMBER})"}, users=None, now=NOW,
    )  # fmt: skip
    export = ask_export(
        viewer=supervisor, search=parse_search({"number": ["0612349876"], "period": ["all"]})[0],
        shape=Shape(columns=("number", "contact")), total=2, now=NOW,
    )  # fmt: skip
    make_export(export, clock=lambda: NOW, in_background=False)
    record_audit(action="recording_played", subject=f"call:{calls[0].pk}", by=owner.pk, account_id=account.pk, now=NOW)
    return [*calls, other]


def test_after_the_erasure_nothing_of_the_person_is_left(
    known: list[Any], person: int, administrator: Any, files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    before, text = totals(), everywhere()
    assert all(trace in text for trace in TRACES[:4])
    with django_capture_on_commit_callbacks(execute=True):
        calls = erase_person(
            viewer=administrator, contact_id=person, reason=f"Letter of {NAME}, {NUMBER}", now=timezone.now()
        )
    assert calls == 3
    left = [line[:300] for line in everywhere().splitlines() if any(trace in line for trace in TRACES)]
    assert left == []
    assert not list(files.rglob("*.csv")) and Export.objects.get().state == "expired"
    entry = AuditEntry.objects.get(action="person_erased")
    assert entry.detail["reason"] == "Letter of …, …" and entry.detail["calls"] == 3
    assert totals() == before and SavedSearch.objects.get().name == "Others"
    missed = Call.objects.get(status="missed")
    assert missed.anonymous and missed.follow_up != "not_called_back"
    stays = Call.objects.get(pk=known[-1].pk)
    assert (stays.anonymous, stays.client_number, stays.transferred_to) == (False, "+31209999999", "")


def test_what_is_told_of_the_same_calls_later_does_not_bring_the_person_back(
    known: list[Any], person: int, administrator: Any, account: Any
) -> None:
    account.unknown_callers = "create"
    account.save()
    erase_person(viewer=administrator, contact_id=person, reason="asked", now=NOW)
    before = totals()
    again = [e.CallRetold(pbx="main", call="p-1", at=NOW - timedelta(days=1)), *events("p-1", NOW - timedelta(days=1))]
    apply_events(again, now=NOW + timedelta(minutes=5))
    assert totals() == before
    apply_events(events("p-gap", NOW - timedelta(days=4)), now=NOW + timedelta(minutes=5))  # nobody had heard of it
    found = Call.objects.get(pbx_key="p-gap")
    assert (found.anonymous, found.client_number, found.contact_id, found.talk_s) == (True, "", None, 60)
    work_out_follow_ups(NOW + timedelta(minutes=6))  # the worker's list is empty a second later
    assert [line[:200] for line in everywhere().splitlines() if any(trace in line for trace in TRACES)] == []
    apply_events(events("p-new", NOW + timedelta(minutes=6)), now=NOW + timedelta(minutes=6))
    new = Call.objects.get(pbx_key="p-new")  # who calls again is a caller like any other
    assert (new.anonymous, new.client_number) == (False, NUMBER) and new.contact_id is not None


def test_a_number_that_others_have_too_stays_theirs(person: int, administrator: Any, account: Any, made: Any) -> None:
    mate = create_contact(
        account_id=account.pk, kind="person", values={"surname": "Mate"}, numbers=[NewNumber(NUMBER)], by=None, now=NOW
    )
    theirs = made(NOW - timedelta(days=1), client_number=NUMBER, contact_id=mate)
    hers = made(NOW - timedelta(days=1), client_number=NUMBER, contact_id=person, pbx_key="hers")
    erase_person(viewer=administrator, contact_id=person, reason="asked", now=NOW)
    theirs.refresh_from_db()
    hers.refresh_from_db()
    assert (theirs.client_number, theirs.contact_id) == (NUMBER, mate) and hers.anonymous


def test_orders_stay_for_the_books_without_a_name(person: int, administrator: Any, account: Any) -> None:
    stage = OrderStage.objects.create(name="Paid")
    Order.objects.create(
        account=account, contact_id=person, number="A-1", stage=stage, amount=90, ordered_on=NOW.date()
    )
    erase_person(viewer=administrator, contact_id=person, reason="asked", now=NOW)
    kept = Contact.objects.get(pk=person)
    assert (kept.name, kept.surname, kept.city, kept.search_text.strip()) == ("", "", "", "")
    assert Order.objects.get().amount == 90


def test_it_needs_a_reason_an_ended_call_and_the_name(
    person: int, administrator: Any, browser_of: Any, made: Any, supervisor: Any, owner: Any
) -> None:
    with pytest.raises(NoReason):
        erase_person(viewer=administrator, contact_id=person, reason="  ", now=NOW)
    with pytest.raises(PersonMissing):
        erase_person(viewer=administrator, contact_id=person + 999, reason="asked", now=NOW)
    live = made(NOW, status="talking", client_number=NUMBER, contact_id=person)
    with pytest.raises(PersonOnThePhone):
        erase_person(viewer=administrator, contact_id=person, reason="asked", now=NOW)
    live.delete()
    url, client = f"/calls/persons/{person}/erase/", browser_of(administrator)
    assert "Wilhelmina Zwartkruis" in client.get(url).content.decode()
    assert client.post(url, {"confirm": "Someone else", "reason": "asked"}).status_code == 422
    assert client.post(url, {"confirm": "wilhelmina  zwartkruis", "reason": ""}).status_code == 422
    assert Contact.objects.filter(pk=person).exists()
    for user in (supervisor, owner):
        assert browser_of(user).post(url, {"confirm": NAME, "reason": "x"}).status_code == 403
        assert browser_of(user).post(f"/calls/persons/{person}/export/").status_code == 403
    assert client.post(url, {"confirm": "wilhelmina  zwartkruis", "reason": "asked"}).status_code == 302
    assert not Contact.objects.filter(pk=person).exists() and client.get(url).status_code == 404


def test_a_person_gets_everything_that_is_kept_of_them(
    known: list[Any], person: int, administrator: Any, browser_of: Any, files: Path, procrastinate_jobs: Any
) -> None:
    client = browser_of(administrator)
    assert client.post(f"/calls/persons/{person}/export/").status_code == 302
    export = Export.objects.get(kind="person")
    assert {"export_id": str(export.pk)} in procrastinate_jobs("calls.make_export")
    assert make_export(export.pk, clock=timezone.now, in_background=False) == "ready"
    export.refresh_from_db()
    with zipfile.ZipFile(files / export.file) as archive:
        assert {"person.json", "calls.csv", "notes.csv", "access.csv"} <= set(archive.namelist())
        whole = json.loads(archive.read("person.json"))
        calls = archive.read("calls.csv").decode("utf-8-sig")
    assert whole["contact"]["surname"] == "Zwartkruis" and len(whole["contact"]["numbers"]) == 2
    assert len(whole["calls"]) == 3 and whole["notes"][0]["text"].endswith("wants an offer")
    assert whole["access"][0]["action"] == "recording_played" and calls.count("\r\n") == 4
    assert AuditEntry.objects.get(action="person_exported").subject == f"contact:{person}"
    assert "+31209999999" not in json.dumps(whole)
    page = client.get(f"/calls/exports/{export.pk}/file/")
    assert page["Content-Type"] == "application/zip" and b"".join(page.streaming_content).startswith(b"PK")
    administrator.role = "supervisor"
    administrator.save()
    assert browser_of(administrator).get(f"/calls/exports/{export.pk}/file/").status_code == 404


def test_an_export_of_someone_who_was_erased_meanwhile_ends_with_words(
    person: int, administrator: Any, account: Any
) -> None:
    asked = ask_person_export(
        viewer=administrator, account_id=account.pk, contact_id=person, shape=Shape(format="zip"), now=NOW
    )
    erase_person(viewer=administrator, contact_id=person, reason="asked", now=NOW)
    assert make_export(asked, clock=lambda: NOW, in_background=False) == "failed"
    assert Export.objects.get(pk=asked).problem == "person_gone"
