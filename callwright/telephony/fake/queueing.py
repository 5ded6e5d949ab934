"""Queues as the PBX keeps them: members with their pauses and counts, callers in their order."""

from dataclasses import dataclass, field

from callwright.telephony.fake.channel import Channel
from callwright.telephony.fake.house import Queue

NOT_IN_USE, IN_USE, BUSY, UNAVAILABLE = 1, 2, 3, 5


@dataclass(slots=True)
class Member:
    interface: str
    name: str
    login_at: int
    membership: str = "static"
    penalty: int = 0
    calls_taken: int = 0
    last_call: int = 0
    last_pause: int = 0
    in_call: bool = False
    paused: bool = False
    reason: str = ""

    @property
    def extension(self) -> str:
        return self.interface.rpartition("/")[2]

    def fields(self, queue: str, status: int) -> list[tuple[str, str]]:
        """The fields of QueueMemberStatus, -Pause, -Added and -Removed."""
        return [
            ("Queue", queue),
            ("MemberName", self.name),
            ("Interface", self.interface),
            ("StateInterface", self.interface),
            ("Membership", self.membership),
            ("Penalty", str(self.penalty)),
            ("CallsTaken", str(self.calls_taken)),
            ("LastCall", str(self.last_call)),
            ("LastPause", str(self.last_pause)),
            ("LoginTime", str(self.login_at)),
            ("InCall", "1" if self.in_call else "0"),
            ("Status", str(status)),
            ("Paused", "1" if self.paused else "0"),
            ("PausedReason", self.reason),
            ("Ringinuse", "0"),
            ("Wrapuptime", "0"),
        ]


@dataclass(slots=True)
class Waiting:
    channel: Channel
    since: float
    position: int


@dataclass(slots=True)
class LiveQueue:
    plan: Queue
    members: dict[str, Member] = field(default_factory=dict)
    callers: list[Waiting] = field(default_factory=list)
    completed: int = 0
    abandoned: int = 0

    def join(self, channel: Channel, now: float) -> Waiting:
        entry = Waiting(channel, now, len(self.callers) + 1)
        self.callers.append(entry)
        return entry

    def leave(self, entry: Waiting) -> int:
        """Takes the caller out and returns the position it had."""
        position = self.callers.index(entry) + 1
        self.callers.remove(entry)
        return position
