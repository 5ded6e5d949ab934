"""Pages, counts and groups of the register (CALL-4, CALL-5, CALL-10)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from callwright.calls.models import CallNote
from callwright.calls.queries.agent_calls import calls_of_contact
from callwright.calls.queries.conditions import conditions_of
from callwright.calls.queries.groups import groups_of
from callwright.calls.queries.history import history_of_contact
from callwright.calls.queries.register import (
    page_statement,
    register_page,
    rows_again,
    total_of,
)
from callwright.calls.search import GROUPS, SORTS, parse_search
from callwright.calls.viewpoint import Viewpoint
from callwright.contacts.operations.create_contact import create_contact
from callwright.contacts.operations.numbers import NewNumber
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
VIEW = Viewpoint(AMSTERDAM, NOW, "NL")


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def found(viewer: Any, query: str) -> list[Any]:
    return [row.id for row in register_page(viewer, parse_search(parse_qs(query))[0], VIEW).rows]


def test_today_is_the_viewers_day(owner: Any, made: Any) -> None:
    after_midnight = made(datetime(2026, 11, 17, 23, 5, tzinfo=UTC))  # 00:05 in Amsterdam
    made(datetime(2026, 11, 17, 22, 55, tzinfo=UTC))
    noon = made(datetime(2026, 11, 18, 11, tzinfo=UTC))
    assert found(owner, "") == [noon.id, after_midnight.id]
    assert len(found(owner, "period=yesterday")) == 1 and len(found(owner, "period=week")) == 3
    assert found(owner, "from=2026-11-17&to=2026-11-17") == found(owner, "period=yesterday")


@pytest.mark.parametrize(
    "typed", ["06 1234 5678", "+31 6 1234-5678", "0031612345678", "345678", "5678", "(06) 12345678", "٥٦٧٨"]
)
def test_a_number_is_found_in_any_notation_or_by_its_last_digits(owner: Any, made: Any, typed: str) -> None:
    inbound = made(ago(days=80), client_number="+31612345678")
    outbound = made(ago(days=2), client_number="+31612345678", direction="outbound")
    made(ago(days=2), client_number="+31612349999")
    made(ago(days=120), client_number="+31612345678")
    search, problems = parse_search({"number": [typed]})
    assert problems == ()
    assert [row.id for row in register_page(owner, search, VIEW).rows] == [outbound.id, inbound.id]


def test_a_whole_number_does_not_find_a_longer_one_that_ends_alike(owner: Any, made: Any) -> None:
    made(ago(hours=1), client_number="+4930612345678")
    mine = made(ago(hours=2), client_number="+31612345678")
    assert found(owner, "number=0612345678") == [mine.id]


def test_every_criterion_narrows(owner: Any, account: Any, pbx: Any, made: Any, make_user: Any) -> None:
    queue = Queue.objects.create(pbx=pbx, name="orders", account=account)
    contact = create_contact(
        account_id=account.pk, kind="person", values={"first_name": "Иван", "surname": "Петров"}, now=NOW, by=None,
        numbers=[NewNumber("+31612345678")],
    )  # fmt: skip
    call = made(
        ago(hours=1), status="answered", talk_s=95, queue=queue, employee=owner, extension="201",
        contact_id=contact, comment="wants 100% rye_bread",
    )  # fmt: skip
    noted = made(ago(hours=2), status="missed", direction="outbound", talk_s=0, client_number="+31201110000")
    CallNote.objects.create(
        account=account, call_id=noted.id, text="about the wedding cake", created_at=NOW, updated_at=NOW
    )
    made(ago(hours=3), status="busy", direction="outbound", client_number="+31201110001")
    for query in (
        "status=answered", "direction=inbound", f"queue={queue.pk}", f"employee={owner.pk}", "extension=201",
        f"contact={contact}", "name=petrov", "text=100%25 rye_", "talk_from=1:30&talk_to=1:40", "talk_from=95",
        f"contact={contact}&status=answered&status=missed", f"account={account.pk}&talk_from=1",
    ):  # fmt: skip
        assert found(owner, query) == [call.id], query
    assert found(owner, "text=WEDDING") == [noted.id]
    assert found(owner, "text=_ye") == [] and found(owner, "name=nobody") == []
    assert len(found(owner, "employee=none")) == 2 and len(found(owner, "contact=none")) == 2
    assert found(owner, "direction=outbound&status=missed") == [noted.id]


def test_only_the_calls_of_visible_accounts(
    owner: Any, colleague: Any, outsider: Any, supervisor: Any, controller: Any, administrator: Any, customer: Any,
    other_account: Any, made: Any,
) -> None:  # fmt: skip
    mine = made(ago(hours=1))
    theirs = made(ago(hours=2), of=other_account)
    for viewer in (owner, colleague, supervisor, controller):
        assert found(viewer, "") == [mine.id]
        assert found(viewer, f"account={other_account.pk}") == []
        assert total_of(viewer, parse_search({})[0], VIEW).calls == 1
        assert [row.id for row in rows_again(viewer, [mine.id, theirs.id], None, VIEW)] == [mine.id]
    assert found(outsider, "") == [theirs.id]
    assert found(administrator, "") == [mine.id, theirs.id]
    assert found(customer, "") == [] and rows_again(customer, [mine.id], None, VIEW) == []


# ── order and pages ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def many(owner: Any, account: Any, made: Any) -> set[Any]:
    """Calls with many equal values in every column, over two months."""
    people = [
        create_contact(account_id=account.pk, kind="person", values={"surname": name}, by=None, now=NOW)
        for name in ("Ádám", "Zoltán", "أحمد", "adam")
    ]
    statuses = ("answered", "missed", "busy", "failed")
    return {
        made(
            ago(hours=13 * n), status=statuses[n % 4], talk_s=(n * 7) % 5, wait_s=n % 3, extension=str(200 + n % 3),
            employee=owner if n % 2 else None, contact_id=people[n % 4] if n % 3 else None,
            client_number=f"+3161234{n % 6:04}",
        ).id
        for n in range(97)
    }  # fmt: skip


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_pages_show_every_call_once_in_order_while_others_come_in(
    owner: Any, many: set[Any], made: Any, sort: str
) -> None:
    search, _ = parse_search({"period": ["all"], "sort": [sort]})
    seen, values, after = [], [], None
    for turn in range(40):
        page = register_page(owner, search, VIEW, after=after, limit=9)
        seen += [row.id for row in page.rows]
        values += [row.sort_value for row in page.rows]
        made(ago(hours=-turn - 1), status="missed", client_number="+31699999999")
        made(ago(hours=31 * turn), status="answered", talk_s=2)
        if page.next is None:
            break
        after = page.next
    assert len(seen) == len(set(seen))
    assert many <= set(seen)
    with connection.cursor() as cursor:  # ordered as the database orders, one direction throughout
        cursor.execute("SELECT v FROM unnest(%s::text[]) v ORDER BY v", [values])
        if search.sort not in ("ring", "wait", "talk", "hold"):
            ordered = [row[0] for row in cursor.fetchall()]
            assert values == (ordered[::-1] if search.descending else ordered)
        else:
            assert [int(v) for v in values] == sorted(map(int, values), reverse=search.descending)


def test_a_place_that_is_none_begins_again(owner: Any, made: Any) -> None:
    from callwright.calls.search import After

    call = made(ago(hours=1))
    search, _ = parse_search({"sort": ["-talk"]})
    page = register_page(owner, search, VIEW, after=After("1; drop table", call.id))
    assert [row.id for row in page.rows] == [call.id]


# ── counts and groups ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.usefixtures("many")
def test_groups_add_up_and_open_to_their_calls(owner: Any, by: str) -> None:
    search, _ = parse_search({"period": ["all"], "group": [by], "status": ["answered", "missed", "busy"]})
    groups = groups_of(owner, search, VIEW).groups
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(talk_s) FROM calls_call WHERE status <> 'failed'")
        assert (sum(g.calls for g in groups), sum(g.talk_s for g in groups)) == cursor.fetchone()
    opened = [row.id for g in groups for row in register_page(owner, g.search, VIEW, limit=200).rows]
    assert len(opened) == len(set(opened)) == sum(g.calls for g in groups)
    for group in groups:
        rows = register_page(owner, group.search, VIEW, limit=200).rows
        assert (len(rows), sum(row.talk_s for row in rows)) == (group.calls, group.talk_s)


# ── how it is done ────────────────────────────────────────────────────────────────────────────────────────────────


def plan(viewer: Any, query: str) -> str:
    search, _ = parse_search(parse_qs(query))
    conditions = conditions_of(viewer, search, zone=AMSTERDAM, now=NOW, country="NL")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a table of a few rows would be read whole otherwise
        cursor.execute(f"EXPLAIN {page_statement(conditions, search)}", {**conditions.values, "limit": 51})
        return "\n".join(row[0] for row in cursor.fetchall())


def test_a_period_reads_only_its_months_and_by_index(owner: Any, administrator: Any, made: Any) -> None:
    for months in range(6):
        made(ago(days=30 * months))
    today = plan(owner, "")
    assert "calls_call_2026_11" in today and "calls_call_2026_10" not in today and "calls_call_2026_06" not in today
    # by account and id, or by id: the page is read in its order, without a sort
    assert "calls_call_2026_11_pkey" in today or "calls_call_2026_11_id" in today
    assert "Sort" not in today.split("CTE page")[1].split("->  ")[1]
    everyone = plan(administrator, "period=yesterday")
    assert "calls_call_2026_11_id" in everyone and "calls_call_2026_10" not in everyone
    number = plan(owner, "number=345678")
    assert "reverse" in number and "calls_call_2026_06" not in number and "calls_call_2026_08" in number
    contact = create_contact(
        account_id=made(ago(days=1)).account_id, kind="person", values={"surname": "A"}, by=None, now=NOW
    )
    assert "contact_id" in plan(owner, f"contact={contact}&period=all")


def test_a_page_costs_the_same_number_of_queries_anywhere(
    owner: Any, many: set[Any], django_assert_num_queries: Any
) -> None:
    search, _ = parse_search({"period": ["all"]})
    page = register_page(owner, search, VIEW, limit=10)
    with django_assert_num_queries(7):  # rights, oldest month, savepoint with its time limit and release, the page
        register_page(owner, search, VIEW, after=page.next, limit=40)


# ── a contact's history ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_history_has_all_numbers_of_a_contact(owner: Any, outsider: Any, account: Any, made: Any) -> None:
    contact = create_contact(account_id=account.pk, kind="person", values={"surname": "Vos"}, by=None, now=NOW)
    old = made(ago(days=500), contact_id=contact, client_number="+31201112233", comment="first order")
    new = made(ago(days=1), contact_id=contact, client_number="+31612345678", employee=owner)
    made(ago(days=1), client_number="+31612345678")
    assert [row.id for row in history_of_contact(owner, contact, VIEW).rows] == [new.id, old.id]
    assert history_of_contact(outsider, contact, VIEW).rows == ()
    card = calls_of_contact(account.pk, contact)
    assert [(call.id, who, note) for call, who, note in card] == [(new.id, owner.name, ""), (old.id, "", "first order")]
