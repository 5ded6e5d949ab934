"""What one step of a call costs the database: it comes a hundred times a second."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callwright.accounts.models import Account, Line
from callwright.calls.models import Call, Leg
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.ensure_partitions import ensure_partitions, month_of
from callwright.live.operations.publish import published_together
from callwright.staff.models import Extension, User
from callwright.staff.operations.take_extension import take_extension
from callwright.telephony import events as e
from callwright.telephony.models import Pbx
from callwright.telephony.queries.pbxs import PbxFacts, hearing

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BASE: dict[str, Any] = {"pbx": "main", "call": "main-1.1"}


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


@pytest.fixture
def pbx(account: Account) -> Pbx:
    Line.objects.create(account=account, number="+31201234567")
    ensure_partitions({month_of(T0)})
    return Pbx.objects.create(slug="main", name="Main", home_country="NL")


@pytest.fixture
def rings(pbx: Pbx) -> list[e.AnyCallEvent]:
    return [
        e.CallStarted(
            **BASE, at=at(0), direction=e.Direction.INBOUND, from_number="0612345678", to_number="0201234567",
            dialled_number="0201234567", trunk="trunk",
        ),
        e.LegRinging(**BASE, at=at(0.2), leg="a", party="101"),
        e.LegRinging(**BASE, at=at(0.2), leg="b", party="102"),
    ]  # fmt: skip


def statements(pbx: Pbx, *events: e.AnyCallEvent) -> list[str]:
    """Of one batch, as the link applies it."""
    with (
        CaptureQueriesContext(connection) as captured,
        hearing(PbxFacts(pbx.pk, pbx.slug, pbx.home_country)),
        published_together(),
    ):
        apply_events(events, now=at(10))
    return [" ".join(query["sql"].split())[:60] for query in captured]


def versions() -> dict[str, str]:
    """Which version of each leg's row stands: another one when it was written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT party, ctid::text FROM calls_leg")
        return dict(cursor)


def test_a_step_that_says_nothing_new_of_the_header(pbx: Pbx, rings: list[e.AnyCallEvent]) -> None:
    apply_events(rings, now=at(1))
    # locked, read, written, told, and the client noted whose missed calls this conversation may settle
    assert len(statements(pbx, e.LegAnswered(**BASE, at=at(3), leg="a"), e.TalkStarted(**BASE, at=at(3)))) == 5
    # and noted: its day, whose totals the worker adds up, its talk time, what recordings know of it, and that the
    # worker looks who was asked to register it
    ended = statements(pbx, e.CallEnded(**BASE, at=at(9)))
    assert len(ended) == 8 and any("registration_askagain" in one for one in ended), ended


def test_a_step_at_the_phone_of_someone(pbx: Pbx, rings: list[e.AnyCallEvent]) -> None:
    anna = User.objects.create_user("anna", "x", name="Anna")
    desk = Extension.objects.create(pbx=pbx, number="101")
    take_extension(user_id=anna.pk, extension_id=desk.pk, now=at(-60))
    apply_events(rings, now=at(1))
    # locked, read, written, what its end will bring, the agent locked and written, told, the client noted
    assert len(statements(pbx, e.LegAnswered(**BASE, at=at(3), leg="a"), e.TalkStarted(**BASE, at=at(3)))) == 8
    assert Leg.objects.get(party="101").employee == anna
    assert Call.objects.get().employee == anna


def test_the_first_step_of_many_calls_costs_no_more_than_that_of_one(pbx: Pbx, rings: list[e.AnyCallEvent]) -> None:
    one = len(statements(pbx, *rings))
    more = [
        e.CallStarted(
            pbx="main", call=f"main-2.{number}", at=at(number), direction=e.Direction.INBOUND,
            from_number=f"06{number:08}", to_number="0201234567", dialled_number="0201234567", trunk="trunk",
        )
        for number in range(1, 30)
    ]  # fmt: skip
    assert len(statements(pbx, *more)) <= one


def test_only_legs_that_changed_are_written(pbx: Pbx, rings: list[e.AnyCallEvent]) -> None:
    apply_events(rings, now=at(1))
    before = versions()
    statements(pbx, e.LegAnswered(**BASE, at=at(3), leg="a"))
    after = versions()
    assert (before["101"] != after["101"], before["102"] == after["102"]) == (True, True)
