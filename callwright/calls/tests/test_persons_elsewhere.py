"""An erased person in calls of others, in kept searches, and in exports under way (CALL-16)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from callwright.calls.export_shape import Shape
from callwright.calls.models import Call, CallFacts, Export, Leg, SavedSearch
from callwright.calls.operations import export_calls, export_expiry
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.delete_rows import delete_rows
from callwright.calls.operations.erase_person import PersonOnThePhone, erase_person, preview_erasure
from callwright.calls.operations.export_calls import ask_export, cancel_export, make_export
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.calls.operations.forget_calls import anonymise_calls
from callwright.calls.operations.keep_before import keep_before, put_back
from callwright.calls.search import parse_search
from callwright.calls.tests.looking import all_rows
from callwright.contacts.operations.create_contact import create_contact
from callwright.contacts.operations.numbers import NewNumber
from callwright.kit.identity import uuid7_now, uuid7_of
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db
NUMBER, RAW = "+31612349876", "0612349876"
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(days=2)


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def person(account: Any) -> int:
    values = {"first_name": "Wilhelmina", "surname": "Zwartkruis"}
    numbers = [NewNumber("06 1234 9876", "mobile")]
    return create_contact(account_id=account.pk, kind="person", values=values, numbers=numbers, by=None, now=NOW)


@pytest.fixture
def erased(person: int, administrator: Any) -> Any:
    return lambda: erase_person(viewer=administrator, contact_id=person, reason="asked", now=NOW)


def forwarded(key: str, at: datetime, *, until: datetime | None = None) -> list[Any]:
    """A call of somebody else that was forwarded to the person."""
    base = {"pbx": "main", "call": key}
    told: list[Any] = [
        e.CallStarted(**base, at=at, direction=e.Direction.INBOUND, from_number="0201110000", to_number="201",
                      dialled_number="+31201110001"),
        e.LegRinging(**base, at=at, leg="a", party="201", kind=e.LegKind.EXTENSION),
        e.CallTransferred(**base, at=at + timedelta(seconds=9), to=RAW, kind=e.TransferKind.FORWARD),
        e.LegRinging(**base, at=at + timedelta(seconds=9), leg=f"~{RAW}", party=RAW, kind=e.LegKind.NUMBER),
        e.LegAnswered(**base, at=at + timedelta(seconds=12), leg=f"~{RAW}"),
        e.TalkStarted(**base, at=at + timedelta(seconds=12)),
    ]  # fmt: skip
    return told if until is None else [*told, e.TalkEnded(**base, at=until), e.CallEnded(**base, at=until)]


def traces() -> list[str]:
    """All rows in which the number stands."""
    return [row[:300] for row in all_rows("12349876")]


def test_a_call_that_goes_on_with_the_person_has_to_end_first(
    pbx: Any, person: int, administrator: Any, erased: Any
) -> None:
    """Somebody else's call was forwarded to them; its facts are what the rest of the call is worked out from."""
    apply_events(forwarded("live", NOW - timedelta(minutes=1)), now=NOW)
    assert Call.objects.get().ended_at is None
    assert preview_erasure(viewer=administrator, contact_id=person).is_on_the_phone
    with pytest.raises(PersonOnThePhone):
        erased()
    assert CallFacts.objects.count() == 1
    ended = e.CallEnded(pbx="main", call="live", at=NOW + timedelta(seconds=5))
    apply_events([ended], now=NOW + timedelta(seconds=5))
    assert Call.objects.get().ended_at == ended.at
    erased()
    assert Call.objects.get().transferred_to == ""


@pytest.mark.parametrize("seconds_off", [0, 1])
def test_what_is_told_again_of_a_call_of_others_does_not_name_the_person(
    pbx: Any, erased: Any, seconds_off: int
) -> None:
    """By the nightly repair, whose clock may count other seconds: it is the same call, and it stays as it is."""
    apply_events(forwarded("call-1", EARLIER, until=EARLIER + timedelta(seconds=70)), now=EARLIER)
    before = Call.objects.get()
    assert before.transferred_to == RAW and Leg.objects.filter(party=NUMBER).exists()
    erased()
    kept = Call.objects.get()
    assert (kept.sealed, kept.anonymous, kept.transferred_to) == (True, False, "")
    assert (kept.client_number, kept.talk_s) == (before.client_number, before.talk_s) and kept.client_number
    at = EARLIER + timedelta(seconds=seconds_off)
    again = [e.CallRetold(pbx="main", call="call-1", at=at), *forwarded("call-1", at, until=at + timedelta(seconds=99))]
    applied = apply_events(again, now=NOW + timedelta(minutes=5))
    assert applied.changed == () and Call.objects.count() == 1
    work_out_follow_ups(NOW + timedelta(minutes=6))
    assert traces() == []
    assert Call.objects.get().talk_s == before.talk_s


