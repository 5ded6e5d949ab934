"""Who else acts when contacts get or lose numbers, in the same transaction: layers above, connected at the start."""

from collections.abc import Callable, Sequence
from datetime import datetime

NumbersListener = Callable[[int, int, Sequence[str], datetime], None]
_listeners: dict[str, NumbersListener] = {}


def connect_numbers(name: str, listener: NumbersListener) -> None:
    """`listener(account_id, contact_id, numbers, now)` hears which numbers a contact got or lost."""
    _listeners[name] = listener


def tell_numbers(account_id: int, contact_id: int, numbers: Sequence[str], now: datetime) -> None:
    """Hands numbers (E.164) that came to a contact, or left it, to all listeners."""
    for listener in _listeners.values():
        listener(account_id, contact_id, numbers, now)
