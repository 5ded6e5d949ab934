"""Decisions about recordings: where a call's files are, when to look again, what a file's length says. Pure."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from callwright.calls.projection import RecordingView

ASTERISK_PATTERN = "{uniqueid}.*"
FREEPBX_PATTERN = "{year}/{month}/{day}/*-{uniqueid}.*"
PLACEHOLDERS = ("uniqueid", "linkedid", "year", "month", "day", "hour", "minute", "second")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_KEY = re.compile(r"\{(?:uniqueid|linkedid)\}")
# what may stand for a placeholder's value: nothing that leads elsewhere, nothing that matches more than itself
_SAFE_VALUE = re.compile(r"[\w.@+=-]{1,150}")

EMPTY_WAV_BYTES = 44
AUDIO_ENDINGS = frozenset(
    ("wav", "wav49", "gsm", "ulaw", "ul", "pcm", "alaw", "al", "sln", "raw", "mp3", "ogg", "opus", "flac", "au")
)


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def pattern_problem(pattern: str, *, can_list: bool) -> str:
    """Why a pattern for file names cannot be used, as a code; empty when it can. `can_list`: * may stand in it."""
    names = _PLACEHOLDER.findall(pattern)
    bare = _PLACEHOLDER.sub("x", pattern)
    if any(name not in PLACEHOLDERS for name in names) or "{" in bare or "}" in bare:
        return "unknown_placeholder"
    if not {"uniqueid", "linkedid"} & set(names):
        return "no_key"
    if not is_safe_name(bare.replace("*", "x")):
        return "unsafe"
    if "*" in bare and not can_list:
        return "no_listing"
    return "open_key" if any(_is_open(part) for part in pattern.split("/")) else ""


def _is_open(part: str) -> bool:
    """Whether files of other calls fit too: what is beside the key could be the rest of a longer one."""
    if "*" not in part:
        return False
    beside = [pair for match in _KEY.finditer(part) for pair in (part[: match.start()][-1:], part[match.end() :][:1])]
    return any(one.isalnum() or one in ("*", "{", "}") for one in beside if one)


def is_safe_name(name: str) -> bool:
    """Whether a relative name stays below its folder and has no characters that mean something else."""
    parts = name.split("/")
    return (
        0 < len(name) <= 400
        and not any(part in ("", ".", "..") for part in parts)
        and not any(ord(one) < 32 or one in "\\\x7f" for one in name)
    )


def fill_pattern(pattern: str, *, uniqueid: str, linkedid: str, at: datetime) -> str | None:
    """The name that a pattern gives for a call begun at `at` (in the PBX's zone); None for a key that no name holds."""
    if not (_SAFE_VALUE.fullmatch(uniqueid) and _SAFE_VALUE.fullmatch(linkedid)) or ".." in uniqueid + linkedid:
        return None
    values = {
        "uniqueid": uniqueid,
        "linkedid": linkedid,
        **{name: f"{getattr(at, name):02d}" for name in ("month", "day", "hour", "minute", "second")},
        "year": f"{at.year:04d}",
    }
    return _PLACEHOLDER.sub(lambda match: values[match.group(1)], pattern)


def matches(pattern: str, name: str) -> bool:
    """Whether one part of a name fits one part of a pattern, in which * stands for anything."""
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), name, re.DOTALL) is not None


def named_by_pbx(file: str, pbx_folder: str) -> str | None:
    """The name below the folder of recordings of a file that the PBX named; None when it lies elsewhere."""
    root = pbx_folder.rstrip("/") + "/"
    rest = file.removeprefix(root) if file.startswith(root) else (file if not file.startswith("/") else "")
    return rest if rest and "*" not in rest and is_safe_name(rest) else None


@dataclass(frozen=True, slots=True)
class Named:
    """Where one recording may be found: the first of `sides` of which both files are there (the side that was recorded,
    the other one), else the first of `names` that is. A name may hold *.
    """

    began_at: datetime | None
    names: tuple[str, ...]
    sides: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Announced:
    """A recording that the PBX told of."""

    key: str
    file: str
    started_at: datetime


