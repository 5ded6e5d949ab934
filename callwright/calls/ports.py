"""Who else acts on the change of a call, in the same transaction: layers above, connected when the program starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from callwright.calls.projection import CallView


@dataclass(frozen=True, slots=True)
class CallChange:
    """A call as it was and is. `after` and `row` are None for a call that ceased, because it became part of another;
    `row` holds the columns of its row. `account_before` and `day_before` differ from the row's where it moved.
    """

    account_id: int
    id: UUID
    before: CallView | None
    after: CallView | None
    row: dict[str, Any] | None
    account_before: int | None = None
    day_before: date | None = None


Listener = Callable[[Sequence[CallChange], datetime], None]
_listeners: dict[str, Listener] = {}


def connect_listener(name: str, listener: Listener) -> None:
    """`listener` hears of all changes of a batch at once; the last one connected under a name counts."""
    _listeners[name] = listener


def tell(changes: Sequence[CallChange], now: datetime) -> None:
    """Hands the changes to all listeners, in the caller's transaction. What a listener raises undoes the batch."""
    if changes:
        for listener in _listeners.values():
            listener(changes, now)
