"""Plays recorded traffic through the translator and folds the events into calls."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from callwright.calls.facts import CallState
from callwright.calls.projection import CallView, project
from callwright.calls.rules import absorb, fold
from callwright.telephony.asterisk.channels import TranslatorConfig
from callwright.telephony.asterisk.protocol import Message
from callwright.telephony.asterisk.trace import read_trace
from callwright.telephony.asterisk.translate import Translator
from callwright.telephony.events import CallEvent, CallMerged, Event

TRACES = Path(__file__).parent / "traces"
CONFIG = TranslatorConfig(trunks=frozenset(["trunk"]))
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def messages_of(name: str) -> list[Message]:
    return [message for message, _ in read_trace((TRACES / f"{name}.ami.txt").read_bytes())]


def translate(messages: Iterable[Message], translator: Translator | None = None) -> list[Event]:
    translator = translator or Translator("main", CONFIG)
    return [event for message in messages for event in translator.feed(message, NOW)]


def calls_of(events: Iterable[Event]) -> list[CallView]:
    """The calls that the events describe, merged where one became part of another."""
    states: dict[str, CallState] = {}
    for event in events:
        if isinstance(event, CallMerged):
            absorb(states[event.into], states.pop(event.call))
        elif isinstance(event, CallEvent):
            states[event.call] = fold([event], states.get(event.call))
    return [project(state) for state in states.values()]


def only_call(name: str) -> CallView:
    (call,) = calls_of(translate(messages_of(name)))
    return call
