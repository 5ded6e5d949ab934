"""The path of a call as bars on one axis of time, placed in percent of its length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

THINNEST = 0.6
"""Percent: a leg of a fraction of a second stays visible."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one row: rung without answer is `waiting`, else it was talked."""

    begins_at: datetime
    ends_at: datetime
    tone: str
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A span's place on the axis, in percent."""

    start: float
    width: float
    tone: str
    waiting: bool


def place_spans(spans: Sequence[Span], begins_at: datetime, ends_at: datetime) -> list[Bar]:
    """Where each span stands between `begins_at` and `ends_at`; what lies outside is cut off."""
    whole = (ends_at - begins_at).total_seconds()
    if whole <= 0:
        return [Bar(0, 100, span.tone, span.waiting) for span in spans]
    bars = []
    for span in spans:
        start = min(max((span.begins_at - begins_at).total_seconds() / whole * 100, 0), 100 - THINNEST)
        end = min(max((span.ends_at - begins_at).total_seconds() / whole * 100, 0), 100)
        bars.append(Bar(round(start, 2), round(max(end - start, THINNEST), 2), span.tone, span.waiting))
    return bars
