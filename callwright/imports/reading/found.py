"""What reading yields: finished calls as facts, and lines that say why they are none."""

import msgspec

from callwright.calls.projection import CallView
from callwright.kit.phone_numbers import ParsedNumber


class Bad(msgspec.Struct, frozen=True):
    """A line that could not be read: `reason` is a code, worded by `views.wording`."""

    line: int
    raw: str
    reason: str
    column: str = ""
    value: str = ""


class BadRow(ValueError):
    """Raised by a reader for one row."""

    def __init__(self, reason: str, column: str = "", value: str = "") -> None:
        super().__init__(reason)
        self.reason, self.column, self.value = reason, column, value[:200]


class Finished(msgspec.Struct):
    """One call that is over. `facts`: its CallState as JSON, `view` what follows from it. `keys`: its own key first,
    then those of consultation calls that became part of it; `extension`: ours, that began it. `row` and `legs`: its
    columns as text for COPY, each leg with its party.
    """

    facts: bytes
    view: CallView
    keys: list[str]
    extension: str | None = None
    row: str = ""
    legs: list[tuple[str, str]] = []


class Batch(msgspec.Struct):
    """What a stretch of a file gave. Lines up to `seen` need not be read again, but those of `held`. `numbers`: what
    the numbers in the calls mean.
    """

    calls: list[Finished]
    bad: list[Bad]
    seen: int
    held: list[int]
    lines: int  # read in this stretch
    position: int  # bytes of the file
    doubled: int = 0
    last: bool = False
    numbers: dict[str, ParsedNumber] = {}
