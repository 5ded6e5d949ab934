"""Who else acts on the change of a call, in the same transaction: layers above, connected when the program starts."""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from callwright.calls.operations.named_calls import NamedCalls
from callwright.calls.projection import CallView
from callwright.staff.queries.rights import Viewer


@dataclass(frozen=True, slots=True)
class CallChange:
    """A call as it was and is. `after` and `row` are None for a call that ceased, because it became part of another,
    `into` (account, id), which has what people said of it and may itself be as it was; `row` holds the columns of its
    row. `account_before` and `day_before` differ from the row's where it moved.
    """

    account_id: int
    id: UUID
    before: CallView | None
    after: CallView | None
    row: dict[str, Any] | None
    account_before: int | None = None
    day_before: date | None = None
    into: tuple[int, UUID] | None = None


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


Removal = Callable[[int, Sequence[UUID]], None]
_removals: dict[str, Removal] = {}


def connect_removal(name: str, listener: Removal) -> None:
    """`listener(account_id, call_ids)` takes away what it keeps of calls that are removed or made anonymous (CALL-16),
    in the transaction that does so; files go when it commits. Calls it knows nothing of are passed over.
    """
    _removals[name] = listener


def tell_removed(account_id: int, ids: Sequence[UUID]) -> None:
    """Hands calls that are about to go to all listeners. What a listener raises keeps the calls."""
    if ids:
        for listener in _removals.values():
            listener(account_id, ids)


Report = Callable[[int, Sequence[UUID]], list[dict[str, Any]]]
_reports: dict[str, Report] = {}


def connect_report(name: str, describe: Report) -> None:
    """`describe(account_id, call_ids)` says what else is kept of calls, as rows of plain JSON values: each becomes part
    `name` ("recordings") of what a person is given of their data.
    """
    _reports[name] = describe


def reports_of(account_id: int, ids: Sequence[UUID]) -> dict[str, list[dict[str, Any]]]:
    """What all layers above keep of these calls, by the name of the part."""
    return {name: describe(account_id, ids) for name, describe in _reports.items()}


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is kept of a call: its name among all that a person is given, its size in bytes, when it began.
    `pieces` reads it, and writes down that it was given out; raises OSError, before the first piece where it is gone
    (FileNotFoundError). `left_out` says in words why it may not be given; empty where it may.
    """

    call_id: UUID
    name: str
    size: int
    began_at: datetime | None
    pieces: Callable[[], Generator[bytes, None, None]]
    left_out: str = ""


Files = Callable[[Viewer, int, Sequence[UUID]], Iterable[KeptFile]]
_files: dict[str, Files] = {}


def connect_files(name: str, files: Files) -> None:
    """`files(viewer, account_id, call_ids)` are those kept of calls, which a person is given of their data if the
    viewer may have them.
    """
    _files[name] = files


def files_of(viewer: Viewer, account_id: int, ids: Sequence[UUID]) -> Iterator[KeptFile]:
    """What all layers above keep of these calls in files."""
    for files in _files.values():
        yield from files(viewer, account_id, ids)


@dataclass(frozen=True, slots=True)
class ErasedPerson:
    """Who is erased in an account: their numbers (E.164 and as received), names and addresses, as texts to look for.
    `touched_ids` are calls of others, in which they were a party.
    """

    account_id: int
    call_ids: Sequence[UUID]
    texts: Sequence[str]
    touched_ids: Sequence[UUID] = ()


Erasure = Callable[[ErasedPerson, datetime], None]
_erasures: dict[str, Erasure] = {}


def connect_erasure(name: str, listener: Erasure) -> None:
    """`listener(person, now)` takes away what it keeps of a person who is erased beside what `connect_removal` covers
    (lines of imported files, texts), in the transaction that erases them.
    """
    _erasures[name] = listener


def tell_erased(person: ErasedPerson, now: datetime) -> None:
    for listener in _erasures.values():
        listener(person, now)


Counted = Callable[[Collection[tuple[int, date]]], None]
_counted: dict[str, Counted] = {}


def connect_counted(name: str, listener: Counted) -> None:
    """`listener(days)` hears of days (account id, day) whose calls changed, when the worker adds them up anew, in the
    transaction that does so.
    """
    _counted[name] = listener


def tell_counted(days: Collection[tuple[int, date]]) -> None:
    for listener in _counted.values():
        listener(days)


Contacted = Callable[[int, UUID], None]
_contacted: dict[str, Contacted] = {}


def connect_contact(name: str, listener: Contacted) -> None:
    """`listener(account_id, call_id)` hears of a call that is over and has another contact, or another category of it,
    because a person said so, in the transaction that keeps it.
    """
    _contacted[name] = listener


def tell_contact(account_id: int, call_id: UUID) -> None:
    for listener in _contacted.values():
        listener(account_id, call_id)


Loaded = Callable[[NamedCalls, datetime], None]
_loaded: dict[str, Loaded] = {}


def connect_loaded(name: str, listener: Loaded) -> None:
    """`listener(calls, now)` hears of finished calls that were loaded or put back at once, past `connect_listener`, in
    the transaction that does so. There may be very many: one statement, or one note for the worker.
    """
    _loaded[name] = listener


def tell_loaded(calls: NamedCalls, now: datetime) -> None:
    for listener in _loaded.values():
        listener(calls, now)


_before_finals: dict[str, Callable[[], None]] = {}


def connect_before_final(name: str, listener: Callable[[], None]) -> None:
    """`listener()` works off what waits to be added up, before days are made final: in transactions of its own, so that
    what is left for `connect_final` is little.
    """
    _before_finals[name] = listener


def tell_before_final() -> None:
    for listener in _before_finals.values():
        listener()


Final = Callable[[date, Collection[int] | None], None]
_finals: dict[str, Final] = {}


def connect_final(name: str, listener: Final) -> None:
    """`listener(until, account_ids)` makes what it has added up of the days up to `until` final, of these accounts
    (None: all): their calls are about to be removed or made anonymous, with all that is kept of them.
    """
    _finals[name] = listener


def tell_final(until: date, account_ids: Collection[int] | None) -> None:
    for listener in _finals.values():
        listener(until, account_ids)
