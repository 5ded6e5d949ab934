"""Rows that are a call each: FreeSWITCH's csv, the own CSV, and any other CSV whose columns a person named."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec

from callwright.imports.reading.found import BadRow, key_of
from callwright.imports.reading.times import BadTime, Clock, seconds_in
from callwright.telephony import events as e
from callwright.telephony.asterisk.channels import TranslatorConfig, clean_number

_Q850 = {
    "UNALLOCATED_NUMBER": 1, "NO_ROUTE_TRANSIT_NET": 2, "NO_ROUTE_DESTINATION": 3, "NORMAL_CLEARING": 16,
    "USER_BUSY": 17, "NO_USER_RESPONSE": 18, "NO_ANSWER": 19, "SUBSCRIBER_ABSENT": 20, "CALL_REJECTED": 21,
    "NUMBER_CHANGED": 22, "DESTINATION_OUT_OF_ORDER": 27, "INVALID_NUMBER_FORMAT": 28, "NORMAL_UNSPECIFIED": 31,
    "NORMAL_CIRCUIT_CONGESTION": 34, "NETWORK_OUT_OF_ORDER": 38, "NORMAL_TEMPORARY_FAILURE": 41,
    "SWITCH_CONGESTION": 42, "RECOVERY_ON_TIMER_EXPIRE": 102,
}  # fmt: skip
_DIRECTIONS = {
    "inbound": "inbound", "in": "inbound", "incoming": "inbound", "i": "inbound", "inkomend": "inbound",
    "bejövő": "inbound", "eingehend": "inbound", "وارد": "inbound", "outbound": "outbound", "out": "outbound",
    "outgoing": "outbound", "o": "outbound", "uitgaand": "outbound", "kimenő": "outbound", "ausgehend": "outbound",
    "صادر": "outbound", "internal": "internal", "local": "internal", "intern": "internal", "belső": "internal",
    "داخلي": "internal",
}  # fmt: skip
_STATUSES = {
    "answered": "answered", "answer": "answered", "connected": "answered", "completed": "answered",
    "beantwoord": "answered", "fogadott": "answered", "missed": "missed", "no answer": "missed", "noanswer": "missed",
    "unanswered": "missed", "gemist": "missed", "nem fogadott": "missed", "abandoned": "abandoned",
    "busy": "busy", "bezet": "busy", "foglalt": "busy", "failed": "failed", "congestion": "failed",
    "mislukt": "failed", "sikertelen": "failed", "voicemail": "voicemail",
}  # fmt: skip
_RESULTS = {
    "busy": e.LegResult.BUSY, "failed": e.LegResult.FAILED, "abandoned": e.LegResult.CANCELLED,
}  # fmt: skip
_JUST_NOW, _LONG_AGO = timedelta(minutes=2), timedelta(minutes=10)
_SIDES = {"caller": e.Side.CALLER, "agent": e.Side.AGENT, "system": e.Side.SYSTEM}


class Plain(msgspec.Struct):
    """A call in one row. `also`: keys of other rows that are about the same call."""

    line: int
    key: str
    start: datetime
    answer: datetime | None
    end: datetime
    direction: str
    status: str
    from_number: str
    from_name: str
    to: str
    dialled: str
    extension: str
    queue: str
    transferred_to: str
    hangup_by: str
    cause: int | None
    also: str = ""


def own_row(
    line: int, record: Mapping[str, str], clock: Clock, config: TranslatorConfig, content: Sequence[str] = ()
) -> Plain:
    """A row of the own CSV; `content`: its cells, known or not. Raises BadRow."""
    start = _start(record, clock)
    answer = _time(record, "answered", clock, start)
    talk, wait = _seconds(record, "talk_s"), _seconds(record, "wait_s")
    wait = wait if wait is not None else _seconds(record, "ring_s")
    status = _word(record, "status", _STATUSES)
    if answer is None and status != "voicemail" and (status == "answered" or (not status and talk)):
        answer = start + timedelta(seconds=wait or 0.0)
    end = _end(record, clock, start, answer, talk, wait)
    if end < start or (answer is not None and not start <= answer <= end):
        raise BadRow("times_crossed", "ended", record.get("ended", ""))
    if answer is not None and status not in ("", "answered"):
        raise BadRow("status_and_answer", "status", record.get("status", ""))
    numbers = [record.get(name, "").strip() for name in ("from", "to", "line")]
    direction = _word(record, "direction", _DIRECTIONS) or _direction(numbers[0], numbers[1] or numbers[2], config)
    extension = (record.get("answered_by", "") or record.get("extension", "")).strip()[:20]
    return Plain(
        line=line,
        key=key_of(record.get("key", "")) or content_key(content),
        start=start,
        answer=answer,
        end=end,
        direction=direction,
        status=status or ("answered" if answer else "missed"),
        from_number=numbers[0],
        from_name=record.get("from_name", "").strip(),
        to=numbers[1] or numbers[2],
        dialled=numbers[2] or numbers[1],
        extension=extension,
        queue=record.get("queue", "").strip(),
        transferred_to=record.get("transferred_to", "").strip(),
        hangup_by=record.get("hangup_by", "").strip().lower(),
        cause=_cause(record.get("cause", "")),
    )


def freeswitch_row(line: int, record: Mapping[str, str], clock: Clock, config: TranslatorConfig) -> Plain:
    """A row of cdr_csv. Raises BadRow."""
    key = key_of(record.get("uuid", ""))
    if not key:
        raise BadRow("key_missing", "uuid")
    end = _moment(record, "end_stamp", clock, None)
    if end is None:
        raise BadRow("cell_missing", "end_stamp")
    answer = _moment(record, "answer_stamp", clock, None)
    start = _moment(record, "start_stamp", clock, None) or answer or end
    if not start <= end or (answer is not None and not start <= answer <= end):
        raise BadRow("times_crossed", "end_stamp", record.get("end_stamp", ""))
    source = (record.get("caller_id_number") or record.get("ani", "")).strip()
    to = record.get("destination_number", "").strip()
    cause = _Q850.get(record.get("hangup_cause", "").strip())
    voicemail = record.get("last_app", "") == "voicemail"
    status = "voicemail" if voicemail else "answered" if answer else {17: "busy"}.get(cause or 0, "missed")
    return Plain(
        line=line,
        key=key,
        start=start,
        answer=None if voicemail else answer,
        end=end,
        direction=_direction(source, to, config),
        status=status,
        from_number=source,
        from_name=record.get("caller_id_name", "").strip(),
        to=to,
        dialled=to,
        extension="",
        queue="",
        transferred_to="",
        hangup_by="",
        cause=cause,
        also=key_of(record.get("bleg_uuid", "") or _bond(record)),
    )


def _bond(record: Mapping[str, str]) -> str:
    """Of the template opencdrrate, in which both legs name one another: that of the caller names the one called."""
    return record.get("signal_bond", "") if record.get("direction", "") == "inbound" else ""


def plain_events(pbx: str, row: Plain, config: TranslatorConfig) -> list[e.CallEvent]:
    """The events of a call that is one row."""
    outbound, internal = row.direction == "outbound", row.direction == "internal"
    caller = row.from_number[:20] if outbound or internal else ""
    if outbound and not config.is_extension(caller):
        caller = row.extension or caller
    base: dict[str, Any] = {"pbx": pbx, "call": row.key}
    number = clean_number(row.from_number)
    told: list[e.CallEvent] = [
        e.CallStarted(
            **base, at=row.start, direction=e.Direction(row.direction), from_number=caller or number,
            from_name="" if outbound else row.from_name, to_number=row.to or None, dialled_number=row.dialled or None,
            extension=caller or None,
        )
    ]  # fmt: skip
    if row.queue:
        told.append(e.QueueJoined(**base, at=row.start, queue=row.queue))
        result = {"answered": e.QueueResult.CONNECTED, "abandoned": e.QueueResult.ABANDONED}
        left = result.get(row.status, e.QueueResult.TIMEOUT)
        told.append(e.QueueLeft(**base, at=row.answer or row.end, queue=row.queue, result=left))
    told += _leg(base, row, config)
    if row.answer is not None:
        told += [e.TalkStarted(**base, at=row.answer), e.TalkEnded(**base, at=row.end)]
    if row.transferred_to:
        kind = e.TransferKind.BLIND
        told.append(e.CallTransferred(**base, at=row.answer or row.end, kind=kind, to=row.transferred_to))
    voicemail = row.status == "voicemail"
    side = _SIDES.get(row.hangup_by)
    told.append(e.CallEnded(**base, at=row.end, hangup_by=side, cause=row.cause, voicemail=voicemail))
    return told


def _leg(base: dict[str, Any], row: Plain, config: TranslatorConfig) -> list[e.CallEvent]:
    outbound = row.direction == "outbound"
    party = row.to if outbound else row.extension or (row.to if config.is_extension(row.to) else "")
    if not party:
        if row.status != "busy":
            return []
        party = row.to or row.dialled or "?"
    kind = e.LegKind.NUMBER if outbound else e.LegKind.EXTENSION
    leg = key_of(f"~{base['call']}")
    events: list[e.CallEvent] = [
        e.LegRinging(
            **base, at=row.start, leg=leg, party=party[:20] if not outbound else party, kind=kind, queue=row.queue
        )
    ]
    if row.answer is not None:
        events.append(e.LegAnswered(**base, at=row.answer, leg=leg))
    result = e.LegResult.ANSWERED if row.answer else _RESULTS.get(row.status, e.LegResult.NO_ANSWER)
    return [*events, e.LegEnded(**base, at=row.end, leg=leg, result=result, cause=row.cause)]


def _start(record: Mapping[str, str], clock: Clock) -> datetime:
    if "started" in record or "date" not in record:
        start = _moment(record, "started", clock, None)
    else:
        joined = {"date": f"{record['date'].strip()} {record.get('time', '').strip()}".strip()}
        start = _moment(joined, "date", clock, None)
    if start is None:
        raise BadRow("cell_missing", "started" if "started" in record else "date")
    return start


def _end(
    record: Mapping[str, str],
    clock: Clock,
    start: datetime,
    answer: datetime | None,
    talk: float | None,
    wait: float | None,
) -> datetime:
    if (end := _time(record, "ended", clock, answer or start)) is not None:
        return end
    if (whole := _seconds(record, "duration_s")) is not None:
        told = start + timedelta(seconds=whole)
        # many phone systems call the talk time duration
        return told if answer is None or told >= answer else answer + timedelta(seconds=whole)
    if answer is not None:
        return answer + timedelta(seconds=talk or 0.0)
    return start + timedelta(seconds=wait or 0.0)


def _time(record: Mapping[str, str], column: str, clock: Clock, after: datetime) -> datetime | None:
    """Of a column that may hold the time of day alone."""
    text = record.get(column, "").strip()
    if len(text) in (5, 7, 8) and text.count(":") and text[0].isdecimal() and text[-1].isdecimal() and "date" in record:
        text = f"{record['date'].strip()} {text}"
    return _moment({column: text}, column, clock, after)


def _moment(record: Mapping[str, str], column: str, clock: Clock, after: datetime | None) -> datetime | None:
    text = record.get(column, "")
    try:
        return clock.moment(text, after=after)
    except BadTime as error:
        raise BadRow(error.reason, column, text) from error


def _seconds(record: Mapping[str, str], column: str) -> float | None:
    try:
        return seconds_in(record.get(column, ""))
    except ValueError as error:
        raise BadRow("not_a_duration", column, record.get(column, "")) from error


def _word(record: Mapping[str, str], column: str, words: Mapping[str, str]) -> str:
    text = record.get(column, "").strip()
    if text and text.lower().replace("_", " ") not in words:
        raise BadRow("unknown_word", column, text)
    return words[text.lower().replace("_", " ")] if text else ""


def _direction(source: str, to: str, config: TranslatorConfig) -> str:
    if config.is_extension(source):
        return "internal" if config.is_extension(to) else "outbound"
    return "inbound"


def _cause(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 4 and int(text) < 200 else _Q850.get(text)


def content_key(cells: Sequence[str]) -> str:
    """For rows without a key: the same row always has the same one, whatever its columns were said to mean."""
    told = "\x1f".join(cell.strip() for cell in cells)
    return "row-" + blake2b(told.encode("utf-8", "replace"), digest_size=12).hexdigest()


def may_go_on(rows: Sequence[Plain], newest: datetime) -> bool:
    """Whether the next file may have the other leg of a call of FreeSWITCH."""
    keys = {row.key for row in rows}
    others = {row.also for row in rows if row.also}
    last = max(row.end for row in rows)
    return last >= newest - _JUST_NOW or (last >= newest - _LONG_AGO and not others <= keys)
