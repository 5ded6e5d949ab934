"""What a desk shows of a call travels with the change: the same as the desk would be given if it asked."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from callwright.calls.operations.apply_events import apply_events
from callwright.desk.pushed import call_part
from callwright.staff.operations.save_user import save_user
from callwright.telephony import events as e
from callwright.telephony.events import Direction, LegKind

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC) - timedelta(seconds=5)


def ring(pbx: Any, extension: str = "201") -> str:
    known = {"pbx": pbx.slug, "call": "c1"}
    start = e.CallStarted(
        at=NOW, direction=Direction.INBOUND, from_number="+31612345678", dialled_number="100", **known
    )
    rings = e.LegRinging(at=NOW, leg="l1", party=extension, kind=LegKind.EXTENSION, **known)
    return str(apply_events([start, rings], now=NOW).changed[0])


def answer(pbx: Any) -> None:
    known = {"pbx": pbx.slug, "call": "c1", "at": NOW + timedelta(seconds=2)}
    apply_events([e.LegAnswered(leg="l1", **known), e.TalkStarted(**known)], now=NOW)


def without_clock(html: str) -> list[str]:
    return [line for line in html.splitlines() if "data-now" not in line]


def test_the_card_that_travels_is_the_card_that_a_request_would_get(owner: Any, pbx: Any, browser_of: Any) -> None:
    call = ring(pbx)
    part = call_part(owner, call, {"phase": "ringing"}, False)
    asked = browser_of(owner).get(f"/desk/calls/{call}/").content.decode()
    assert part and without_clock(part) == without_clock(asked)
    assert "06 12345678" in part


def test_a_desk_that_has_the_card_gets_what_changes(owner: Any, pbx: Any, browser_of: Any) -> None:
    call = ring(pbx)
    answer(pbx)
    part = call_part(owner, call, {"phase": "talking"}, True)
    asked = browser_of(owner).get(f"/desk/calls/{call}/state").content.decode()
    assert part and without_clock(part) == without_clock(asked)
    assert 'data-state="talking"' in part and "card-body" not in part


def test_it_is_drawn_in_the_language_and_time_zone_of_the_user(owner: Any, pbx: Any) -> None:
    call = ring(pbx)
    owner.language = "nl"
    assert "Ophangen" in (call_part(owner, call, {"phase": "talking"}, True) or "") or "Weigeren" in (
        call_part(owner, call, {"phase": "talking"}, True) or ""
    )


def test_nothing_travels_to_who_may_not_see_it(
    owner: Any, colleague: Any, outsider: Any, account: Any, pbx: Any, administrator: Any
) -> None:
    call = ring(pbx)
    assert call_part(owner, call, {"phase": "ringing"}, False)
    assert call_part(colleague, call, {"phase": "ringing"}, False) is None  # it rings elsewhere
    assert call_part(outsider, call, {"phase": "ringing"}, False) is None
    assert call_part(owner, str(uuid4()), {"phase": "ringing"}, False) is None
    save_user(user=owner, account_ids=[], by=administrator.pk)
    assert call_part(owner, call, {"phase": "ringing"}, False) is None


def test_where_the_page_must_ask_nothing_travels(owner: Any, pbx: Any) -> None:
    call = ring(pbx)
    assert call_part(owner, call, {"gone": True, "into": str(uuid4())}, False) is None
    owner.language = ""  # as the browser says; the stream does not know
    assert call_part(owner, call, {"phase": "ringing"}, False) is None
    owner.language, owner.password_is_temporary = "en", True
    assert call_part(owner, call, {"phase": "ringing"}, False) is None