def names_for(
    *, linkedid: str, started_at: datetime, announced: Sequence[Announced], pattern: str, pbx_folder: str,
    can_list: bool, sides: tuple[str, str] = ("", ""),
) -> list[Named]:  # fmt: skip
    """Where to look for a call's recordings, in the order in which they began; times in the PBX's zone. `sides`: the
    patterns where each side is a file of its own.

    The name that the PBX said comes first (also with another ending: some PBXs make an MP3 of it afterwards), then the
    pattern, on the day when the call began and on that when the recording did.
    """
    if not announced:
        name = fill_pattern(pattern, uniqueid=linkedid, linkedid=linkedid, at=started_at)
        both = _sides(sides, linkedid, linkedid, (started_at,))
        return [Named(None, (name,), both)] if name else []
    found = []
    for one in announced:
        names: list[str] = []
        said = named_by_pbx(one.file, pbx_folder) if one.file else None
        if said is not None:
            stem, dot, _ = said.rpartition(".")
            names += [said, f"{stem}.*"] if can_list and dot and stem else [said]
        for at in (started_at, one.started_at):
            name = fill_pattern(pattern, uniqueid=one.key, linkedid=linkedid, at=at)
            if name is not None and name not in names:
                names.append(name)
        if names:
            both = _sides(sides, one.key, linkedid, (started_at, one.started_at))
            found.append(Named(one.started_at, tuple(names), both))
    return found


def _sides(
    patterns: tuple[str, str], key: str, linkedid: str, times: Iterable[datetime]
) -> tuple[tuple[str, str], ...]:
    """The names of both sides at each of the times, each pair once."""
    if not all(patterns):
        return ()
    found: dict[tuple[str, str], None] = {}
    for at in times:
        own, other = (fill_pattern(one, uniqueid=key, linkedid=linkedid, at=at) for one in patterns)
        if own and other:
            found[own, other] = None
    return tuple(found)


def client_is_second(
    *, direction: str, pbx_key: str, recorded: Sequence[tuple[str, datetime]], began_at: datetime | None
) -> bool:
    """Whether the client is on the second channel of a part that began then. On the first is whose telephone was
    recorded: the caller's, where that is the channel with which the call began. `recorded`: key and begin of each.
    """
    key = next((key for key, at in recorded if at == began_at), pbx_key)
    return direction == "outbound" and key == pbx_key


def mark_of(key: str, started_at: datetime) -> str:
    """Tells a recording that the PBX announced from every other of its call and of calls that became part of it."""
    return f"{started_at.astimezone(UTC).isoformat()} {key}"


def is_audio_name(name: str) -> bool:
    return name.rpartition(".")[2].lower() in AUDIO_ENDINGS


# ── when to look again ────────────────────────────────────────────────────────────────────────────────────────────

FIRST_LOOK = timedelta(seconds=4)
_WAITS_S = (5, 10, 20, 60, 300, 900, 1800, 3600)
# a file that does not come is given up after a day; a server that is away may be away for a week
_PATIENCE = {
    "not_found": timedelta(hours=24), "growing": timedelta(hours=24), "unexpected": timedelta(hours=24),
    "not_audio": timedelta(minutes=10),
}  # fmt: skip
_OTHER_PATIENCE = timedelta(days=7)


def next_look(reason: str, *, tries: int, asked_at: datetime, now: datetime) -> datetime | None:
    """When to look again after so many tries, of which the last ended with `reason`; None when it is given up."""
    if now - asked_at >= _PATIENCE.get(reason, _OTHER_PATIENCE):
        return None
    return now + timedelta(seconds=_WAITS_S[min(max(tries, 1), len(_WAITS_S)) - 1])


# ── what must be silenced ─────────────────────────────────────────────────────────────────────────────────────────

SOONEST_ORDER: Final = timedelta(seconds=3)
LATEST_ORDER: Final = timedelta(seconds=30)


def began_in_a_pause(recordings: Iterable[RecordingView]) -> bool:
    """Whether one began, and is heard, while another one is paused: who paused that meant the call, not a file."""
    known = list(recordings)
    pauses = [one.paused_since for one in known if one.ended_at is None and one.paused_since is not None]
    return any(one.is_heard and any(since <= one.started_at for since in pauses) for one in known)


def next_order(heard: Iterable[datetime], *, now: datetime) -> datetime:
    """When an order that was refused or lost is given again, of recordings that are heard since then: soon at first,
    less often the longer the PBX does not do it.
    """
    return now + min(max((now - min(heard)) / 4, SOONEST_ORDER), LATEST_ORDER)


# ── what the length says ──────────────────────────────────────────────────────────────────────────────────────────

