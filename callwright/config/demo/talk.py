"""Tells one invented call event by event, with a clock that runs as the story goes on."""

import math
from datetime import datetime, timedelta
from random import Random
from typing import Any

from callwright.telephony.events import (
    CallEnded,
    CallEvent,
    CallStarted,
    CallTransferred,
    Direction,
    LegAnswered,
    LegEnded,
    LegHeld,
    LegKind,
    LegResult,
    LegResumed,
    LegRinging,
    QueueJoined,
    QueueLeft,
    QueueResult,
    Side,
    TalkEnded,
    TalkStarted,
    TransferKind,
)

_NORMAL = 16  # Q.850: normal clearing


def talk_s(random: Random) -> float:
    """Most conversations take two minutes, few a quarter of an hour."""
    return min(1500.0, max(6.0, random.lognormvariate(math.log(105), 0.75)))


class Story:
    def __init__(self, pbx: str, call: str, at: datetime) -> None:
        self.now = at
        self.events: list[Any] = []
        self._pbx, self._call, self._legs = pbx, call, 0
        self._queue = ""

    def _tell(self, event: type[CallEvent], /, **facts: Any) -> None:
        self.events.append(event(pbx=self._pbx, call=self._call, at=self.now, **facts))

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=round(seconds, 3))

    def start(
        self, direction: Direction, *, from_number: str | None, to_number: str, dialled: str, from_name: str = "",
        extension: str | None = None,
    ) -> None:  # fmt: skip
        self._tell(
            CallStarted, direction=direction, from_number=from_number, from_name=from_name, to_number=to_number,
            dialled_number=dialled, extension=extension,
            trunk="" if direction is Direction.INTERNAL else "trunk",
        )  # fmt: skip
        self.wait(0.8)

    def join(self, queue: str) -> None:
        self._queue = queue
        self._tell(QueueJoined, queue=queue)

    def ring(self, extension: str, *, queue: str = "") -> str:
        return self._ring(extension, LegKind.EXTENSION, queue)

    def ring_outside(self, number: str) -> str:
        return self._ring(number, LegKind.NUMBER, "")

    def _ring(self, party: str, kind: LegKind, queue: str) -> str:
        self._legs += 1
        leg = f"{self._call}-{self._legs}"
        self._tell(LegRinging, leg=leg, party=party, kind=kind, queue=queue)
        return leg

    def refuse(self, leg: str, result: LegResult, *, cause: int | None = None) -> None:
        self._tell(LegEnded, leg=leg, result=result, cause=cause)

    def answer(self, leg: str) -> None:
        self._tell(LegAnswered, leg=leg)
        self._leave(QueueResult.CONNECTED)
        self._tell(TalkStarted)

    def _leave(self, result: QueueResult) -> None:
        if self._queue:
            self._tell(QueueLeft, queue=self._queue, result=result)
            self._queue = ""

    def hold(self, leg: str, seconds: float) -> None:
        self._tell(LegHeld, leg=leg)
        self.wait(seconds)
        self._tell(LegResumed, leg=leg)

    def hand_over(self, leg: str, extension: str, *, ring_s: float) -> str:
        """A blind transfer to a colleague, who answers."""
        self._tell(CallTransferred, kind=TransferKind.BLIND, to=extension, by_leg=leg)
        self._tell(TalkEnded)
        self._tell(LegEnded, leg=leg, result=LegResult.ANSWERED, cause=_NORMAL)
        new = self.ring(extension)
        self.wait(ring_s)
        self._tell(LegAnswered, leg=new)
        self._tell(TalkStarted)
        return new

    def finish(self, leg: str, *, by_client: bool) -> None:
        self._tell(TalkEnded)
        self._tell(LegEnded, leg=leg, result=LegResult.ANSWERED, cause=_NORMAL)
        self.end(by_client=by_client)

    def end(self, *, by_client: bool, cause: int = _NORMAL) -> None:
        self._tell(CallEnded, hangup_by=Side.CALLER if by_client else Side.AGENT, cause=cause)

    def abandon(self, *, queued: bool) -> None:
        if queued:
            self._leave(QueueResult.ABANDONED)
        self.end(by_client=True)

    def time_out(self, *, queued: bool, voicemail: bool) -> None:
        if queued:
            self._leave(QueueResult.TIMEOUT)
        if voicemail:
            self.wait(25)
        self._tell(CallEnded, hangup_by=Side.CALLER if voicemail else Side.SYSTEM, cause=_NORMAL, voicemail=voicemail)
