"""Rows gathered into calls while a file streams by: rows that share a token belong together."""

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

Row = TypeVar("Row")


class Group(Generic[Row]):
    __slots__ = ("last", "open", "rows", "tokens")

    def __init__(self) -> None:
        self.rows: list[tuple[int, Row]] = []
        self.tokens: list[str] = []
        self.last = 0  # 0: no line of this file is in it
        self.open: set[str] = set()  # channels of which the end is still to come


class Groups(Generic[Row]):
    """Groups in the order of their last rows. `window`: how many lines after its last row a group waits for more.

    Lines below 0 are those that an earlier file left: groups that have no others are never told.
    """

    def __init__(self, window: int, *, longest: int = 0) -> None:
        self._window, self._longest = window, longest or window
        self._by_token: dict[str, Group[Row]] = {}
        self._groups: dict[int, Group[Row]] = {}

    def add(self, line: int, tokens: Sequence[str], row: Row) -> Group[Row]:
        group: Group[Row] | None = None
        for token in tokens:
            other = self._by_token.get(token)
            if other is None or other is group:
                continue
            group = other if group is None else self._join(group, other)
        if group is None:
            group = Group()
        else:
            del self._groups[id(group)]
        self._groups[id(group)] = group  # at the end: ordered by last row
        for token in tokens:
            if self._by_token.get(token) is not group:
                self._by_token[token] = group
                group.tokens.append(token)
        group.rows.append((line, row))
        group.last = max(line, group.last)
        return group

    def _join(self, group: Group[Row], other: Group[Row]) -> Group[Row]:
        if len(other.rows) > len(group.rows):
            group, other = other, group
        group.rows = sorted(group.rows + other.rows, key=lambda one: one[0])
        group.last = max(group.last, other.last)
        group.tokens += other.tokens
        group.open |= other.open
        for token in other.tokens:
            self._by_token[token] = group
        del self._groups[id(other)]
        return group

    def complete(self, line: int) -> Iterator[list[tuple[int, Row]]]:
        """Takes out the groups that nothing is to be added to any more, now that `line` was read."""
        due = []
        for group in self._groups.values():
            if group.last == 0:
                continue
            if group.last > line - self._window:
                break
            if not group.open or group.last <= line - self._longest:
                due.append(group)
        yield from self._take(due)

    def rest(self) -> Iterator[list[tuple[int, Row]]]:
        yield from self._take(list(self._groups.values()))

    def _take(self, groups: list[Group[Row]]) -> Iterator[list[tuple[int, Row]]]:
        for group in groups:
            del self._groups[id(group)]
            for token in group.tokens:
                self._by_token.pop(token, None)
            if group.last:
                yield group.rows

    def held(self) -> list[int]:
        """The lines of this file that are still here."""
        return sorted(line for group in self._groups.values() for line, _ in group.rows if line > 0)
