"""CEL, the PBX's own protocol of channel events, read as the messages that the PBX would have sent. Pure.

What a gap hid is so told by the same state machine that reads live traffic.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from callwright.telephony.asterisk.channels import ChannelKind, TranslatorConfig, kind_of, read_name
from callwright.telephony.asterisk.protocol import Message

# cel_custom.conf: Asterisk's own sample line, and the columns of its tables
COLUMNS = (
    *("eventtype", "eventtime", "cid_name", "cid_num", "cid_ani", "cid_rdnis", "cid_dnid", "exten", "context"),
    *("channame", "appname", "appdata", "amaflags", "accountcode", "uniqueid", "linkedid", "peer", "userfield"),
    *("userdeftype", "extra"),
)
_DIALLERS = ("Dial", "Queue")
_SOON_S = 1.0
_AT_ONCE_S = 0.25  # phones stop to ring when the caller hangs up
_EARLIEST_S, _LATEST_S = 0, 4e9


class CelRow(msgspec.Struct, frozen=True):
    event: str
    at: float  # seconds since 1970
    channel: str
    uid: str
    linked: str
    number: str
    name: str
    exten: str
    app: str
    appdata: str
    extra: dict[str, Any]


def read_cel_csv(lines: Iterable[str]) -> Iterator[CelRow]:
    """Rows of cel-custom/Master.csv; a line that is no such row (cut off, damaged) is left out."""
    for cells in csv_rows(lines):
        if len(cells) >= len(COLUMNS) and (row := read_cel_record(dict(zip(COLUMNS, cells, strict=False)))):
            yield row


def csv_rows(lines: Iterable[str]) -> Iterator[list[str]]:
    """Rows of a CSV file, without those that cannot be read (a line torn by a crash, a field of absurd length)."""
    reader = csv.reader(line.replace("\0", "") for line in lines)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue


def read_cel_record(record: Mapping[str, Any]) -> CelRow | None:
    """A row of a CEL table (cel_pgsql, cel_odbc) by column names; None if it has no time or channel."""
    at = seconds_of(record.get("eventtime"))
    uid = str(record.get("uniqueid") or record.get("uniqueID") or "")
    if at is None or not uid:
        return None
    return CelRow(
        event=str(record.get("eventtype") or record.get("eventname") or ""),
        at=at,
        channel=str(record.get("channame") or ""),
        uid=uid,
        linked=str(record.get("linkedid") or uid),
        number=str(record.get("cid_num") or ""),
        name=str(record.get("cid_name") or ""),
        exten=str(record.get("exten") or ""),
        app=str(record.get("appname") or ""),
        appdata=str(record.get("appdata") or ""),
        extra=_extra(record.get("extra")),
    )


def seconds_of(value: object) -> float | None:
    """Seconds since 1970 of a number, a datetime, or "2026-11-21 16:47:21.215920" in UTC."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    try:
        seconds = float(str(value))
        return seconds if _EARLIEST_S < seconds < _LATEST_S else None
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _extra(value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    try:
        found = json.loads(str(value or "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class CelReader:
    """Turns rows, in the order in which they were written, into messages."""

    def __init__(self, config: TranslatorConfig, rows: Iterable[CelRow]) -> None:
        self._config = config
        self._rows = list(rows)
        self._out: list[Message] = []
        self._dialler: dict[str, CelRow] = {}  # by linkedid: who runs Dial or Queue now
        self._legs: dict[str, list[str]] = {}  # by linkedid: channels rung and neither answered nor gone
        self._queued: set[str] = set()
        self._told: set[tuple[str, str]] = set()
        self._asked = self._who_asked()
        # a channel is born without its number, which its later rows carry
        self._dials: dict[str, list[CelRow]] = {}
        for row in self._rows:
            if row.app == "Dial":
                self._dials.setdefault(row.linked, []).append(row)
        self._uids = {row.channel: row.uid for row in self._rows}
        self._numbers = {row.uid: row.number for row in reversed(self._rows) if row.number}

    def messages(self) -> list[Message]:
        handlers: dict[str, Callable[[CelRow], None]] = {
            "CHAN_START": self._chan_start,
            "ANSWER": self._answer,
            "APP_START": self._app_start,
            "APP_END": self._app_end,
            "BRIDGE_ENTER": self._bridge_enter,
            "BRIDGE_EXIT": self._bridge_exit,
            "HANGUP": self._hangup,
            "BLINDTRANSFER": self._blind,
            "ATTENDEDTRANSFER": self._attended,
            "FORWARD": self._forward,
            "PICKUP": self._pickup,
            "PARK_START": self._park_start,
            "PARK_END": self._park_end,
        }
        for index, row in enumerate(self._rows):
            self._application(row)
            if index in self._asked.values():
                self._tell(row, "HangupRequest", Cause=str(row.extra.get("hangupcause", 16)))
            if handler := handlers.get(row.event):
                handler(row)
        return self._out

    def _who_asked(self) -> dict[str, int]:
        """By channel that hung up by itself: the row before which it asked, its last way out of a bridge or its end."""
        asked: dict[str, int] = {}
        last_exit: dict[str, int] = {}
        last_start: dict[str, int] = {}
        for index, row in enumerate(self._rows):
            if row.event == "BRIDGE_EXIT":
                last_exit[row.uid] = index
            elif row.event == "CHAN_START":
                last_start[row.linked] = index
            elif row.event == "HANGUP" and row.extra.get("hangupsource") == row.channel:
                out = last_exit.get(row.uid)
                # a call that went on elsewhere after the bridge, to a colleague's phone, was hung up there
                near = (
                    out is not None and row.at - self._rows[out].at < _SOON_S and last_start.get(row.linked, -1) < out
                )
                asked[row.uid] = out if near and out is not None else index
        return asked

    def _tell(self, row: CelRow, event: str, **fields: str) -> None:
        known = {"Event": event, "Timestamp": repr(row.at), "Channel": row.channel, "Uniqueid": row.uid}
        self._out.append(Message(event, {**known, "Linkedid": row.linked, **fields}))

    def _application(self, row: CelRow) -> None:
        if row.app == "VoiceMail" and (row.uid, "VoiceMail") not in self._told:
            self._told.add((row.uid, "VoiceMail"))
            self._tell(row, "Newexten", Application="VoiceMail", AppData=row.appdata)
        if row.uid == row.linked and row.number and (row.uid, row.number) not in self._told:
            self._told.add((row.uid, row.number))
            self._tell(row, "NewCallerid", CallerIDNum=row.number)

    def _chan_start(self, row: CelRow) -> None:
        parts = read_name(row.channel)
        kind = kind_of(parts, self._config)
        is_root = row.uid == row.linked
        rung = kind is ChannelKind.EXTENSION and row.exten in ("", "s") if is_root else kind is not ChannelKind.LOCAL
        self._tell(
            row,
            "Newchannel",
            ChannelState="0" if rung else "4",
            CallerIDNum=row.number,
            CallerIDName=row.name,
            Exten=row.exten,
        )
        if not rung or kind is ChannelKind.VIRTUAL:
            return
        fields = {"DestChannel": row.channel, "DestUniqueid": row.uid, "DestLinkedid": row.linked}
        dialler = None if is_root else self._dialler.get(row.linked)
        string = "" if dialler is None else self._dial_string(row, parts.endpoint)
        known = {
            "Uniqueid": "" if dialler is None else dialler.uid,
            "Channel": "" if dialler is None else dialler.channel,
        }
        self._tell(
            row, "DialBegin", **fields, **known, DialString=string, DestCallerIDNum=self._numbers.get(row.uid, "")
        )
        self._legs.setdefault(row.linked, []).append(row.uid)

    def _dial_string(self, row: CelRow, endpoint: str) -> str:
        """What was dialled to reach this channel. A second Dial has no APP_START, only later rows name it."""
        dials = [other for other in self._dials.get(row.linked, []) if other.at >= row.at]
        dials += [other for other in reversed(self._dials.get(row.linked, [])) if other.at < row.at]
        return next((found for other in dials if (found := _segment(other.appdata, endpoint))), "")

    def _answer(self, row: CelRow) -> None:
        ringing = self._legs.get(row.linked, [])
        if row.uid not in ringing:
            return
        ringing.remove(row.uid)
        dialler = self._dialler.get(row.linked)
        self._tell(row, "DialEnd", DestUniqueid=row.uid, DialStatus="ANSWER", Uniqueid=dialler.uid if dialler else "")
        if dialler is not None and dialler.uid in self._queued:
            self._tell(row, "AgentConnect", Uniqueid=dialler.uid)

    def _app_start(self, row: CelRow) -> None:
        if row.app in _DIALLERS:
            self._dialler[row.linked] = row
        if row.app == "Queue":
            self._queued.add(row.uid)
            self._tell(row, "QueueCallerJoin", Queue=row.appdata.partition(",")[0])

    def _app_end(self, row: CelRow) -> None:
        if row.app == "Queue" and row.uid in self._queued:
            self._queued.discard(row.uid)
            self._tell(row, "QueueCallerAbandon", Queue=row.appdata.partition(",")[0])

    def _bridge_enter(self, row: CelRow) -> None:
        if row.app == "ConfBridge":
            self._tell(row, "ConfbridgeJoin", Conference=row.appdata.partition(",")[0])
        if row.uid in self._queued:
            self._tell(row, "AgentConnect")
        bridge = {"BridgeUniqueid": str(row.extra.get("bridge_id", ""))}
        self._tell(row, "BridgeEnter", **bridge, BridgeTechnology=str(row.extra.get("bridge_technology", "")))

    def _bridge_exit(self, row: CelRow) -> None:
        if row.app == "ConfBridge":
            self._tell(row, "ConfbridgeLeave", Conference=row.appdata.partition(",")[0])
        self._tell(row, "BridgeLeave", BridgeUniqueid=str(row.extra.get("bridge_id", "")))

    def _hangup(self, row: CelRow) -> None:
        given = row.extra.get("hangupcause")
        cause = given if isinstance(given, int) else 0
        ringing = self._legs.get(row.linked, [])
        if row.uid in ringing:
            ringing.remove(row.uid)
            if status := self._status(row, cause):
                self._tell(row, "DialEnd", DestUniqueid=row.uid, DialStatus=status, Uniqueid=row.linked)
        self._tell(row, "Hangup", Cause=str(cause))
        dialler = self._dialler.get(row.linked)
        if dialler is not None and dialler.uid == row.uid:
            del self._dialler[row.linked]

    def _status(self, row: CelRow, cause: int) -> str:
        """How ringing ended. Asterisk gives cause 0 to phones that it stopped ringing itself, for whatever reason."""
        if cause in (17, 21):
            return "BUSY"
        if cause != 0:
            return ""
        asked = self._asked.get(row.linked)
        gave_up = asked is not None and abs(self._rows[asked].at - row.at) < _AT_ONCE_S
        return "" if gave_up else "NOANSWER"

    def _blind(self, row: CelRow) -> None:
        self._tell(
            row,
            "BlindTransfer",
            Result="Success",
            TransfererUniqueid=row.uid,
            TransfererLinkedid=row.linked,
            Extension=str(row.extra.get("extension", "")),
        )

    def _attended(self, row: CelRow) -> None:
        self._tell(
            row,
            "AttendedTransfer",
            Result="Success",
            OrigTransfererUniqueid=row.uid,
            OrigTransfererLinkedid=row.linked,
            SecondTransfererUniqueid=str(row.extra.get("channel2_uniqueid", "")),
            TransferTargetUniqueid=str(row.extra.get("transfer_target_channel_uniqueid", "")),
        )

    def _forward(self, row: CelRow) -> None:
        ringing = self._legs.get(row.linked, [])
        if ringing:
            fields = {"DestUniqueid": ringing.pop(), "Uniqueid": row.uid, "DialStatus": "CANCEL"}
            self._tell(row, "DialEnd", **fields, Forward=str(row.extra.get("forward", "")))

    def _pickup(self, row: CelRow) -> None:
        picker = str(row.extra.get("pickup_channel_uniqueid", ""))
        self._tell(row, "Pickup", Uniqueid=picker, TargetUniqueid=row.uid)

    def _park_start(self, row: CelRow) -> None:
        lot = str(row.extra.get("parking_space") or row.extra.get("parking_lot") or "")
        self._tell(row, "ParkedCall", ParkeeUniqueid=row.uid, ParkingSpace=lot)

    def _park_end(self, row: CelRow) -> None:
        reason = str(row.extra.get("reason", ""))
        retriever = self._uids.get(str(row.extra.get("retriever", "")), "")
        event = reason if reason in ("ParkedCallTimeOut", "ParkedCallGiveUp") else "UnParkedCall"
        self._tell(row, event, ParkeeUniqueid=row.uid, RetrieverUniqueid=retriever)


def _segment(appdata: str, endpoint: str) -> str:
    """Of "PJSIP/101&PJSIP/79990001122@trunk,30,tT" the part that leads to this endpoint."""
    parts = appdata.partition(",")[0].split("&")
    return next((part for part in parts if part.endswith(f"@{endpoint}") or f"/{endpoint}/" in part), "")
