"""The CDR rows of one call, told as events: what Asterisk's summary lines can say of legs, queues and mailboxes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from callwright.imports.reading.found import BadRow, key_of
from callwright.imports.reading.times import BadTime, Clock, began_at, seconds_in
from callwright.telephony import events as e
from callwright.telephony.asterisk.channels import (
    ChannelKind,
    ChannelName,
    TranslatorConfig,
    clean_exten,
    clean_name,
    clean_number,
    dialled_number,
    kind_of,
    read_name,
)

_NAME = re.compile(r'^\s*"?(.*?)"?\s*<[^<>]*>\s*$')
_RESULTS = {"BUSY": e.LegResult.BUSY, "NO ANSWER": e.LegResult.NO_ANSWER, "NOANSWER": e.LegResult.NO_ANSWER}
_SECOND = timedelta(seconds=1)
_JUST_NOW, _LONG_AGO = timedelta(minutes=2), timedelta(hours=4)


class Cdr(msgspec.Struct):
    line: int
    uid: str
    linked: str
    src: str
    dst: str
    did: str
    name: str
    channel: str
    dstchannel: str
    lastapp: str
    lastdata: str
    start: datetime
    answer: datetime | None
    end: datetime
    disposition: str
    sequence: int


def cdr_row(line: int, record: Mapping[str, str], clock: Clock) -> Cdr:
    """A row by column names. Raises BadRow."""
    uid = key_of(record.get("uniqueid", ""))
    channel = record.get("channel", "").strip()
    if not uid and not record.get("linkedid"):
        raise BadRow("key_missing", "uniqueid")
    if not channel:
        raise BadRow("cell_missing", "channel")
    start = _time(record, "start", clock, began_at(uid), None)
    if start is None:
        raise BadRow("cell_missing", "start")
    disposition = record.get("disposition", "").strip().upper()
    answer = _time(record, "answer", clock, 0.0, start) if "answer" in record else None
    end = _time(record, "end", clock, 0.0, answer or start) if "end" in record else None
    if end is None:
        end = start + timedelta(seconds=_seconds(record, "duration") or 0.0)
    if answer is None and "answer" not in record and disposition == "ANSWERED":
        answer = end - timedelta(seconds=_seconds(record, "billsec") or 0.0)
    if end < start - _SECOND or (answer is not None and not start - _SECOND <= answer <= end + _SECOND):
        raise BadRow("times_crossed", "end", record.get("end", ""))
    sequence = record.get("sequence", "").strip()
    return Cdr(
        line=line,
        uid=uid,
        linked=key_of(record.get("linkedid", "")),
        src=record.get("src", ""),
        dst=record.get("dst", "").strip(),
        did=record.get("did", "").strip(),
        name=_name(record.get("clid", "")) or record.get("cnam", ""),
        channel=channel,
        dstchannel=record.get("dstchannel", "").strip(),
        lastapp=record.get("lastapp", "").strip(),
        lastdata=record.get("lastdata", "").strip(),
        start=start,
        answer=answer,
        end=end,
        disposition=disposition,
        sequence=int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0,
    )


def _time(record: Mapping[str, str], column: str, clock: Clock, hint: float, after: datetime | None) -> datetime | None:
    text = record.get(column, "")
    try:
        return clock.moment(text, hint=hint, after=after)
    except BadTime as error:
        raise BadRow(error.reason, column, text) from error


def _seconds(record: Mapping[str, str], column: str) -> float | None:
    try:
        return seconds_in(record.get(column, ""))
    except ValueError as error:
        raise BadRow("not_a_duration", column, record.get(column, "")) from error


def _name(clid: str) -> str:
    found = _NAME.match(clid)
    return found[1].strip() if found else ""


def tokens(row: Cdr) -> list[str]:
    """What this row shares with the others of its call: the linkedid, else uniqueid and halves of Local channels."""
    if row.linked:
        return [row.linked]
    halves = [name.rpartition(";")[0] for name in (row.channel, row.dstchannel) if name.startswith("Local/")]
    return [row.uid, *(f"/{half}" for half in halves if half)]


def may_go_on(rows: Sequence[Cdr], newest: datetime) -> bool:
    """Whether the next file may have more rows of the call of `rows`, in a file whose last row ended at `newest`: they
    ended just now, or the row of whoever called, which is written last, is not among them.
    """
    last = max(row.end for row in rows)
    if last >= newest - _JUST_NOW:
        return True
    if last < newest - _LONG_AGO:
        return False
    if rows[0].linked:
        return all(row.uid != row.linked for row in rows)
    names = {name for row in rows for name in (row.channel, row.dstchannel) if name.startswith("Local/")}
    return any(f"{name[:-1]}{'2' if name[-1] == '1' else '1'}" not in names for name in names)


def without_repeats(rows: Sequence[Cdr]) -> list[Cdr]:
    """Rows that came twice, from files that overlap, once."""
    return list({msgspec.structs.astuple(row)[1:]: row for row in rows}.values())


def cdr_events(pbx: str, config: TranslatorConfig, rows: Sequence[Cdr]) -> list[e.CallEvent]:
    """`rows` are all rows of one call."""
    ordered = sorted(rows, key=_order) if len(rows) > 1 else list(rows)
    root = _root(ordered, config)
    key = root.linked or root.uid
    end = max(row.end for row in rows)
    told: list[e.CallEvent] = [_started(pbx, key, root, config)]
    legs = list(_legs(pbx, key, ordered, config))
    told += legs
    told += _queues(pbx, key, ordered, legs, end)
    last = max((row for row in ordered if row.channel == root.channel), key=lambda row: (row.start, row.sequence))
    told.append(e.CallEnded(pbx=pbx, at=end, call=key, voicemail=last.lastapp == "VoiceMail"))
    return told


def _order(row: Cdr) -> tuple[Any, ...]:
    """As they happened; of the same second, the older channel first. The same for the lines of a file in any order."""
    counter = row.uid.rpartition(".")[2]
    age = int(counter) if counter.isdecimal() and len(counter) < 12 else 0
    return (row.start, row.sequence, row.end, age, row.uid, row.channel, row.dstchannel, row.lastapp, row.lastdata)


def _kind(channel: str, config: TranslatorConfig) -> tuple[ChannelName, ChannelKind]:
    """What a channel is does not follow from the number behind its name, and there are few names."""
    name, dash, number = channel.rpartition("-")
    return _kind_of_name(f"{name}-0" if dash and number.isalnum() else channel, config)


@lru_cache(maxsize=8_192)
def _kind_of_name(channel: str, config: TranslatorConfig) -> tuple[ChannelName, ChannelKind]:
    name = read_name(channel)
    return name, kind_of(name, config)


def _root(rows: Sequence[Cdr], config: TranslatorConfig) -> Cdr:
    """The row of whoever began the call: a real channel, the one after which the call is named where it is there."""
    if len(rows) == 1:
        return rows[0]
    real = [row for row in rows if _kind(row.channel, config)[1] in (ChannelKind.TRUNK, ChannelKind.EXTENSION)]
    named = [row for row in real if row.uid == row.linked]
    return (named or real or list(rows))[0]


def _started(pbx: str, key: str, root: Cdr, config: TranslatorConfig) -> e.CallStarted:
    caller, kind = _kind(root.channel, config)
    called = _kind(root.dstchannel, config)[1] if root.dstchannel else None
    inbound = kind is ChannelKind.TRUNK
    outbound = not inbound and (called is ChannelKind.TRUNK or (called is None and not config.is_extension(root.dst)))
    outbound = outbound and any(sign.isdecimal() for sign in root.dst) and len(root.dst) > 3
    direction = e.Direction.INBOUND if inbound else e.Direction.OUTBOUND if outbound else e.Direction.INTERNAL
    number = clean_number(root.src) if inbound else caller.endpoint[:20]
    dialled = root.did or clean_exten(root.dst)
    to = config.outside_number(dialled) if outbound and dialled else dialled
    return e.CallStarted(
        pbx=pbx,
        at=root.start,
        call=key,
        direction=direction,
        from_number=number,
        from_name=clean_name(root.name, number) if inbound and number else "",
        to_number=to,
        dialled_number=to,
        extension=None if inbound else caller.endpoint[:20],
        trunk=caller.endpoint if inbound else "",
    )


def _legs(pbx: str, key: str, rows: Sequence[Cdr], config: TranslatorConfig) -> Iterator[e.CallEvent]:
    """One leg per channel that was rung, however many rows tell of it."""
    by_channel: dict[str, list[Cdr]] = {}
    for row in rows:
        if row.dstchannel and _kind(row.dstchannel, config)[1] in (ChannelKind.TRUNK, ChannelKind.EXTENSION):
            by_channel.setdefault(row.dstchannel, []).append(row)
    talks = [(row.answer, row.end) for own in by_channel.values() for row in own if row.answer]
    answers, over = [start for start, _ in talks], max(row.end for row in rows)
    for start, end in _merged(talks):
        yield e.TalkStarted(pbx=pbx, at=start, call=key)
        yield e.TalkEnded(pbx=pbx, at=end, call=key)
    for channel, own in by_channel.items():
        name, kind = _kind(channel, config)
        first, last = own[0], max(own, key=lambda row: row.end)
        answer = min((row.answer for row in own if row.answer), default=None)
        outside = kind is ChannelKind.TRUNK
        number = dialled_number(first.lastdata.partition(",")[0], name.endpoint) if outside else name.endpoint[:20]
        leg = key_of(f"~{channel}")
        queue = _queue_of(first) or next((_queue_of(row) for row in rows if first.channel.startswith("Local/")), "")
        yield e.LegRinging(
            pbx=pbx, at=first.start, call=key, leg=leg, party=number or first.dst or name.endpoint,
            kind=e.LegKind.NUMBER if outside else e.LegKind.EXTENSION, queue=queue,
        )  # fmt: skip
        if answer is not None:
            yield e.LegAnswered(pbx=pbx, at=answer, call=key, leg=leg)
        result = e.LegResult.ANSWERED if answer else _unanswered(last, answers, over)
        yield e.LegEnded(pbx=pbx, at=last.end, call=key, leg=leg, result=result)


def _merged(talks: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    for start, end in sorted(talks):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _unanswered(row: Cdr, answers: Sequence[datetime], over: datetime) -> e.LegResult:
    if row.disposition in ("NO ANSWER", "NOANSWER") and any(abs(at - row.end) <= _SECOND for at in answers):
        return e.LegResult.ANSWERED_ELSEWHERE
    if row.disposition in ("NO ANSWER", "NOANSWER") and row.lastapp == "Dial":
        patience = row.lastdata.split(",")[1] if row.lastdata.count(",") else ""
        if patience.isdecimal() and row.end - row.start < timedelta(seconds=int(patience[:6]) - 1):
            return e.LegResult.CANCELLED
    if row.disposition in ("NO ANSWER", "NOANSWER") and row.lastapp == "Queue" and row.end == over:
        return e.LegResult.CANCELLED
    return _RESULTS.get(row.disposition, e.LegResult.FAILED)


def _queue_of(row: Cdr) -> str:
    return row.lastdata.partition(",")[0][:80] if row.lastapp == "Queue" else ""


def _queues(
    pbx: str, key: str, rows: Sequence[Cdr], legs: Sequence[e.CallEvent], end: datetime
) -> Iterator[e.CallEvent]:
    """How long the caller waited in each queue: until a phone answered, or until the last row of that queue ended."""
    visits: dict[str, list[Cdr]] = {}
    for row in rows:
        if queue := _queue_of(row):
            visits.setdefault(queue, []).append(row)
    answered = [event.at for event in legs if isinstance(event, e.LegAnswered)]
    for queue, own in visits.items():
        joined, over = min(row.start for row in own), max(row.end for row in own)
        yield e.QueueJoined(pbx=pbx, at=joined, call=key, queue=queue)
        reached = min((at for at in answered if joined <= at <= over), default=None)
        later = any(row.start >= over and not _queue_of(row) for row in rows if row.channel == own[0].channel)
        if reached is not None:
            yield e.QueueLeft(pbx=pbx, at=reached, call=key, queue=queue, result=e.QueueResult.CONNECTED)
        elif later or over < end - _SECOND:
            yield e.QueueLeft(pbx=pbx, at=over, call=key, queue=queue, result=e.QueueResult.TIMEOUT)
        else:
            yield e.QueueLeft(pbx=pbx, at=over, call=key, queue=queue, result=e.QueueResult.ABANDONED)
