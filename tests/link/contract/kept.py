"""What the register keeps of the calls of a PBX, as the lines of words in which expectations are written."""

import re
from uuid import UUID

from asgiref.sync import sync_to_async

from callwright.calls.facts import decode_facts
from callwright.calls.models import Call, CallFacts, Leg
from callwright.calls.projection import CallView, project
from callwright.calls.queries.register_of_pbx import calls_of_pbx
from callwright.telephony.asterisk.tests.test_recorded_scenarios import EXPECTED
from callwright.telephony.asterisk.tests.written import written

__all__ = ["EXPECTED", "Reader", "alike"]


class Reader:
    """Reads the calls of a PBX that have come into the register since it was read last."""

    def __init__(self, slug: str) -> None:
        self.slug, self._seen = slug, set[UUID]()

    @sync_to_async
    def new(self) -> list[list[str]]:
        """The lines of each call; its row and legs must say what its facts say."""
        rows = {row["started_at"]: row for row in calls_of_pbx(self.slug)}
        calls = Call.objects.filter(pbx__slug=self.slug).exclude(id__in=self._seen).order_by("id")
        self._seen |= {call.id for call in calls}
        return [_lines(call, rows[call.started_at.isoformat()]) for call in calls]


def _lines(call: Call, row: dict[str, object]) -> list[str]:
    view = project(decode_facts(CallFacts.objects.get(call=call).facts))
    assert _of_model(call) == _of_view(view)
    legs = Leg.objects.filter(call=call).order_by("position")
    # outside numbers are kept in E.164
    kept = [(leg.party.lstrip("+"), leg.result, leg.rung_at, leg.answered_at, leg.ended_at) for leg in legs]
    assert kept == [(leg.party, leg.result, leg.rung_at, leg.answered_at, leg.ended_at) for leg in view.legs]
    shown = row["legs"]
    assert isinstance(shown, list)
    assert [(leg["party"], leg["result"]) for leg in shown] == [(leg.party, leg.result) for leg in view.legs]
    assert (row["status"], row["talk_s"], row["hold_s"]) == (view.status, view.talk_s, view.hold_s)
    return written(view)


def _of_model(call: Call) -> tuple[object, ...]:
    return (
        call.direction, call.status, call.from_received or None, call.to_received or None,
        call.dialled_received or None, call.queue.name if call.queue else "", call.answered_by, call.transferred_to,
        call.started_at, call.answered_at, call.ended_at, call.ring_s, call.wait_s, call.talk_s, call.hold_s,
        call.hangup_by or None, call.complete, call.talking_since, call.held_since,
    )  # fmt: skip


def _of_view(view: CallView) -> tuple[object, ...]:
    return (
        view.direction, view.status, view.from_number, view.to_number, view.dialled_number, view.queue,
        view.answered_by, view.transferred_to, view.started_at, view.answered_at, view.ended_at, view.ring_s,
        view.wait_s, view.talk_s, view.hold_s, view.hangup_by, view.complete, None, None,
    )  # fmt: skip


def alike(found: list[str], wanted: list[str], tolerance_s: float) -> bool:
    """Whether two calls say the same; moments may differ by the tolerance, whole seconds by one more."""
    return len(found) == len(wanted) and all(
        _alike(one, other, tolerance_s) for one, other in zip(found, wanted, strict=True)
    )


def _alike(found: str, wanted: str, tolerance_s: float) -> bool:
    number = re.compile(r"(?<= )\d+\.\d\d|(?<=hold )\d+")
    if number.sub("#", found) != number.sub("#", wanted):
        return False
    pairs = zip(number.findall(found), number.findall(wanted), strict=True)
    return all(abs(float(one) - float(other)) <= tolerance_s + (0 if "." in one else 1) for one, other in pairs)
