"""Supervisors who listen in: the channel of such a phone is nobody's call; that it listens and its end are told.

It is known by its id, which the link gives it: live, after a gap, and in the PBX's own records.
"""

from collections.abc import Container

from callwright.telephony.asterisk.channels import LISTENER, is_listener
from callwright.telephony.asterisk.state import Book
from callwright.telephony.events import ListeningBegan, ListeningEnded


def note_listener(book: Book, uid: str, linked: str, name: str) -> bool:
    """Whether the channel belongs to somebody who listens in; theirs is remembered."""
    if is_listener(uid):
        if not book.is_gone(uid):
            book.state.listeners[uid] = name
        return True
    return is_listener(linked)  # a phone that sends its calls on: the loop behind it


def begin_listener(book: Book, uid: str) -> None:
    """The phone is up: picked up just now, or found so after a gap."""
    if uid in book.state.listeners:
        book.out.append(ListeningBegan(pbx=book.pbx, at=book.now, listening=uid.removeprefix(LISTENER)))


def end_listener(book: Book, uid: str) -> None:
    """The phone hung up, or whom it listened to did."""
    if book.state.listeners.pop(uid, None) is not None:
        book.forget(uid)
        book.out.append(ListeningEnded(pbx=book.pbx, at=book.now, listening=uid.removeprefix(LISTENER)))


def end_listeners(book: Book, *, but: Container[str] = ()) -> None:
    """Those whose channels are not among these are over."""
    for uid in [uid for uid in book.state.listeners if uid not in but]:
        end_listener(book, uid)
