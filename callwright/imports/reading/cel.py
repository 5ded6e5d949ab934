"""CEL rows of one call, told by the reader and the state machine that also read what a gap of the link hid."""

from collections.abc import Mapping, Sequence

from callwright.calls.facts import CallState
from callwright.calls.intake import storable
from callwright.calls.rules import absorb, note
from callwright.imports.reading.found import BadRow
from callwright.imports.reading.times import BadTime, Clock
from callwright.telephony.asterisk.cel import CelRow, read_cel_record
from callwright.telephony.asterisk.channels import TranslatorConfig
from callwright.telephony.asterisk.repair import all_events
from callwright.telephony.events import CallMerged

_OTHERS = ("channel2_uniqueid", "transfer_target_channel_uniqueid", "pickup_channel_uniqueid")


def cel_row(record: Mapping[str, str], clock: Clock) -> CelRow:
    """A row by column names. Raises BadRow."""
    written = record.get("eventtime", "")
    try:
        at = clock.moment(written)
    except BadTime as error:
        raise BadRow(error.reason, "eventtime", written) from error
    if at is None:
        raise BadRow("cell_missing", "eventtime")
    row = read_cel_record({**record, "eventtime": at})
    if row is None:
        raise BadRow("key_missing", "uniqueid")
    return row


def tokens(row: CelRow) -> list[str]:
    """What joins the rows of a call, and of the consultation calls that became part of it."""
    found = [row.linked, row.uid]
    if row.extra:
        found += [value for name in _OTHERS if isinstance(value := row.extra.get(name), str) and value]
    return found


def cel_calls(pbx: str, config: TranslatorConfig, rows: Sequence[CelRow]) -> list[tuple[CallState, list[str]]]:
    """The calls of rows that belong together; those whose beginning or end is not among them are left out. Each
    with its keys: its own first, then those of consultation calls that became part of it.
    """
    states: dict[str, CallState] = {}
    into: dict[str, str] = {}
    for event in all_events(pbx, config, sorted(rows, key=lambda row: row.at)):
        event = storable(event)
        if isinstance(event, CallMerged):
            into[event.call] = event.into
            continue
        state = states.get(event.call)
        if state is None:
            state = states[event.call] = CallState(pbx=pbx, key=event.call)
        note(state, event)
    found: dict[str, tuple[CallState, list[str]]] = {}
    for key, state in states.items():
        if key not in into or into[key] not in states:
            found[key] = (state, [key])
    for key in into:
        main = _final(key, into)
        if main in found and key in states and main != key:
            absorb(found[main][0], states[key])
            found[main][1].append(key)
    return [one for one in found.values() if _is_whole(one[0])]


def _is_whole(state: CallState) -> bool:
    return state.started_at is not None and state.ending is not None and state.ending.complete


def _final(key: str, into: Mapping[str, str]) -> str:
    seen = {key}
    while key in into and into[key] not in seen:
        key = into[key]
        seen.add(key)
    return key
