"""CEL rows of one call, told by the reader and the state machine that also read what a gap of the link hid."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime

from callwright.calls.facts import CallState
from callwright.calls.intake import storable
from callwright.calls.rules import absorb, note
from callwright.imports.reading.found import BadRow
from callwright.imports.reading.times import BadTime, Clock, began_at
from callwright.telephony.asterisk.cel import CelRow, read_cel_record
from callwright.telephony.asterisk.channels import TranslatorConfig
from callwright.telephony.asterisk.repair import all_events
from callwright.telephony.events import CallMerged

_JUST_NOW_S = 120.0
_OTHERS = ("channel2_uniqueid", "transfer_target_channel_uniqueid", "pickup_channel_uniqueid")


def cel_row(record: Mapping[str, str], clock: Clock, after: datetime | None = None) -> CelRow:
    """A row by column names; `after`: of the row before it in the same call. Raises BadRow."""
    written = record.get("eventtime", "")
    try:
        at = clock.moment(written, hint=began_at(record.get("linkedid") or record.get("uniqueid", "")), after=after)
    except BadTime as error:
        raise BadRow(error.reason, "eventtime", written) from error
    if at is None:
        raise BadRow("cell_missing", "eventtime")
    row = read_cel_record({**record, "eventtime": at})
    if row is None:
        raise BadRow("key_missing", "uniqueid")
    return row


def without_repeats(rows: Sequence[CelRow]) -> list[CelRow]:
    """Rows that came twice, from files that overlap, once."""
    return list({(row.event, row.at, row.uid, row.app, row.appdata, repr(row.extra)): row for row in rows}.values())


def tokens(row: CelRow) -> list[str]:
    """What joins the rows of a call, and of the consultation calls that became part of it."""
    found = [row.linked, row.uid]
    if row.extra:
        found += [value for name in _OTHERS if isinstance(value := row.extra.get(name), str) and value]
    return found


def may_go_on(rows: Sequence[CelRow], newest: datetime) -> bool:
    """Whether the next file may have more rows of a call that has ended, in a file whose last row is of `newest`."""
    return max(row.at for row in rows) >= newest.timestamp() - _JUST_NOW_S


def cel_calls(pbx: str, config: TranslatorConfig, rows: Sequence[CelRow]) -> list[tuple[CallState, list[str]]]:
    """The calls of rows that belong together; those whose beginning or end is not among them are left out: without the
    birth of its first channel a call would be told as less than it was. Each with its keys: its own first, then those
    of consultation calls that became part of it.
    """
    born = {row.uid for row in rows if row.event == "CHAN_START"}
    states: dict[str, CallState] = {}
    into: dict[str, str] = {}
    ordered = sorted(without_repeats(rows), key=lambda row: row.at)
    for event in all_events(pbx, config, ordered):
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
    return [one for one in found.values() if _is_whole(one[0]) and one[0].key in born]


def cut_calls(rows: Sequence[CelRow], told: Container[str]) -> list[str]:
    """Of rows that belong together, the calls beside those `told` of which the beginning or the end is missing. Others
    are none: what the PBX did by itself.
    """
    cut = []
    for linked in dict.fromkeys(row.linked for row in rows):
        own = [] if linked in told else [row for row in rows if row.linked == linked]
        begins = any(row.event == "CHAN_START" and row.uid == linked for row in own)
        ends = any(row.event == "LINKEDID_END" or (row.event == "CHAN_END" and row.uid == linked) for row in own)
        if own and not (begins and ends):
            cut.append(linked)
    return cut


def _is_whole(state: CallState) -> bool:
    return state.started_at is not None and state.ending is not None and state.ending.complete


def _final(key: str, into: Mapping[str, str]) -> str:
    seen = {key}
    while key in into and into[key] not in seen:
        key = into[key]
        seen.add(key)
    return key
