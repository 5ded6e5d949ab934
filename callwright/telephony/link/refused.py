"""Events that the register would not take, kept in a file until it does: a fault of ours must not lose a call."""

import logging
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from callwright.telephony.events import AnyEvent, Event

log = logging.getLogger("callwright.link")


class _Kept(msgspec.Struct):
    at: datetime
    reason: str
    events: list[AnyEvent]


class RefusedEvents:
    """The file of one PBX: a line of JSON for each group of events, with when and why they were refused."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "refused.jsonl"

    def __bool__(self) -> bool:
        return self.path.exists()

    def keep(self, events: Sequence[Event], reason: str) -> None:
        line = msgspec.json.encode({"at": datetime.now(UTC), "reason": reason[:400], "events": list(events)})
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "ab") as file:
                file.write(line + b"\n")
        except OSError as error:
            log.error("refused events cannot be kept (%s); they were: %s", error, line.decode())

    def try_again(self, apply: Callable[[Sequence[Event]], None]) -> int:
        """Hands each group over again; returns how many groups are still refused. Meant for the start of the link,
        when a newer version may do what the one before could not.
        """
        try:
            lines = self.path.read_bytes().splitlines()
        except OSError:
            return 0
        left = [line for line in lines if line and not self._taken(line, apply)]
        part = self.path.with_suffix(".part")
        if left:
            part.write_bytes(b"\n".join(left) + b"\n")
            part.chmod(0o600)
            part.replace(self.path)
        else:
            self.path.unlink(missing_ok=True)
        return len(left)

    def _taken(self, line: bytes, apply: Callable[[Sequence[Event]], None]) -> bool:
        try:
            apply(msgspec.json.decode(line, type=_Kept).events)
        except Exception as error:
            log.warning("events are still refused (%s): %s", error, line[:500].decode("utf-8", "replace"))
            return False
        return True
