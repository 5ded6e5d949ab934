"""Calls that a gap hid, from the PBX's own records: CEL where there is one, else CDR. Pure: rows in, events out."""

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import msgspec

from callwright.telephony.asterisk.cel import CelReader, CelRow, csv_rows, seconds_of
from callwright.telephony.asterisk.channels import (
    ChannelKind,
    TranslatorConfig,
    clean_exten,
    clean_number,
    dialled_number,
    is_listener,
    kind_of,
    read_name,
)
from callwright.telephony.asterisk.state import NEVER
from callwright.telephony.asterisk.translate import Translator
from callwright.telephony.events import (
    CallEnded,
    CallEvent,
    CallMerged,
    CallRetold,
    CallStarted,
    CallTransferred,
    Direction,
    LegAnswered,
    LegEnded,
    LegKind,
    LegResult,
    LegRinging,
    QueueJoined,
    QueueLeft,
    TalkEnded,
    TalkStarted,
)

# cdr_csv.conf: Master.csv with loguniqueid, loguserfield and newcdrcolumns; older files end earlier
CDR_COLUMNS = (
    *("accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata"),
    *("start", "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield"),
    *("peeraccount", "linkedid", "sequence"),
)
# CEL's times differ from those of the live messages by milliseconds, more on a busy PBX
_SLACK = timedelta(seconds=5)
# events that are told apart by their time: said again with another time they would be doubled
_BY_TIME = (CallTransferred, TalkStarted, TalkEnded, QueueJoined, QueueLeft)
_RESULTS = {
    "ANSWERED": LegResult.ANSWERED,
    "NO ANSWER": LegResult.NO_ANSWER,
    "NOANSWER": LegResult.NO_ANSWER,
    "BUSY": LegResult.BUSY,
}


def cel_events(
    pbx: str,
    config: TranslatorConfig,
    rows: Iterable[CelRow],
    *,
    since: datetime,
    until: datetime,
    known: Container[str] = frozenset(),
) -> list[CallEvent]:
    """Events of the calls that ended between `since`, the beginning of the gap, and `until` (UTC).

    `rows` must reach back to the beginning of those calls. They name calls and legs as the live link does. Of calls
    in `known` (keys that the register has) talk, transfers and queues are told only from `since` on.
    """
    events = all_events(pbx, config, rows)
    ended = {event.call for event in events if isinstance(event, CallEnded) and since - _SLACK <= event.at <= until}
    merged = {event.call: event.into for event in events if isinstance(event, CallMerged)}
    told = []
    for event in events:
        call = _final(event.call, merged)
        repeats = call in known and event.at <= since and isinstance(event, _BY_TIME)
        if call in ended and not repeats:
            told.append(event)
    return told


def cel_retold(
    pbx: str, config: TranslatorConfig, rows: Iterable[CelRow], *, since: datetime, until: datetime
) -> list[list[CallEvent]]:
    """The whole course of each call that a gap from `since` to `until` (UTC) touched and that is over, told anew.

    Calls that became one are told together. Calls whose beginning the records do not have are left out.
    """
    events = all_events(pbx, config, rows)
    merged = {event.call: event.into for event in events if isinstance(event, CallMerged)}
    groups: dict[str, list[CallEvent]] = {}
    for event in events:
        groups.setdefault(_final(event.call, merged), []).append(event)
    return [
        [*(CallRetold(pbx=pbx, at=told[0].at, call=key) for key in dict.fromkeys(event.call for event in told)), *told]
        for main, told in groups.items()
        if told[0].at <= until and any(e.call == main and isinstance(e, CallStarted) for e in told)
        and any(e.call == main and isinstance(e, CallEnded) and e.complete and e.at >= since for e in told)
    ]  # fmt: skip


def all_events(pbx: str, config: TranslatorConfig, rows: Iterable[CelRow]) -> list[CallEvent]:
    """What the live link would have told of the calls of these rows."""
    translator = Translator(pbx, config)
    events: list[CallEvent] = []
    for message in CelReader(config, rows).messages():  # each has its time
        events += [event for event in translator.feed(message, NEVER) if isinstance(event, CallEvent)]
    return events


def _final(key: str, merged: Mapping[str, str]) -> str:
    while key in merged:
        key = merged[key]
    return key


class CdrRow(msgspec.Struct, frozen=True):
    call: str
    src: str
    dst: str
    channel: str
    dstchannel: str
    lastapp: str
    lastdata: str
    start: datetime
    answer: datetime | None
    end: datetime
    disposition: str


