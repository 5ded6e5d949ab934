"""What every kind of source can do, and what can be wrong with one. No Django."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from callwright.recordings.rules import is_audio_name, is_safe_name, matches

CHUNK = 256 * 1024
LARGEST = 8 * 1024**3
CONNECT_S, READ_S = 15.0, 60.0

Write = Callable[[bytes], object]


class SourceProblem(Exception):
    """`code` is worded by `recordings.words`; `detail` is what the other side or the system said."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, " ".join(detail.split())[:400]


@dataclass(frozen=True, slots=True)
class Found:
    """A file at the source: its name below the folder, its size in bytes and when it was written last (seconds since
    1970), None where that is not told.
    """

    name: str
    size: int | None
    written: float | None = None


class Reader(Protocol):
    """A connection to a source; everything may raise SourceProblem."""

    can_list: bool

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def check(self) -> str:
        """Whether the folder can be read; returns what was found there, for the administrator."""
        ...

    def find(self, name: str) -> list[Found]:
        """The files that fit a name, in which * may stand (but not for /), in order of their names."""
        ...

    def fetch(self, name: str, write: Write) -> int:
        """Hands over all bytes of a file; returns how many."""
        ...


def walk(name: str, listing: Callable[[str], Iterable[str]]) -> list[str]:
    """The names that fit one with *, by listing only the folders in which a * stands. `listing` of a folder that is
    not there is empty.
    """
    found = [""]
    *folders, last = name.split("/")
    for position, part in enumerate((*folders, last)):
        is_last = position == len(folders)
        following: list[str] = []
        for before in found:
            prefix = f"{before}/" if before else ""
            if "*" not in part:
                following.append(prefix + part)
                continue
            names = [one for one in listing(before) if matches(part, one) and is_safe_name(one)]
            following += sorted(prefix + one for one in names if not is_last or is_audio_name(one))
        found = following[:200]
    return found