NOTATIONS = ["00 31 6-1234 9876", NUMBER, RAW, "+31 (0)6 1234 9876", "31612349876", "0,0612349876", "12349876"]


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("column", ["transferred_to", "to_number"])
def test_numbers_are_known_in_any_notation(made: Any, erased: Any, column: str, notation: str) -> None:
    given = made(EARLIER, client_number="+31201110000", pbx_key=f"csv-{RAW}", **{column: notation})
    other = made(EARLIER, client_number="+31201110000", **{column: "+31612340000"}, pbx_key="other")
    erased()
    given.refresh_from_db()
    other.refresh_from_db()
    assert getattr(given, column) == "" and given.pbx_key == f"anonymous-{given.id}"
    assert getattr(other, column) == "+31612340000" and not other.sealed and other.pbx_key == "other"


@pytest.mark.parametrize("stranger", ["+31212349876", "0212349876", "0031 21 2349876", "+4712349876", "349876", "876"])
def test_strangers_whose_numbers_end_in_the_same_digits_stay(
    made: Any, erased: Any, account: Any, person: int, administrator: Any, stranger: str
) -> None:
    columns = ("transferred_to", "to_number", "to_received")
    call = made(EARLIER, client_number="+31201110000", **dict.fromkeys(columns, stranger))
    Leg.objects.create(
        account=account, call_id=call.id, id=uuid7_of(EARLIER, "leg"), pbx_key="t", position=0, kind="number",
        party=stranger, rung_at=EARLIER,
    )  # fmt: skip
    CallFacts.objects.create(account=account, call_id=call.id, facts={"pbx": "main", "key": "x"})
    made(NOW, client_number="+31201110000", transferred_to=stranger, status="talking", pbx_key="live")
    assert not preview_erasure(viewer=administrator, contact_id=person).is_on_the_phone
    erased()
    kept = Call.objects.get(pk=call.pk)
    assert {getattr(kept, column) for column in columns} == {stranger} and not kept.sealed
    assert Leg.objects.get().party == stranger and CallFacts.objects.count() == 1


def test_a_stranger_in_a_call_with_the_person_stays_in_it(made: Any, erased: Any, account: Any) -> None:
    """One leg of the call is the person's; another ends in the same digits."""
    call = made(EARLIER, client_number="+31201110000", transferred_to=RAW)
    for position, party in enumerate([NUMBER, "+31212349876"]):
        Leg.objects.create(
            account=account, call_id=call.id, id=uuid7_of(EARLIER, party), pbx_key=f"t{position}", position=position,
            kind="number", party=party, rung_at=EARLIER,
        )  # fmt: skip
    erased()
    assert Call.objects.get().sealed
    assert list(Leg.objects.order_by("position").values_list("party", flat=True)) == ["", "+31212349876"]


def test_keys_of_legs_that_are_made_of_the_number_go(made: Any, account: Any) -> None:
    """Records name a leg after their call."""
    call = made(EARLIER, client_number=NUMBER, pbx_key=f"2026-11-16-{RAW}-201")
    for position, (key, party, kind) in enumerate(
        [
            (f"~2026-11-16-{RAW}-201", "201", "extension"),
            ("PJSIP/201-1", "202", "extension"),
            ("t", NUMBER, "number"),
        ]
    ):
        Leg.objects.create(
            account=account, call_id=call.id, id=uuid7_of(EARLIER, key), pbx_key=key, position=position, kind=kind,
            party=party, rung_at=EARLIER,
        )  # fmt: skip
    anonymise_calls(account_id=account.pk, ids=[call.id], now=NOW)
    legs = list(Leg.objects.order_by("position"))
    assert [leg.pbx_key for leg in legs] == [f"anonymous-{legs[0].id}", "PJSIP/201-1", "t"]
    assert [leg.party for leg in legs] == ["201", "202", ""]
    assert traces() == []


KEPT = [
    "number=0612349876&period=all", "number=12349876&period=all", "name=zwartkruis", "name=Wilhelmina Zwartkruis",
    "text=Zwartkruis&period=week", "text=0612349876", "text=calls from Wilhelmina Zwartkruis", "contact={person}",
]  # fmt: skip
OTHERS = [
    "status=missed", "text=offer", "text=an", "name=an", "name=Wil", "name=a", "number=0201110000",
    "number=76&period=all", "contact=9999999",
    "text=Wilhelmina Zwartkruisen", "text=xWilhelmina Zwartkruis",
]  # fmt: skip


