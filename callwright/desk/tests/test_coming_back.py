"""Cards that were put away, clocks of a ringing phone, and notes that colleagues read while they are written."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from callwright.calls.models import Call, CallNote
from callwright.calls.operations.apply_events import apply_events
from callwright.desk.tests.test_card_views import answer, hang_up, ring, seated, url
from callwright.live.models import LiveEvent
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db
__all__ = ["seated"]
BASE = {"pbx": "main", "call": "1.1"}


def test_a_card_stays_away_until_the_call_rings_there_again(seated: None, owner_client: Client) -> None:
    call = ring(to=("201", "202"))
    answer(call, "201")
    now = datetime.now(UTC)
    apply_events([e.LegEnded(**BASE, at=now, leg="1.1-201", result=e.LegResult.ANSWERED)], now=now)
    owner_client.post(url(call, "done"))
    assert owner_client.get("/desk/open").json() == {"calls": []}
    assert owner_client.get(url(call)).status_code == 204
    now = datetime.now(UTC)
    apply_events([e.LegRinging(**BASE, at=now, leg="again", party="201")], now=now)
    assert owner_client.get("/desk/open").json() == {"calls": [str(call.id)]}
    assert f'id="card-{call.id}"' in owner_client.get("/desk/").content.decode()
    apply_events([e.LegAnswered(**BASE, at=now, leg="again")], now=now)
    hang_up(call, "202")
    assert owner_client.get(url(call)).status_code == 200
    owner_client.post(url(call, "done"))  # a second time: what counts is the last
    assert Call.objects.get().ended_at and owner_client.get("/desk/open").json()["calls"] == []


def test_the_clock_tells_how_long_it_rings_here_and_how_long_the_caller_waits(
    seated: None, owner_client: Client
) -> None:
    now = datetime.now(UTC)
    started, rung = now - timedelta(seconds=67), now - timedelta(seconds=3)
    apply_events(
        [
            e.CallStarted(**BASE, at=started, direction=e.Direction.INBOUND, from_number="+31612345678", to_number="1"),
            e.LegRinging(**BASE, at=rung, leg="1.1-201", party="201"),
        ],
        now=now,
    )
    call = Call.objects.get()
    shown = owner_client.get(url(call, "state")).content.decode()
    strip = shown[shown.index("<header") :]
    assert strip.index("0:03") < strip.index("waited") < strip.index("1:07")
    answer(call, "201")
    assert "waited" not in owner_client.get(url(call, "state")).content.decode()


def test_a_note_is_told_to_all_who_have_the_call(
    seated: None, owner: Any, colleague: Any, outsider: Any, owner_client: Client, colleague_client: Client
) -> None:
    call = ring(to=("201", "202"))
    answer(call, "201")
    LiveEvent.objects.all().delete()
    owner_client.post(url(call, "note"), {"text": "Wants a discount"})
    told = set(LiveEvent.objects.filter(name="note").values_list("topic", flat=True))
    assert told == {"calls", f"desk:{owner.pk}", f"desk:{colleague.pk}"}
    assert "Wants a discount" in colleague_client.get(url(call, "work")).content.decode()


def test_notes_of_one_author_on_two_calls_that_merge_become_one(seated: None, owner: Any, owner_client: Client) -> None:
    call = ring()
    answer(call, "201")
    owner_client.post(url(call, "note"), {"text": "first"})
    now = datetime.now(UTC)
    other = {"pbx": "main", "call": "1.2"}
    apply_events(
        [
            e.CallStarted(
                **other, at=now, direction=e.Direction.INTERNAL, from_number="201", to_number="202",
                extension="201",
            ),
            e.LegRinging(**other, at=now, leg="c", party="202"),
            e.LegAnswered(**other, at=now, leg="c"),
        ],
        now=now,
    )  # fmt: skip
    owner_client.post(url(Call.objects.get(pbx_key="1.2"), "note"), {"text": "second"})
    apply_events([e.CallMerged(**other, at=now, into="1.1")], now=now)
    assert list(CallNote.objects.values_list("call_id", "by_id", "text")) == [(call.id, owner.pk, "first\nsecond")]
