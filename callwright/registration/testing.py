"""Calls that ring, are talked and end, and topics to tick, for the tests of registration and of the desk."""

from datetime import UTC, datetime, timedelta
from typing import Any

from callwright.calls.operations.apply_events import apply_events
from callwright.calls.testing import call_told_as
from callwright.registration.models import Category, Topic
from callwright.telephony import events as e


class Conversation:
    """An inbound call to `extensions` of the PBX "main", which goes on as its methods say."""

    made = 0

    def __init__(self, *extensions: str, number: str = "+31612345678", line: str = "", queue: str = "") -> None:
        Conversation.made += 1
        self.key, self.extensions = f"talk-{Conversation.made}", extensions
        self.at = datetime.now(UTC) - timedelta(seconds=60)
        self.base: dict[str, Any] = {"pbx": "main", "call": self.key}
        started = e.CallStarted(
            **self.base, at=self.at, direction=e.Direction.INBOUND, from_number=number,
            to_number=line or "+31200000000", dialled_number=line or "+31200000000",
        )  # fmt: skip
        queued = [e.QueueJoined(**self.base, at=self.at, queue=queue)] if queue else []
        rings = [e.LegRinging(**self.base, at=self.at, leg=self._leg(one), party=one) for one in extensions]
        apply_events([started, *queued, *rings], now=datetime.now(UTC))

    def _leg(self, extension: str) -> str:
        return f"{self.key}-{extension}"

    @property
    def call(self) -> Any:
        return call_told_as(self.key)

    def answer(self, extension: str) -> "Conversation":
        at = self.at + timedelta(seconds=5)
        lost = [
            e.LegEnded(**self.base, at=at, leg=self._leg(one), result=e.LegResult.ANSWERED_ELSEWHERE)
            for one in self.extensions
            if one != extension
        ]
        answered = e.LegAnswered(**self.base, at=at, leg=self._leg(extension))
        apply_events([answered, e.TalkStarted(**self.base, at=at), *lost], now=datetime.now(UTC))
        return self

    def hang_up(self, extension: str) -> "Conversation":
        at = datetime.now(UTC)
        leg = e.LegEnded(**self.base, at=at, leg=self._leg(extension), result=e.LegResult.ANSWERED)
        apply_events([e.TalkEnded(**self.base, at=at), leg, e.CallEnded(**self.base, at=at)], now=at)
        return self


def make_category(name: str, *topics: str, several: bool = True, **fields: Any) -> tuple[Any, list[Any]]:
    """A category for all calls, with its topics in order."""
    category = Category.objects.create(name=name, several=several, **fields)
    return category, [Topic.objects.create(category=category, name=one, position=at) for at, one in enumerate(topics)]