def test_kept_searches_and_exports_that_name_the_person_go(
    owner: Any, supervisor: Any, person: int, erased: Any
) -> None:
    for query in (*KEPT, *OTHERS):
        SavedSearch.objects.create(user=owner, name=query, query=query.format(person=person))
        Export.objects.create(
            id=uuid7_now(NOW), user=supervisor, query=query.format(person=person), state="cancelled", asked_at=NOW,
            accounts=[999_999],
        )  # fmt: skip
    erased()
    assert set(SavedSearch.objects.values_list("name", flat=True)) == set(OTHERS)
    assert set(Export.objects.values_list("query", flat=True)) == {"", *OTHERS}
    assert Export.objects.filter(query="").count() == len(KEPT)


@pytest.mark.parametrize("name", ["Li", "Ann"])
def test_a_short_name_takes_nobody_elses_searches_away(
    owner: Any, account: Any, administrator: Any, made: Any, name: str
) -> None:
    """It stands in the words of many."""
    numbers = [NewNumber("06 1234 9876", "mobile")]
    values = {"surname": name}
    contact = create_contact(account_id=account.pk, kind="person", values=values, numbers=numbers, by=None, now=NOW)
    made(EARLIER, client_number=NUMBER, contact_id=contact, from_name="Line")
    others = {"text=billing", "text=cannot", "text=planning online", "name=an", "name=l", "name=Ann Lindqvist"}
    for query in (*others, "text=line one", "text=ring +31612349876 back"):
        SavedSearch.objects.create(user=owner, name=query, query=query.replace("+", "%2B"))
    erase_person(viewer=administrator, contact_id=contact, reason="asked", now=NOW)
    assert set(SavedSearch.objects.values_list("name", flat=True)) == others


def asked(viewer: Any, query: dict[str, list[str]], *, total: int | None = None) -> Any:
    return ask_export(
        viewer=viewer, search=parse_search(query)[0], shape=Shape(columns=("number",)), total=total, now=NOW
    )


def test_an_export_that_is_cancelled_or_waits_keeps_no_search_of_the_person(supervisor: Any, erased: Any) -> None:
    one, other, plain = (asked(supervisor, {"number": [RAW]}) for _ in range(3))
    Export.objects.filter(pk=plain).update(query="status=missed", state="cancelled")
    running = Export.objects.get(pk=one)
    running.state = "running"
    running.save()
    erased()
    assert Export.objects.get(pk=other).state == "cancelled"
    # what the worker remembers of it does not come back when it hears that it is to end
    export_calls.finish(running, Export.State.CANCELLED, NOW)
    kept = Export.objects.get(pk=one)
    assert (kept.state, kept.query, kept.cancel_asked) == ("cancelled", "", True)
    assert not cancel_export(user_id=supervisor.pk, export_id=other, now=NOW)
    assert set(Export.objects.values_list("query", flat=True)) == {""}


def test_an_export_that_begins_while_somebody_is_erased_is_ended_too(
    made: Any, supervisor: Any, erased: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    """It has read the calls as they were, after the exports under way were looked for and before all was erased."""
    made(EARLIER, client_number=NUMBER)
    waits = asked(supervisor, {"period": ["all"]}, total=1)
    expire = export_expiry.expire_exports_about
    from callwright.calls.operations import erase_person as module

    def then_begins(**values: Any) -> int:
        found = expire(**values)
        if values.get("now") == NOW and Export.objects.get(pk=waits).state == "waiting":
            Export.objects.filter(pk=waits).update(state="running")
        return found

    monkeypatch.setattr(module, "expire_exports_about", then_begins)
    with django_capture_on_commit_callbacks(execute=True):
        erased()
        assert Export.objects.get(pk=waits).cancel_asked is False
    assert Export.objects.get(pk=waits).cancel_asked is True
    assert make_export(waits, clock=lambda: NOW, in_background=False) == "cancelled"


def test_a_call_that_was_kept_before_calls_could_be_sealed_is_put_back(pbx: Any) -> None:
    """By undoing an import of before an upgrade."""
    apply_events(forwarded("old", EARLIER, until=EARLIER + timedelta(seconds=70)), now=EARLIER)
    call = Call.objects.get()
    kept = keep_before([(call.account_id, call.id)])[call.id]
    del kept["call"]["sealed"]
    delete_rows(account_id=call.account_id, ids=[call.id])
    put_back(kept, left=None, is_now=None)
    assert Call.objects.get().sealed is False and Leg.objects.count() == 2
