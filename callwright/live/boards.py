"""Boards: what many screens show of what happens now, worked out once for all who look at the same.

A board is a set of named values. A screen is given all of them when it comes, then only those that changed, a few times
a second at most, however much happens and however many screens there are.
"""

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import Error as DatabaseError

from callwright.live.access import in_thread
from callwright.live.client import Client
from callwright.live.topics import Listener, Rule, declare

log = logging.getLogger("callwright.live")

PAINT_EVERY_S = 0.4
BEAT_EVERY_S = 10.0
"""A screen that hears nothing for longer knows that what it shows is old."""

_REST = 4  # times as long as it took
_AWAY_S = 2.0

Group = Hashable
State = Mapping[str, Any]
WorkOut = Callable[[Sequence[Group], float], Mapping[Group, State]]


@dataclass(frozen=True, slots=True)
class Board:
    prefix: str
    of: frozenset[str]
    group: Callable[[Listener, str, str], Group]
    work_out: WorkOut


_boards: dict[str, Board] = {}


def declare_board(
    prefix: str,
    *,
    of: Iterable[str],
    group: Callable[[Listener, str, str], Group],
    work_out: WorkOut,
    rule: Rule,
) -> None:
    """`prefix` and `prefix:rest` carry a board to those whom `rule` allows, after changes on the topics `of` and at
    least every `BEAT_EVERY_S`.

    `group(listener, rest, language)` says who sees the same; `work_out(groups, since)` gives the values of each group
    by their names, as JSON can hold them. It is called in a thread that may use the database, once for all groups; a
    group that it leaves out is shown nothing. What it gives must have been read after `since` (`time.monotonic`): what
    was read before may lack the very change that is told.
    """
    declare(prefix, rule)
    _boards[prefix] = Board(prefix, frozenset(of), group, work_out)


def _board_of(topic: str) -> Board | None:
    return _boards.get(topic.partition(":")[0])


class Boards:
    """The boards of one process."""

    def __init__(self) -> None:
        self._listening: dict[str, set[Client]] = defaultdict(set)
        self._due: set[str] = set()
        self._wake = asyncio.Event()
        self._last: dict[tuple[str, Group], State] = {}
        self._told: dict[tuple[Client, str], Group] = {}
        self._beat_at: dict[str, float] = {}
        self._away: set[str] = set()

    def note(self, topic: str) -> None:
        """Something changed on the topic."""
        if not self._listening:
            return
        for board in _boards.values():
            if topic in board.of:
                self._due.add(board.prefix)
                self._wake.set()

    def begin(self, client: Client) -> None:
        for topic in client.topics:
            if (board := _board_of(topic)) is not None:
                self._listening[topic].add(client)
                self._due.add(board.prefix)
                self._wake.set()

    def end(self, client: Client) -> None:
        for topic in client.topics:
            self._told.pop((client, topic), None)
            if topic in self._listening:
                self._listening[topic].discard(client)
                if not self._listening[topic]:
                    del self._listening[topic]

    async def tell_for_ever(self) -> None:
        """Most of the time is rest, however long it takes to work a board out."""
        clock = asyncio.get_running_loop().time
        while True:
            try:
                async with asyncio.timeout(BEAT_EVERY_S / 4):
                    await self._wake.wait()
            except TimeoutError:
                self._beat()
            began = clock()
            await self.tell()
            await asyncio.sleep(max(PAINT_EVERY_S, _REST * (clock() - began), _AWAY_S if self._away else 0))

    def _beat(self) -> None:
        now = time.monotonic()
        prefixes = {board.prefix for topic in self._listening if (board := _board_of(topic)) is not None}
        self._due |= {one for one in prefixes if now - self._beat_at.get(one, 0.0) >= BEAT_EVERY_S * 0.7}

    async def tell(self) -> None:
        """Works out the boards that are due, and sends what changed."""
        due, self._due = self._due, set()
        self._wake.clear()
        since = time.monotonic()
        for prefix in due:
            groups = self._groups(_boards[prefix])
            self._last = {key: state for key, state in self._last.items() if key[0] != prefix or key[1] in groups}
            if groups:
                await self._tell(_boards[prefix], groups, since)

    def _groups(self, board: Board) -> dict[Group, list[tuple[str, Client]]]:
        groups: dict[Group, list[tuple[str, Client]]] = defaultdict(list)
        for topic, clients in self._listening.items():
            if _board_of(topic) is board:
                for client in clients:
                    groups[_group(board, topic, client)].append((topic, client))
        return groups

    async def _tell(self, board: Board, groups: dict[Group, list[tuple[str, Client]]], since: float) -> None:
        try:
            states = await in_thread(board.work_out, list(groups), since)
        except DatabaseError as error:
            log.warning("The board %r could not be worked out, next try soon: %s", board.prefix, error)
            self._say_away(board, groups)
            return
        except Exception:
            log.exception("The board %r could not be worked out; screens keep what they have", board.prefix)
            return
        self._away.discard(board.prefix)
        self._beat_at[board.prefix] = time.monotonic()
        for group, listening in groups.items():
            if group in states:
                self._send(board, group, states[group], listening)

    def _say_away(self, board: Board, groups: dict[Group, list[tuple[str, Client]]]) -> None:
        self._due.add(board.prefix)
        self._wake.set()
        if board.prefix not in self._away:
            self._away.add(board.prefix)
            for listening in groups.values():
                for topic, client in listening:
                    client.put(_message(topic, {"away": True}))

    def _send(self, board: Board, group: Group, state: State, listening: list[tuple[str, Client]]) -> None:
        before = self._last.get((board.prefix, group))
        self._last[board.prefix, group] = state
        known = before or {}
        news = {"set": {name: value for name, value in state.items() if name not in known or known[name] != value}}
        gone = [name for name in known if name not in state]
        if gone:
            news["gone"] = gone  # type: ignore[assignment]
        made: dict[tuple[str, bool], bytes] = {}
        for topic, client in listening:
            if _group(board, topic, client) != group:  # its rights changed meanwhile
                self._due.add(board.prefix)
                self._wake.set()
                continue
            is_new = before is None or self._told.get((client, topic)) != group
            if (topic, is_new) not in made:
                made[topic, is_new] = _message(topic, {"all": True, "set": dict(state)} if is_new else news)
            if not client.closed:
                self._told[client, topic] = group
                client.put(made[topic, is_new])


def _group(board: Board, topic: str, client: Client) -> Group:
    return board.group(client.listener, topic.partition(":")[2], client.language)


def _message(topic: str, data: dict[str, Any]) -> bytes:
    told = {"topic": topic, "name": "board", "key": "", "data": {**data, "at": round(time.time() * 1000)}}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return f"event: live\ndata: {text}\n\n".encode()  # no id: it is no place to go on from