def read_cdr_csv(lines: Iterable[str], zone: tzinfo = UTC) -> Iterator[CdrRow]:
    """Rows of cdr-csv/Master.csv, whose times are in `zone` (UTC with usegmtime); a damaged line is left out."""
    for cells in csv_rows(lines):
        if row := read_cdr_record(dict(zip(CDR_COLUMNS, cells, strict=False)), zone):
            yield row


def read_cdr_record(record: Mapping[str, Any], zone: tzinfo = UTC) -> CdrRow | None:
    """A row of a CDR table by column names, uniqueid standing in for linkedid; None without times or uniqueid, and of
    supervisors who listened in.
    """
    start = _moment(record.get("start") or record.get("calldate"), zone)
    end = _moment(record.get("end"), zone)
    uid = str(record.get("uniqueid") or "")
    call = str(record.get("linkedid") or uid)
    if start is None or end is None or not uid or is_listener(call) or is_listener(uid):
        return None
    return CdrRow(
        call=call,
        src=str(record.get("src") or ""),
        dst=str(record.get("dst") or ""),
        channel=str(record.get("channel") or ""),
        dstchannel=str(record.get("dstchannel") or ""),
        lastapp=str(record.get("lastapp") or ""),
        lastdata=str(record.get("lastdata") or ""),
        start=start,
        answer=_moment(record.get("answer"), zone),
        end=end,
        disposition=str(record.get("disposition") or ""),
    )


def _moment(value: object, zone: tzinfo) -> datetime | None:
    if isinstance(value, str) and value and not value.replace(".", "").isdigit():
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    seconds = seconds_of(value)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def cdr_events(
    pbx: str,
    config: TranslatorConfig,
    rows: Iterable[CdrRow],
    *,
    since: datetime,
    until: datetime,
    known: Container[str] = frozenset(),
) -> list[CallEvent]:
    """Events of the calls that ended between `since` and `until` (UTC), to the second and without who hung up.

    For calls in `known` (keys that the register has) only the end is told: CDR names legs differently than the live
    link, so telling them again would double them.
    """
    calls: dict[str, list[CdrRow]] = {}
    for row in rows:
        calls.setdefault(row.call, []).append(row)
    events: list[CallEvent] = []
    for key, own in calls.items():
        own.sort(key=lambda row: (row.start, row.end))
        end = max(row.end for row in own)
        if since <= end <= until:
            if key not in known:
                events += _call_of(pbx, config, key, own)
            voicemail = own[-1].lastapp == "VoiceMail"
            events.append(CallEnded(pbx=pbx, at=end, call=key, voicemail=voicemail))
    return events


def _call_of(pbx: str, config: TranslatorConfig, key: str, rows: list[CdrRow]) -> Iterator[CallEvent]:
    first = rows[0]
    caller = read_name(first.channel)
    called = [kind_of(read_name(row.dstchannel), config) for row in rows if row.dstchannel]
    inbound = kind_of(caller, config) is ChannelKind.TRUNK
    outbound = not inbound and ChannelKind.TRUNK in called
    direction = Direction.INBOUND if inbound else Direction.OUTBOUND if outbound else Direction.INTERNAL
    yield CallStarted(
        pbx=pbx,
        at=first.start,
        call=key,
        direction=direction,
        from_number=clean_number(first.src) if inbound else caller.endpoint,
        to_number=clean_exten(first.dst),
        dialled_number=clean_exten(first.dst),
        extension=None if inbound else caller.endpoint,
        trunk=caller.endpoint if inbound else "",
    )
    for number, row in enumerate(rows):
        yield from _leg_of(pbx, config, row, f"{key}~{number}")


def _leg_of(pbx: str, config: TranslatorConfig, row: CdrRow, leg: str) -> Iterator[CallEvent]:
    parts = read_name(row.dstchannel)
    kind = kind_of(parts, config)
    if kind not in (ChannelKind.TRUNK, ChannelKind.EXTENSION):
        return
    outside = kind is ChannelKind.TRUNK
    number = dialled_number(row.lastdata.partition(",")[0], parts.endpoint) if outside else parts.endpoint
    yield LegRinging(
        pbx=pbx,
        at=row.start,
        call=row.call,
        leg=leg,
        party=number or row.dst,
        kind=LegKind.NUMBER if outside else LegKind.EXTENSION,
        queue=row.lastdata.partition(",")[0] if row.lastapp == "Queue" else "",
    )
    if row.answer is not None:
        yield LegAnswered(pbx=pbx, at=row.answer, call=row.call, leg=leg)
        yield TalkStarted(pbx=pbx, at=row.answer, call=row.call)
        yield TalkEnded(pbx=pbx, at=row.end, call=row.call)
    result = LegResult.ANSWERED if row.answer else _RESULTS.get(row.disposition, LegResult.FAILED)
    yield LegEnded(pbx=pbx, at=row.end, call=row.call, leg=leg, result=result)
