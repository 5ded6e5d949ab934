"""What is known of one call: the facts that events state, kept as they were stated.

Facts only ever grow, and where two disagree a fixed rule chooses (the earlier one), so the same set of events gives
the same facts in any order and any number of repetitions.
"""

from datetime import datetime
from typing import Any

import msgspec

from callwright.telephony.events import Direction, LegKind, LegResult, QueueResult, Side, TransferKind


class LegFacts(msgspec.Struct, kw_only=True, omit_defaults=True):
    key: str
    party: str = ""
    kind: LegKind = LegKind.EXTENSION
    queue: str = ""
    rung_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    result: LegResult | None = None
    cause: int | None = None
    held: list[datetime] = []
    resumed: list[datetime] = []


class QueueVisit(msgspec.Struct, kw_only=True, omit_defaults=True):
    queue: str
    joined: list[datetime] = []
    left: list[tuple[datetime, QueueResult]] = []


class Transfer(msgspec.Struct, kw_only=True, omit_defaults=True, frozen=True, order=True):
    at: datetime
    to: str
    kind: TransferKind
    by_leg: str = ""


class RecordingFacts(msgspec.Struct, kw_only=True, omit_defaults=True):
    """`started`: when, and into which file where the PBX said so."""

    key: str
    started: list[tuple[datetime, str]] = []
    stopped: list[datetime] = []
    paused: list[datetime] = []
    resumed: list[datetime] = []


class Ending(msgspec.Struct, kw_only=True, omit_defaults=True):
    at: datetime
    hangup_by: Side | None = None
    cause: int | None = None
    cause_text: str = ""
    voicemail: bool = False
    complete: bool = True


class CallState(msgspec.Struct, kw_only=True, omit_defaults=True):
    """All facts of one call. `started_at` is None until its CallStarted has arrived."""

    pbx: str
    key: str
    started_at: datetime | None = None
    direction: Direction | None = None
    from_number: str | None = None
    from_name: str = ""
    to_number: str | None = None
    dialled_number: str | None = None
    extension: str | None = None
    trunk: str = ""
    command: str = ""
    talk_from_legs: bool = False
    withheld: bool = False  # found out after the start: the caller asked not to be shown
    corrections: list[tuple[datetime, str, str]] = []  # when, field, value
    legs: dict[str, LegFacts] = {}
    queues: dict[str, QueueVisit] = {}
    talk_started: list[datetime] = []
    talk_ended: list[datetime] = []
    transfers: list[Transfer] = []
    recordings: dict[str, RecordingFacts] = {}
    ending: Ending | None = None
    took_in: list[str] = []  # the keys of the calls that became part of it

    def header(self, field: str) -> str | None:
        """A header field with the latest correction applied."""
        last: tuple[datetime, str] | None = None
        for at, name, value in self.corrections:
            if name == field and (last is None or (at, value) > last):
                last = (at, value)
        if last is not None:
            return last[1]
        value_now: str | None = getattr(self, field)
        return value_now


def decode_facts(facts: str | dict[str, Any]) -> CallState:
    """The facts as the database keeps them (JSON text, or already parsed)."""
    if isinstance(facts, str):
        return msgspec.json.decode(facts, type=CallState)
    return msgspec.convert(facts, type=CallState)
