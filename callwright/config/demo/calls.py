"""Loads invented calls through the same rules and rows as real ones, many at a time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db import transaction

from callwright.calls.operations.describe import Described, Projected, describe
from callwright.calls.operations.ensure_partitions import ensure_partitions, month_of
from callwright.calls.operations.stored_calls import save
from callwright.calls.projection import project
from callwright.calls.rules import fold
from callwright.contacts.operations.note_spoken import Spoken, note_spoken
from callwright.telephony.events import AnyCallEvent
from callwright.telephony.queries.pbxs import pbxs_by_slug

_BATCH = 1_000


def load_calls(calls: Iterable[list[AnyCallEvent]], *, pbx: str, now: datetime) -> int:
    """Writes whole calls of one PBX into an empty register, without telling open pages; returns how many."""
    facts = pbxs_by_slug({pbx})[pbx]
    count = 0
    spoken: dict[tuple[int, int, str], Spoken] = {}
    for batch in _batches(iter(calls)):
        ensure_partitions({month_of(events[0].at) for events in batch})
        states = [fold(events) for events in batch]
        with transaction.atomic():
            described = describe([Projected(facts, state, project(state)) for state in states], now=now)
            save(
                calls=[one.call for one in described],
                legs=[leg for one in described for leg in one.legs],
                facts=[(one.account_id, one.id, state) for one, state in zip(described, states, strict=True)],
                now=now,
            )
        for one in described:
            if (latest := _spoken(one)) is not None:
                spoken[latest.account_id, latest.contact_id, latest.number] = latest  # calls come in order of time
        count += len(batch)
    note_spoken(list(spoken.values()))
    return count


def _batches(calls: Iterator[list[AnyCallEvent]]) -> Iterator[list[list[AnyCallEvent]]]:
    while batch := list(islice(calls, _BATCH)):
        yield batch


def _spoken(one: Described) -> Spoken | None:
    answered_at, contact_id = one.view.answered_at, one.call["contact_id"]
    if answered_at is None or contact_id is None:
        return None
    return Spoken(account_id=one.account_id, contact_id=contact_id, number=one.call["client_number"], at=answered_at)
