"""Who may log in, what they may do, and which messages they read."""

from dataclasses import dataclass

READ_ALL = frozenset(
    {"system", "call", "log", "agent", "user", "config", "command", "dtmf", "reporting", "cdr", "dialplan"}
    | {"originate"}
)
WRITE_ALL = frozenset({"system", "call", "agent", "user", "config", "command", "reporting", "originate", "message"})

CHANNELS = {"Newchannel", "NewCallerid", "Newstate", "HangupRequest", "SoftHangupRequest", "Hangup", "Rename"}
CONNECTIONS = {"DialBegin", "DialEnd", "BridgeEnter", "BridgeLeave", "BridgeMerge", "LocalBridge", "Hold", "Unhold"}
TRANSFERS = {"BlindTransfer", "AttendedTransfer", "OriginateResponse"}
QUEUES = {"QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon", "AgentCalled", "AgentConnect"} | {
    "AgentComplete",
    "AgentRingNoAnswer",
}
STATES = {"QueueMemberPause", "QueueMemberAdded", "QueueMemberRemoved", "QueueMemberStatus", "DeviceStateChange"}

RECORDINGS = {"MixMonitorStart", "MixMonitorStop", "MixMonitorMute"}

LEAN = frozenset(CHANNELS | CONNECTIONS | TRANSFERS | QUEUES | STATES | RECORDINGS | {"FullyBooted", "Shutdown", "Cdr"})
"""What a call record needs. The real PBX is told the same by eventfilter lines in manager.conf."""


@dataclass(frozen=True, slots=True)
class AmiUser:
    """`events` None: everything that the read classes allow (with CEL and dial plan, ten times as much)."""

    name: str
    secret: str
    read: frozenset[str] = READ_ALL
    write: frozenset[str] = WRITE_ALL
    events: frozenset[str] | None = LEAN
