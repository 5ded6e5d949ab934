"""Channels and bridges, and how Asterisk prints them."""

from dataclasses import dataclass, field

STATES = {0: "Down", 4: "Ring", 5: "Ringing", 6: "Up", 7: "Busy"}
DOWN, RING, RINGING, UP, BUSY = 0, 4, 5, 6, 7
UNKNOWN = "<unknown>"


def encode(text: str) -> bytes:
    """UTF-8, with bytes that a wrong encoding smuggled in kept as they were."""
    return text.encode("utf-8", "surrogateescape")


class Channel:
    """One channel; every change drops the printed copy, which many messages share."""

    __slots__ = (
        "account",
        "app",
        "app_data",
        "bridge",
        "caller_name",
        "caller_num",
        "connected_name",
        "connected_num",
        "context",
        "created",
        "dnid",
        "exten",
        "extension",
        "linkedid",
        "name",
        "party",
        "printed",
        "priority",
        "recorded",
        "state",
        "taped",
        "tech_cause",
        "uniqueid",
        "up_at",
    )

    def __init__(
        self, *, name: str, uniqueid: str, linkedid: str, state: int, num: str, caller: str, context: str, exten: str
    ) -> None:
        self.name, self.uniqueid, self.linkedid, self.state = name, uniqueid, linkedid, state
        self.caller_num, self.caller_name = num, caller
        self.connected_num = self.connected_name = ""
        self.context, self.exten, self.priority = context, exten, 1
        self.app = self.app_data = self.account = self.dnid = ""
        self.bridge: Bridge | None = None
        self.extension = ""
        self.party = ""
        self.created = 0.0
        self.up_at: float | None = None
        self.tech_cause = ""
        self.recorded = False
        self.taped = False  # by MixMonitor
        self.printed: dict[str, bytes] = {}

    def change(self, **fields: object) -> None:
        for key, value in fields.items():
            setattr(self, key, value)
        self.printed.clear()

    def snapshot(self, prefix: str = "") -> bytes:
        """The fourteen lines that Asterisk prints of a channel in every message about it."""
        done = self.printed.get(prefix)
        if done is None:
            p = prefix
            done = encode(
                f"{p}Channel: {self.name}\r\n{p}ChannelState: {self.state}\r\n"
                f"{p}ChannelStateDesc: {STATES[self.state]}\r\n"
                f"{p}CallerIDNum: {self.caller_num or UNKNOWN}\r\n{p}CallerIDName: {self.caller_name or UNKNOWN}\r\n"
                f"{p}ConnectedLineNum: {self.connected_num or UNKNOWN}\r\n"
                f"{p}ConnectedLineName: {self.connected_name or UNKNOWN}\r\n"
                f"{p}Language: en\r\n{p}AccountCode: {self.account}\r\n{p}Context: {self.context}\r\n"
                f"{p}Exten: {self.exten}\r\n{p}Priority: {self.priority}\r\n"
                f"{p}Uniqueid: {self.uniqueid}\r\n{p}Linkedid: {self.linkedid}\r\n"
            )
            self.printed[prefix] = done
        return done


@dataclass(slots=True)
class Bridge:
    uniqueid: str
    channels: list[Channel] = field(default_factory=list)

    def snapshot(self, prefix: str = "") -> bytes:
        p = prefix
        return encode(
            f"{p}BridgeUniqueid: {self.uniqueid}\r\n{p}BridgeType: basic\r\n{p}BridgeTechnology: simple_bridge\r\n"
            f"{p}BridgeCreator: <unknown>\r\n{p}BridgeName: <unknown>\r\n"
            f"{p}BridgeNumChannels: {len(self.channels)}\r\n{p}BridgeVideoSourceMode: none\r\n"
        )
