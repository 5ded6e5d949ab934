"""Reads the events that another PBX pushes as JSON. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from callwright.telephony.events import AgentStateChanged, AnyCallEvent, Event, PhoneStateChanged, QueueChanged

Pushed = AnyCallEvent | AgentStateChanged | PhoneStateChanged | QueueChanged
MOST_EVENTS = 500
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)


class Batch(msgspec.Struct):
    events: list[dict[str, Any]]


class NotUnderstood(ValueError):
    """The body is not a batch of events; `problems` says which event (by index, -1: the body) is wrong and why."""

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        super().__init__(problems)
        self.problems = problems


def read_batch(body: bytes, *, pbx: str, now: datetime) -> list[Event]:
    """The events of a request for the PBX with this slug, in the order of their times. Raises NotUnderstood.

    Nothing is accepted unless everything is: the sender can correct and send the whole batch again.
    """
    try:
        batch = msgspec.json.decode(body, type=Batch)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotUnderstood([(-1, str(error))]) from error
    if len(batch.events) > MOST_EVENTS:
        raise NotUnderstood([(-1, f"at most {MOST_EVENTS} events a request")])
    events: list[Event] = []
    problems: list[tuple[int, str]] = []
    for index, raw in enumerate(batch.events):
        try:
            events.append(_event(raw, pbx, now))
        except msgspec.ValidationError as error:
            problems.append((index, str(error)))
    if problems:
        raise NotUnderstood(problems)
    return sorted(events, key=lambda event: event.at)


def _event(raw: dict[str, Any], pbx: str, now: datetime) -> Event:
    if raw.get("pbx", pbx) != pbx:
        raise msgspec.ValidationError("`pbx` is not the PBX of this address")
    event: Event = msgspec.convert({**raw, "pbx": pbx}, type=Pushed)
    if event.at.tzinfo is None:
        raise msgspec.ValidationError("`at` needs a time zone, for example 2026-03-02T09:00:00Z")
    if not _EARLIEST <= event.at <= now + _AHEAD:
        raise msgspec.ValidationError("`at` is before 1990 or more than a day ahead")
    if not getattr(event, "call", "-"):
        raise msgspec.ValidationError("`call` is empty")
    return event


def batch_schema() -> dict[str, Any]:
    """The JSON schema (2020-12) of a request, with every event and what it means."""
    schema = msgspec.json.schema(Pushed, ref_template="#/$defs/{name}")
    definitions = schema.pop("$defs")
    for definition in definitions.values():
        if "pbx" in definition.get("properties", {}):
            definition["required"] = [name for name in definition["required"] if name != "pbx"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Callwright PBX events",
        "type": "object",
        "required": ["events"],
        "properties": {"events": {"type": "array", "maxItems": MOST_EVENTS, "items": schema}},
        "$defs": definitions,
    }
