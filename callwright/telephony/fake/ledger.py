"""What really happened: the fake's own truth, against which every reader of its messages can be checked."""

import json
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any


def iso(at: float | None) -> str | None:
    """ISO 8601 in UTC with microseconds, from epoch seconds."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")


@dataclass(slots=True)
class TrueLeg:
    """A party that was rung. `result`: answered, no_answer, busy, cancelled, answered_elsewhere, failed."""

    leg: str
    party: str
    kind: str
    rung_at: float
    result: str = ""
    answered_at: float | None = None
    ended_at: float | None = None


@dataclass(slots=True)
class TrueCall:
    """Times are epoch seconds of the virtual clock; numbers as dialled, None when withheld.

    `status`: answered (two parties talked), abandoned (the caller gave up waiting in a queue), missed, busy, failed.
    `queue_result`: connected, abandoned, timeout (the PBX let the caller go), or empty. `talk_s` is the time two
    parties were connected, `hold_s` the part of it spent on hold. `ended_at` is when the client had left.
    """

    call: str
    direction: str
    from_number: str | None
    to_number: str | None
    dialled_number: str | None
    started_at: float
    from_name: str = ""
    extension: str = ""
    command: str = ""
    queue: str = ""
    queue_result: str = ""
    legs: list[TrueLeg] = field(default_factory=list)
    status: str = ""
    answered_by: str | None = None
    transferred_to: str | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    talk_s: float = 0.0
    hold_s: float = 0.0
    hangup_by: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The call with ISO times, as it stands in the ledger's file."""
        out = asdict(self)
        for key in ("started_at", "answered_at", "ended_at"):
            out[key] = iso(out[key])
        for leg in out["legs"]:
            for key in ("rung_at", "answered_at", "ended_at"):
                leg[key] = iso(leg[key])
        out["talk_s"], out["hold_s"] = round(self.talk_s, 3), round(self.hold_s, 3)
        return out


class Ledger:
    """Finished calls in the order of their end, and those still going; each finished one is a line of the file.

    `keep`: how many finished calls stay in memory (None: all); the file has them all.
    """

    def __init__(self, path: Path | None = None, *, keep: int | None = None) -> None:
        self.finished: deque[TrueCall] = deque(maxlen=keep)
        self.open: dict[str, TrueCall] = {}
        self._file: IO[str] | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8", errors="surrogateescape")

    def begin(self, call: TrueCall) -> TrueCall:
        self.open[call.call] = call
        return call

    def end(self, call: TrueCall) -> None:
        self.open.pop(call.call, None)
        self.finished.append(call)
        if self._file is not None:
            self._file.write(json.dumps(call.as_json(), ensure_ascii=False) + "\n")
            self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def read_ledger(path: Path) -> list[dict[str, Any]]:
    """The calls of a ledger file; an unfinished last line (the writer was killed) is left out."""
    lines = path.read_text(encoding="utf-8", errors="surrogateescape").split("\n")
    return [json.loads(line) for line in lines[:-1]]
