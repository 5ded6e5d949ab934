"""What reading yields: finished calls as facts, and lines that say why they are none."""

import re
from hashlib import blake2b

import msgspec

from callwright.calls.projection import CallView
from callwright.kit.phone_numbers import ParsedNumber


class Bad(msgspec.Struct, frozen=True):
    """A line that could not be read: `reason` is a code, worded by `queries.wording`."""

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


MOST_RAW = 4_000
"""So much of a bad line is kept."""


def keepable(text: str) -> str:
    """The text without what the database does not take."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


LONGEST_KEY = 150
_UNSTORABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def key_of(text: str) -> str:
    """A key as it can be kept: what is too long for one is told apart by a digest; "" where it has no sign at all."""
    text = (text if text.isprintable() else _UNSTORABLE.sub("", text)).strip()
    if len(text) <= LONGEST_KEY:
        return text
    return f"{text[:100]}~{blake2b(text.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


class Finished(msgspec.Struct):
    """One call that is over. `facts`: its CallState as JSON, `view` what follows from it. `keys`: its own key first,
    then those of consultation calls that became part of it; `extension`: ours, that began it. `row` and `legs`: its
    columns as text for COPY, each leg with its party. `line`: its first one. `whole`: it takes the place of what was
    told of the call before.
    """

    facts: bytes
    view: CallView
    keys: list[str]
    extension: str | None = None
    row: str = ""
    legs: list[tuple[str, str]] = []
    line: int = 0
    whole: bool = False


class Part(msgspec.Struct):
    """A line whose call may go on in the next file. `id`: its number where it waits already. `reason`: why it is a bad
    line if nothing follows; blank for one whose call was told. `calls`: keys of the calls to which it may belong.
    """

    record: dict[str, str]
    raw: str = ""
    line: int = 0
    reason: str = ""
    id: int = 0
    calls: list[str] = []


class Batch(msgspec.Struct):
    """What a stretch of a file gave. Lines up to `seen` need not be read again, but those of `held`. `numbers`: what
    the numbers in the calls mean. `parts`: lines that wait for the next file; `used`: ids of those that it completed.
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
    parts: list[Part] = []
    used: list[int] = []
