"""Lines joined and cut into records: a quoted field may hold line ends; a quote that nobody closed costs one line."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator

import msgspec

from callwright.imports.reading.returned import without_reason

_MOST_LINES = 20
_LONGEST_RECORD = 65_536
csv.field_size_limit(1 << 20)


class Record(msgspec.Struct):
    """`line`: number of its first line, from 1. `cells`: without the reason for which an import refused it before.
    `problem`: why it has none. `id`: of a row of a table, where it has one.
    """

    line: int
    raw: str
    cells: list[str]
    problem: str = ""
    id: int = 0


def records_of(lines: Iterable[tuple[str, bool]], delimiter: str) -> Iterator[Record]:
    """Empty lines are left out. The number of lines of a record is the number of line ends in `raw`."""
    waiting: deque[tuple[int, str, bool]] = deque()
    numbered = ((number, line, whole) for number, (line, whole) in enumerate(lines, 1))
    separators = delimiter + " \t\r\n"
    while True:
        one = waiting.popleft() if waiting else next(numbered, None)
        if one is None:
            return
        number, line, whole = one
        if not whole:
            yield Record(number, line[:500], [], "line_too_long")
        elif line.count('"') % 2:
            yield _quoted(one, numbered, waiting, delimiter)
        elif line.strip(separators):
            yield Record(number, line, _cells(line, delimiter))


def _quoted(
    first: tuple[int, str, bool],
    numbered: Iterator[tuple[int, str, bool]],
    waiting: deque[tuple[int, str, bool]],
    delimiter: str,
) -> Record:
    """A record over several lines, or one line with a quote too many or too few: then the others are read again."""
    taken, text = [first], first[1]
    while len(taken) < _MOST_LINES and len(text) < _LONGEST_RECORD:
        following = waiting.popleft() if waiting else next(numbered, None)
        if following is None:
            break
        taken.append(following)
        text += following[1]
        if text.count('"') % 2 == 0:
            if _is_one_record(first[1], text, delimiter):
                return Record(first[0], text, _cells(text, delimiter))
            break
    waiting.extendleft(reversed(taken[1:]))
    return Record(first[0], first[1], [], "quote")


def _is_one_record(first: str, text: str, delimiter: str) -> bool:
    """Whether the field that stays open at the end of the first line is closed before the next one begins."""
    rows = list(csv.reader(_lines(text), delimiter=delimiter))
    lone = next(csv.reader([first], delimiter=delimiter), [])
    return len(rows) == 1 and len(lone) <= len(rows[0]) <= 200


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        rows = list(csv.reader(_lines(text.replace("\0", "")), delimiter=delimiter))
    except csv.Error:
        return []
    return without_reason(rows[0]) if rows else []


def _lines(text: str) -> list[str]:
    """By line feeds alone: other signs that end a line for a reader may stand in a cell."""
    if "\n" not in text[:-1]:
        return [text]
    return [f"{line}\n" for line in text.removesuffix("\n").split("\n")]


def delimiter_of(sample: str) -> str:
    """The character that parts the most lines into the same number of cells, of , ; tab and |."""
    lines = [line for line in sample.splitlines()[:200] if line.strip()]
    best, score = ",", 0.0
    for delimiter in ",;\t|":
        counts = [len(_cells(line, delimiter)) for line in lines]
        usual = max(set(counts), key=counts.count, default=1)
        agreeing = counts.count(usual) / max(len(counts), 1)
        if usual > 1 and agreeing * min(usual, 30) > score:
            best, score = delimiter, agreeing * min(usual, 30)
    return best
