"""The PBX's own records: CDRs and CELs as Asterisk's cdr_csv and cel_custom write them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from callwright.telephony.fake.channel import Channel

ZERO = ""


def stamp(at: float | None) -> str:
    """Seconds in UTC (usegmtime = yes); nothing for a time that never came."""
    return ZERO if at is None else datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%d %H:%M:%S")


@dataclass(slots=True)
class Cdr:
    """One record: what channel A did with one party, or with nobody. Times are epoch seconds."""

    channel: str
    uniqueid: str
    linkedid: str
    source: str
    destination: str
    context: str
    caller_name: str
    start: float
    sequence: int
    other: str = ""
    app: str = ""
    data: str = ""
    answer: float | None = None
    end: float = 0.0
    disposition: str = "NO ANSWER"
    userfield: str = ""
    did: str = ""

    def answered(self, now: float, up_at: float | None) -> None:
        """Counts from the moment the calling channel itself was answered, as Asterisk does after a transfer."""
        self.answer = now if up_at is None else max(self.start, up_at)
        self.disposition = "ANSWERED"

    @property
    def caller_id(self) -> str:
        return f'"{self.caller_name}" <{self.source}>' if self.caller_name else self.source

    @property
    def duration(self) -> int:
        return int(self.end - self.start)

    @property
    def billed(self) -> int:
        return 0 if self.answer is None else int(self.end - self.answer)

    def fields(self) -> list[tuple[str, str]]:
        """The fields of the Cdr event, in Asterisk's order."""
        return [
            ("AccountCode", ""),
            ("Source", self.source),
            ("Destination", self.destination),
            ("DestinationContext", self.context),
            ("CallerID", self.caller_id),
            ("Channel", self.channel),
            ("DestinationChannel", self.other),
            ("LastApplication", self.app),
            ("LastData", self.data),
            ("StartTime", stamp(self.start)),
            ("AnswerTime", stamp(self.answer)),
            ("EndTime", stamp(self.end)),
            ("Duration", str(self.duration)),
            ("BillableSeconds", str(self.billed)),
            ("Disposition", self.disposition),
            ("AMAFlags", "DOCUMENTATION"),
            ("UniqueID", self.uniqueid),
            ("UserField", self.userfield),
            ("LinkedID", self.linkedid),
            ("Sequence", str(self.sequence)),
            ("DID", self.did),
            ("QueueStatus", ""),
            ("PeerAccount", ""),
        ]

    def csv(self) -> str:
        texts = ["", self.source, self.destination, self.context, self.caller_id, self.channel, self.other]
        texts += [self.app, self.data]
        times = [stamp(self.start), stamp(self.answer), stamp(self.end)]
        parts = [quoted(t) for t in texts] + [quoted(t) if t else "" for t in times]
        parts += [str(self.duration), str(self.billed)]
        parts += [quoted(t) for t in (self.disposition, "DOCUMENTATION", self.uniqueid, self.userfield)]
        # newcdrcolumns = yes: PeerAccount, LinkedID, Sequence.
        parts += [quoted(""), quoted(self.linkedid), str(self.sequence)]
        return ",".join(parts) + "\n"


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class Cel:
    name: str
    at: float
    channel: Channel
    peer: str = ""
    extra: str = ""

    def fields(self) -> list[tuple[str, str]]:
        """The fields of the CEL event, in Asterisk's order."""
        c, fresh = self.channel, self.name == "CHAN_START"
        return [
            ("EventName", self.name),
            ("AccountCode", ""),
            ("CallerIDnum", c.caller_num),
            ("CallerIDname", c.caller_name),
            ("CallerIDani", "" if fresh else c.caller_num),
            ("CallerIDrdnis", ""),
            ("CallerIDdnid", "" if fresh else c.dnid),
            ("Exten", c.exten),
            ("Context", c.context),
            ("Channel", c.name),
            ("Application", c.app),
            ("AppData", c.app_data),
            ("EventTime", stamp(self.at)),
            ("AMAFlags", "DOCUMENTATION"),
            ("UniqueID", c.uniqueid),
            ("LinkedID", c.linkedid),
            ("Userfield", ""),
            ("Peer", self.peer),
            ("PeerAccount", ""),
            ("Extra", self.extra),
        ]

    def csv(self) -> str:
        """The line of cel_custom's sample mapping (Master.csv)."""
        c, fresh = self.channel, self.name == "CHAN_START"
        ani, dnid = ("", "") if fresh else (c.caller_num, c.dnid)
        parts = [self.name, f"{self.at:.6f}", c.caller_name, c.caller_num, ani, "", dnid, c.exten, c.context, c.name]
        parts += [c.app, c.app_data, "3", "", c.uniqueid, c.linkedid, self.peer, "", "", self.extra]
        return ",".join(quoted(p) for p in parts) + "\n"


class RecordFiles:
    """Appends to cdr-csv/Master.csv and cel-custom/Master.csv under a folder, line by line."""

    def __init__(self, folder: Path | None) -> None:
        self.cdr = self._open(folder, "cdr-csv")
        self.cel = self._open(folder, "cel-custom")

    @staticmethod
    def _open(folder: Path | None, name: str) -> IO[str] | None:
        if folder is None:
            return None
        (folder / name).mkdir(parents=True, exist_ok=True)
        return (folder / name / "Master.csv").open("a", encoding="utf-8", errors="surrogateescape")

    def flush(self) -> None:
        for file in (self.cdr, self.cel):
            if file is not None:
                file.flush()

    def close(self) -> None:
        for file in (self.cdr, self.cel):
            if file is not None:
                file.close()
        self.cdr = self.cel = None
