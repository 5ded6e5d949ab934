"""What a chart is made of: places and lengths on a canvas, worked out from figures. Pure; nobody's colours or words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from callwright.reports.table import Kind

WIDTH, HEIGHT = 1000, 220
"""The canvas of a curve; it is stretched to its place, so nothing round stands on it."""

LEVELS = 6
MOST_BARS = 15
_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 4 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
_STEPS = 4
_GAP = 0.24  # of the room that a column has


@dataclass(frozen=True, slots=True)
class Stem:
    """A column of a curve: its room from `x` to `x + room`, and what it fills of it."""

    x: float
    room: float
    left: float
    width: float
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Columns of what is, and a line of what was before ("" without one). `ticks` are figures at their heights."""

    stems: tuple[Stem, ...]
    before: str
    ticks: tuple[tuple[float, float], ...]
    top: float


def curve_of(values: Sequence[float | None], before: Sequence[float | None], kind: Kind) -> Curve:
    """The chart of figures in the order of time; `before` are those of the period before, as many or none."""
    top = top_of([*values, *before], kind)
    room = WIDTH / max(1, len(values))
    gap = min(room * _GAP, 12.0) if len(values) > 1 else room * 0.4
    stems = []
    for place, value in enumerate(values):
        height = HEIGHT * (value or 0) / top
        left, width = place * room + gap / 2, room - gap
        stems.append(
            Stem(round(place * room, 2), round(room, 2), round(left, 2), round(width, 2), round(HEIGHT - height, 2),
                 round(height, 2))
        )  # fmt: skip
    ticks = tuple((top * step / _STEPS, round(HEIGHT - HEIGHT * step / _STEPS, 2)) for step in range(_STEPS + 1))
    return Curve(tuple(stems), _line(before, room, top), ticks, top)


def _line(values: Sequence[float | None], room: float, top: float) -> str:
    """The path through the middles of the columns; where nothing is known it is broken."""
    parts, is_drawing = [], False
    for place, value in enumerate(values):
        if value is None:
            is_drawing = False
            continue
        x, y = round((place + 0.5) * room, 2), round(HEIGHT - HEIGHT * value / top, 2)
        parts.append(f"{'L' if is_drawing else 'M'}{x} {y}")
        is_drawing = True
    return "".join(parts)


def top_of(values: Sequence[float | None], kind: Kind) -> float:
    """The upper end of a scale: round in its unit, and four steps of it are round too where that can be."""
    most = max((value for value in values if value is not None), default=0)
    if kind == "share":
        return 1.0 if most > 0.5 else 0.5 if most > 0.2 else 0.2
    if kind == "seconds":
        step = next((one for one in _SECONDS if one * _STEPS >= most), 0)
        return _STEPS * (step or 24 * 3600 * math.ceil(most / _STEPS / 24 / 3600))
    if most <= _STEPS:
        return float(_STEPS)
    return _STEPS * _round_up(most / _STEPS)


def _round_up(value: float) -> float:
    """The next round number above, a whole one."""
    size = 10.0 ** math.floor(math.log10(value))
    factors = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if size > 1 else (1, 2, 3, 4, 5, 6, 8, 10)
    return next(factor * size for factor in factors if factor * size >= value * 0.999999)


@dataclass(frozen=True, slots=True)
class Bar:
    """Lengths of a bar and of the one before, of `WIDTH`."""

    length: float
    before: float


def bars_of(values: Sequence[float | None], before: Sequence[float | None]) -> tuple[Bar, ...]:
    """Bars beside each other's figures; the longest fills the canvas."""
    top = max((value for value in (*values, *before) if value is not None), default=0) or 1
    then = list(before) or [None] * len(values)
    return tuple(
        Bar(round(WIDTH * (value or 0) / top, 2), round(WIDTH * (was or 0) / top, 2))
        for value, was in zip(values, then, strict=True)
    )


def levels_of(values: Sequence[float | None]) -> tuple[int, ...]:
    """How strongly each cell of a heat map is coloured, 0 (nothing) to `LEVELS`; the strongest holds the greatest."""
    top = max((value for value in values if value), default=0)
    return tuple(math.ceil(LEVELS * value / top) if value and top else 0 for value in values)
