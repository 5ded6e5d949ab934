"""The panel of one call after another, in one tab and in two, inbound and outbound (REG-2, REG-3)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from callwright.calls.operations.apply_events import apply_events
from callwright.calls.testing import call_told_as
from callwright.live.models import LiveEvent
from callwright.registration.models import MustRegister, Registration
from callwright.registration.testing import Conversation, make_category
from callwright.staff.operations.set_state import set_state
from callwright.staff.queries.agents import agent_now
from callwright.telephony import events as e
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def topics(owner: Any, account: Any, pbx: Any) -> Any:
    Queue.objects.create(pbx=pbx, name="sales", wrap_up_s=0)
    set_state(user_id=owner.pk, choice="ready", now=timezone.now())
    return make_category("Reason", "Order", "Complaint")[1]


def panel(client: Any, call: Any) -> str:
    return str(client.get(f"/registration/calls/{call.id}/panel").content.decode())


def ticked(client: Any, call: Any) -> list[int]:
    inputs = re.findall(r"<input[^>]*>", panel(client, call))
    return [int(value) for one in inputs if " checked" in one for value in re.findall(r'value="(\d+)"', one)]


def save(client: Any, call: Any, *topics: Any, revision: int | None = None) -> Any:
    values = {"topic": [one.pk for one in topics], "comment": "", **({"revision": revision} if revision else {})}
    return client.post(f"/registration/calls/{call.id}/save", values)


def test_what_one_tab_ticks_frees_the_agent_in_the_other(
    owner: Any, owner_client: Any, browser_of: Any, account: Any, topics: Any
) -> None:
    MustRegister.objects.create(account=account, changed_at=timezone.now())
    call = Conversation("201", queue="sales").answer("201").hang_up("201").call
    other, clock = browser_of(owner), int(timezone.now().timestamp() * 1000)
    assert "Register this call before the next one" in panel(owner_client, call)
    LiveEvent.objects.all().delete()
    assert save(other, call, topics[0], revision=clock + 20).json()["settled"]
    assert agent_now(owner.pk).state == "ready"
    # Both tabs hear of it, and the first one draws what the second has saved.
    told = LiveEvent.objects.get(topic=f"agent:{owner.pk}", name="state").data
    assert (told["state"], told["due"]) == ("ready", [])
    assert LiveEvent.objects.filter(topic=f"desk:{owner.pk}", name="registration", key=str(call.id)).exists()
    assert "Register this call before the next one" not in panel(owner_client, call)
    assert ticked(owner_client, call) == [topics[0].pk]
    late = save(owner_client, call, topics[1], revision=clock + 10).json()
    assert late["overtaken"] and late["topics"] == [str(topics[0].pk)]


def test_the_next_call_of_the_same_client_begins_empty(owner_client: Any, topics: Any) -> None:
    first = Conversation("201", queue="sales").answer("201")
    assert save(owner_client, first.call, topics[0]).status_code == 200
    first.hang_up("201")
    second = Conversation("201", queue="sales").answer("201")
    assert ticked(owner_client, second.call) == [] and ticked(owner_client, first.call) == [topics[0].pk]
    save(owner_client, second.call, topics[1])
    assert ticked(owner_client, first.call) == [topics[0].pk] and ticked(owner_client, second.call) == [topics[1].pk]


def test_an_outbound_call_is_asked_about_as_such(owner: Any, owner_client: Any, topics: Any) -> None:
    _, [sold] = make_category("Sale", "Sold", directions=["outbound"])
    make_category("Caller", "Customer", directions=["inbound"])
    base: dict[str, Any] = {"pbx": "main", "call": "out"}
    at = timezone.now() - timedelta(minutes=1)
    begun = e.CallStarted(
        **base, at=at, direction=e.Direction.OUTBOUND, from_number="201", to_number="+31612345678", extension="201"
    )
    rings = e.LegRinging(**base, at=at, leg="far", party="+31612345678", kind=e.LegKind.NUMBER)
    apply_events([begun, rings, e.LegAnswered(**base, at=at, leg="far")], now=at)
    call = call_told_as("out")
    shown = panel(owner_client, call)
    assert "Sold" in shown and "Order" in shown and "Customer" not in shown
    assert save(owner_client, call, sold).status_code == 200
    kept = Registration.objects.get()
    assert (kept.direction, kept.by_id, kept.words) == ("outbound", owner.pk, [["Sale", "", "Sold"]])


def test_whose_phone_rang_in_vain_registers_nothing(
    owner_client: Any, colleague: Any, colleague_client: Any, topics: Any
) -> None:
    talk = Conversation("201", "202", queue="sales")
    assert save(colleague_client, talk.call, topics[0]).status_code == 200  # about to answer
    Registration.objects.all().delete()
    talk.answer("201")
    assert save(colleague_client, talk.call, topics[0]).status_code == 404 and not Registration.objects.exists()
    assert save(owner_client, talk.call, topics[0]).status_code == 200
    assert "Order" in panel(colleague_client, talk.call)
