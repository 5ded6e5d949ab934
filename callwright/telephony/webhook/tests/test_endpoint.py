"""Other PBXs push their events over HTTP: authenticated, idempotent, all or nothing (CALL-12)."""

import hashlib
import json
from typing import Any

import msgspec
import pytest
from django.test import Client

from callwright.calls.models import Call, Leg
from callwright.telephony.models import Pbx

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-other-pbx-0123456789"
T = "2026-03-02T09:00:{:02d}Z"

CALL: list[dict[str, Any]] = [
    {
        "type": "CallStarted", "call": "7", "at": T.format(0), "direction": "inbound", "from_number": "0612345678",
        "to_number": "0201234567", "dialled_number": "0201234567", "talk_from_legs": True,
    },
    {"type": "LegRinging", "call": "7", "at": T.format(1), "leg": "x", "party": "201"},
    {"type": "LegAnswered", "call": "7", "at": T.format(5), "leg": "x"},
    {"type": "CallEnded", "call": "7", "at": T.format(35), "hangup_by": "caller"},
]  # fmt: skip


@pytest.fixture(autouse=True)
def pbx() -> Pbx:
    return Pbx.objects.create(
        slug="other", name="Other", kind="webhook", token_sha256=hashlib.sha256(TOKEN.encode()).hexdigest()
    )


def push(events: Any, *, token: str = TOKEN, slug: str = "other") -> Any:
    body = events if isinstance(events, bytes) else json.dumps({"events": events}).encode()
    return Client(enforce_csrf_checks=True).post(
        f"/api/pbx/{slug}/events", body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )


def test_a_pushed_call_stands_in_the_register_once_however_often_it_is_pushed() -> None:
    for _ in range(3):
        assert push(CALL).json() == {"applied": 4}
    call = Call.objects.get()
    assert (call.status, call.talk_s, call.answered_by, call.from_number) == ("answered", 30, "201", "+31612345678")
    assert Leg.objects.count() == 1


@pytest.mark.parametrize("token", ["", "x", "a-token-of-the-other-pbx-012345678", "é" * 20, "0" * 64])
def test_a_forged_token_changes_nothing(token: str) -> None:
    response = push(CALL, token=token)
    assert response.status_code == 401
    assert not Call.objects.exists()


def test_a_token_is_good_for_its_own_pbx_only(pbx: Pbx) -> None:
    Pbx.objects.create(slug="second", name="Second", kind="webhook", token_sha256="")
    Pbx.objects.create(slug="main", name="Asterisk", kind="asterisk", token_sha256=pbx.token_sha256)
    assert [push(CALL, slug=slug).status_code for slug in ("second", "main", "nobody")] == [401, 401, 401]
    assert push([{**CALL[0], "pbx": "second"}]).status_code == 400
    Pbx.objects.filter(id=pbx.id).update(enabled=False)
    assert push(CALL).status_code == 401


def test_one_wrong_event_is_named_and_nothing_is_applied() -> None:
    response = push([CALL[0], {"type": "LegRinging", "call": "7", "at": T.format(1)}, {"type": "Nonsense"}])
    assert response.status_code == 400
    assert [problem["event"] for problem in response.json()["problems"]] == [1, 2]
    assert not Call.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"events": 3}', b"\xff\xfe", b'{"events": [{"type": 5}]}'])
def test_what_is_not_a_batch_is_refused_in_words(body: bytes) -> None:
    response = push(body)
    assert response.status_code == 400
    assert response.json()["problems"][0]["problem"]


def test_a_time_without_a_zone_is_refused() -> None:
    response = push([{**CALL[0], "at": "2026-03-02T09:00:00"}])
    assert "time zone" in response.json()["problems"][0]["problem"]


def test_a_call_whose_start_is_missing_is_named_and_can_be_sent_again_whole() -> None:
    response = push(CALL[1:])
    assert (response.status_code, response.json()["calls"]) == (409, ["7"])
    assert push(CALL).status_code == 200


def test_a_body_too_large_is_refused_before_it_is_read() -> None:
    assert push(b"x" * (1024 * 1024 + 1)).status_code == 413


def test_the_schema_describes_every_event() -> None:
    schema = Client().get("/api/pbx/events.schema.json").json()
    assert {"CallStarted", "LegRinging", "CallEnded", "AgentStateChanged"} <= schema["$defs"].keys()
    assert "pbx" not in schema["$defs"]["CallStarted"]["required"]
    assert "start" in schema["$defs"]["CallStarted"]["description"]
    assert msgspec.json.encode(schema)


@pytest.mark.parametrize("at", ["1950-01-01T00:00:00Z", "9998-01-01T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_a_time_that_cannot_be_is_refused_in_words(at: str) -> None:
    response = push([{**CALL[0], "at": at}])
    assert response.status_code == 400
    assert "1990" in response.json()["problems"][0]["problem"]
