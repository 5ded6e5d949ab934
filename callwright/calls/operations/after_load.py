"""What is worked out anew when many finished calls were loaded at once, past `apply_events` and its listeners."""

from datetime import datetime

from callwright.calls.operations import follow_up_changes, forget_erased, rollup_changes, too_long_changes
from callwright.calls.operations.named_calls import named_calls
from callwright.calls.ports import tell_loaded


def after_load(relation: str, *, now: datetime, has_states: bool = False) -> None:
    """`relation` names a table (account_id bigint, id uuid) of this transaction that holds the calls' keys.
    `has_states`: missed calls were written as open.
    """
    calls = named_calls(relation)
    if calls is None:
        return
    forget_erased.note_loaded(calls, now=now)
    follow_up_changes.note_loaded(calls, now=now, has_states=has_states)
    too_long_changes.note_loaded(calls, now=now)
    rollup_changes.note_loaded(calls, now=now)
    tell_loaded(calls, now)