_SHORT_S, _SHORT_PART = 5.0, 0.1


def length_reason(seconds: float, *, expected_s: float) -> str:
    """A code when a recording is not as long as what should be in it: `short`, `doubled`; empty when it is."""
    if seconds < expected_s - max(_SHORT_S, _SHORT_PART * expected_s):
        return "short"
    # Asterisk's option D writes two channels into a file that says it has one
    if expected_s >= 10 and abs(seconds - 2 * expected_s) <= max(2.0, 0.04 * seconds):
        return "doubled"
    return ""


_NOT_OF_FILES = ("", "never", "erased_apart")


def reason_with_files(reason: str, *, of_length: str) -> str:
    """What stands with a recording of which files are kept, after an attempt that ended with `reason`. Why nothing more
    of its call is fetched is no word about these.
    """
    if reason in _NOT_OF_FILES or (reason == "not_found" and of_length):
        return of_length
    return reason


Interval = tuple[datetime, datetime]


def expected_seconds(talks: Iterable[Interval], recorded: Sequence[Interval], talk_s: int) -> float:
    """How much of the talk must be in the recordings, in seconds; all of it where no times of recording are known."""
    if not recorded:
        return float(talk_s)
    total = 0.0
    for start, end in talks:
        covered = sorted((max(start, a), min(end, b)) for a, b in recorded if a < end and b > start)
        last = start
        for a, b in covered:
            total += max(0.0, (b - max(a, last)).total_seconds())
            last = max(last, b)
    return total


# ── waveform ──────────────────────────────────────────────────────────────────────────────────────────────────────

MOST_PEAKS = 2400


class Peaks:
    """The loudest sample of each stretch, 0 to 127, for every channel, in memory that does not grow with the length.

    When there are too many stretches, each two become one. Fed with the loudest of equal short pieces.
    """

    def __init__(self, channels: int) -> None:
        self.channels = channels
        self._values: list[list[int]] = [[] for _ in range(channels)]
        self._pending: list[list[int]] = [[] for _ in range(channels)]
        self._per_value = 1

    def add(self, loudest: Sequence[float]) -> None:
        """The loudest of the next piece, a value from 0 to 1 for each channel."""
        for channel, value in enumerate(loudest):
            self._pending[channel].append(min(127, math.ceil(abs(value) * 127)))
        if len(self._pending[0]) == self._per_value:
            self._take()
            if len(self._values[0]) == MOST_PEAKS:  # an even number: all that follow are as long as these
                self._values = [[max(values[i : i + 2]) for i in range(0, len(values), 2)] for values in self._values]
                self._per_value *= 2

    def _take(self) -> None:
        for values, pending in zip(self._values, self._pending, strict=True):
            values.append(max(pending))
            pending.clear()

    def as_bytes(self) -> bytes:
        """All channels, one after another."""
        if self._pending[0]:
            self._take()
        return b"".join(bytes(values) for values in self._values)


# ── byte ranges (RFC 9110, section 14) ────────────────────────────────────────────────────────────────────────────

_RANGE = re.compile(r"(\d{1,18})-(\d{0,18})|-(\d{1,18})")  # one at a time: nested repetitions would never end


class UnsatisfiableRange(ValueError):
    """No byte of the file is in what was asked for: 416."""


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of what a Range header asks for; None for the whole file: no header, one that is not
    understood, or several ranges (the whole is a valid answer to them). Raises UnsatisfiableRange.
    """
    asked = _bounds(header)
    if asked is None:
        return None
    first, last = asked
    if first is None:
        if not last or not size:
            raise UnsatisfiableRange(header)
        return max(0, size - last), size - 1
    if last is not None and last < first:
        return None
    if first >= size:
        raise UnsatisfiableRange(header)
    return first, size - 1 if last is None else min(last, size - 1)


def _bounds(header: str) -> tuple[int | None, int | None] | None:
    """The one range of the header as (first, last); (None, n) are the last n bytes."""
    unit, _, text = header.strip().partition("=")
    parts = [part.strip() for part in text.split(",") if part.strip()] if len(header) < 500 else []
    found = _RANGE.fullmatch(parts[0]) if unit.strip().lower() == "bytes" and len(parts) == 1 else None
    if found is None:
        return None
    first, last, ending = found.groups()
    return (None, int(ending)) if ending else (int(first), int(last) if last else None)
