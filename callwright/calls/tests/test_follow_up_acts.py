"""Several calls closed and opened again in one go, attempts after a call was reopened, merged calls (CALL-6)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callwright.calls.models import Call, FollowUpAct, FollowUpReason
from callwright.calls.operations import follow_up_acts
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.follow_up_changes import Note, note_clients
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.calls.views import follow_up_acts as views
from callwright.telephony import events as e

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


def reason() -> int:
    return FollowUpReason.objects.get(code="wrong_number").pk


@pytest.fixture
def several(made: Any) -> list[Call]:
    """Four open calls of one number, the oldest first, and one of another."""
    calls = [made(now() - timedelta(minutes=9 - n), status="missed") for n in range(4)]
    calls.append(made(now(), status="missed", client_number="+31699999999"))
    note_clients(Note(one.account_id, one.started_at, one.id) for one in calls)
    work_out_follow_ups(now())
    return calls


def states(calls: list[Call]) -> list[str]:
    return [Call.objects.get(pk=one.pk).follow_up for one in calls]


def post(client: Any, call: Call, what: str, seen: str = "not_called_back:", **data: Any) -> Any:
    return client.post(f"/calls/missed/{call.id}/{what}/", {"seen": seen, **data}, headers={"HX-Request": "true"})


def toast(answer: Any) -> dict[str, Any]:
    return json.loads(answer.headers["HX-Trigger"])["toast"]


def test_what_was_closed_together_is_opened_together_by_its_undo(owner_client: Any, several: list[Call]) -> None:
    before, first, *_ = several
    post(owner_client, before, "close", reason=reason())
    told = toast(post(owner_client, first, "close", reason=reason(), others="1"))
    assert told["text"] == "3 calls are closed."
    assert states(several) == ["closed"] * 4 + ["not_called_back"]
    undone = owner_client.post(told["undoUrl"], headers={"HX-Request": "true"})
    assert toast(undone)["text"] == "3 calls are open again."
    assert states(several) == ["closed", *["not_called_back"] * 4]  # what was closed before stays so
    work_out_follow_ups(now())
    assert states(several) == ["closed", *["not_called_back"] * 4]


def test_the_undo_of_one_closing_opens_one_call(owner_client: Any, several: list[Call]) -> None:
    told = toast(post(owner_client, several[0], "close", reason=reason()))
    post(owner_client, several[1], "close", reason=reason())
    undone = owner_client.post(told["undoUrl"], headers={"HX-Request": "true"})
    assert toast(undone)["text"] == "The call is open again."
    assert states(several)[:2] == ["not_called_back", "closed"]


def test_the_words_say_how_many_calls_are_closed(
    owner_client: Any, several: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (follow_up_acts, views):
        monkeypatch.setattr(place, "MOST_OTHERS", 2)
    shown = owner_client.get(f"/calls/missed/{several[3].id}/").content.decode()
    assert "Also the 2 oldest of the other open calls of this number" in shown
    assert toast(post(owner_client, several[3], "close", reason=reason(), others="1"))["text"] == "3 calls are closed."
    assert states(several)[:4] == ["closed", "closed", "not_called_back", "closed"]
    shown = owner_client.get(f"/calls/missed/{several[2].id}/").content.decode()
    assert 'name="others"' not in shown


def test_only_attempts_since_the_call_is_open_say_when_the_caller_was_reached(
    owner_client: Any, owner: Any, several: list[Call]
) -> None:
    call = several[4]
    early = now() - timedelta(hours=2)
    act = {"account_id": call.account_id, "call_id": call.id, "by": owner}
    FollowUpAct.objects.create(**act, kind="calling", at=early)
    FollowUpAct.objects.create(**act, kind="reopened", at=early + timedelta(minutes=1))
    post(owner_client, call, "counted")
    counted = FollowUpAct.objects.get(kind="counted")
    assert counted.counts_at == counted.at
    post(owner_client, call, "reopen", seen=f"{Call.objects.get(pk=call.pk).follow_up}:")
    tried = FollowUpAct.objects.create(**act, kind="calling", at=now() - timedelta(seconds=5))
    post(owner_client, call, "counted")
    assert FollowUpAct.objects.filter(kind="counted").latest("id").counts_at == tried.at


def test_what_people_said_of_a_merged_call_holds_for_the_call_that_stays(pbx: Any, account: Any, owner: Any) -> None:
    at = now() - timedelta(minutes=5)
    for key in ("stays", "goes"):
        base = {"pbx": pbx.slug, "call": key}
        told = [
            e.CallStarted(**base, at=at, direction=e.Direction.INBOUND, from_number="+31612345678"),
            e.CallEnded(**base, at=at + timedelta(seconds=20)),
        ]
        apply_events(told, now=now())
    work_out_follow_ups(now())
    goes = Call.objects.get(pbx_key="goes")
    follow_up_acts.close_follow_up(
        account_id=goes.account_id, call_id=goes.id, seen=follow_up_acts.Seen("not_called_back", None),
        reason_id=reason(), by=owner.pk, now=now(),
    )  # fmt: skip
    work_out_follow_ups(now())
    told_merged = e.CallMerged(pbx=pbx.slug, call="goes", into="stays", at=at + timedelta(seconds=30))
    assert (
        apply_events([told_merged], now=now()).changed == ()
    )  # nothing that a PBX tells changed of the one that stays
    work_out_follow_ups(now())
    assert Call.objects.values_list("pbx_key", "follow_up").get() == ("stays", "closed")
