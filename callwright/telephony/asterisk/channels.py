"""What a channel's name, a dial string or a caller number says about the party behind it. Pure, no state."""

import re
from enum import StrEnum

import msgspec

# Channels that Asterisk makes for itself: halves of loops, announcers, recorders. Never a party.
VIRTUAL = frozenset(
    {
        *("Announcer", "AudioSocket", "Bridge", "CBAnn", "CBRec", "ConfBridgeAnn", "ConfBridgeRecorder", "Message"),
        *("MulticastRTP", "Parking", "Recorder", "Snoop", "Surrogate", "UnicastRTP", "WebSocket"),
    }
)
# Asterisk makes "1700000000.12" or "system-1700000000.12"; anything else was given by whoever originated
_OWN_UNIQUEID = re.compile(r"(?:^|-)\d{9,11}\.\d+$")
_NUMBER = re.compile(r"^[+]?[0-9*#]+$")
# What the link puts before the id of an order to listen in: such a channel is nobody's call.
LISTENER = "callwright-listens-"
WITHHELD = frozenset(("", "<unknown>", "unknown", "anonymous", "restricted", "unavailable", "private", "withheld"))
NO_EXTEN = frozenset(("", "s", "h", "i", "t", "o", "T", "failed", "<unknown>"))


class ChannelKind(StrEnum):
    TRUNK = "trunk"
    EXTENSION = "extension"
    LOCAL = "local"
    VIRTUAL = "virtual"


class TranslatorConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What must be known of a PBX to read its events.

    `trunks`: endpoint names that lead outside. `extensions`: endpoint names that are extensions although they do not
    match `extension_pattern`. `outside_prefix`: what is dialled for an outside line and is no part of the number ("9");
    empty where numbers are dialled as they are. `stale_after_s`: a call not heard of for so long is given up.
    """

    trunks: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    extension_pattern: str = r"\d{2,6}"
    outside_prefix: str = ""
    stale_after_s: int = 12 * 3600
    max_calls: int = 20_000

    def outside_number(self, dialled: str) -> str:
        return dialled.removeprefix(self.outside_prefix) if len(dialled) > 6 else dialled

    def is_extension(self, number: str | None) -> bool:
        return bool(number) and (
            number in self.extensions or re.fullmatch(self.extension_pattern, number or "") is not None
        )


class ChannelName(msgspec.Struct, frozen=True):
    """A channel's name taken apart: "PJSIP/101-0000002b" is technology PJSIP, endpoint 101."""

    technology: str
    endpoint: str
    half: str = ""  # "1" or "2" for the halves of a Local channel
    zombie: bool = False


def read_name(name: str) -> ChannelName:
    name, _, mark = name.partition("<")
    technology, _, rest = name.removeprefix("AsyncGoto/").partition("/")
    rest, _, half = rest.partition(";")
    endpoint, dash, suffix = rest.rpartition("-")
    return ChannelName(technology, endpoint if dash and suffix else rest, half, mark.startswith("ZOMBIE"))


def kind_of(name: ChannelName, config: TranslatorConfig) -> ChannelKind:
    """Trunk, extension, loop or internal. An endpoint named as a trunk is one even if it is all digits."""
    if name.technology == "Local":
        return ChannelKind.LOCAL
    if name.technology in VIRTUAL or not name.technology:
        return ChannelKind.VIRTUAL
    if name.endpoint in config.trunks:
        return ChannelKind.TRUNK
    if name.endpoint in config.extensions:
        return ChannelKind.EXTENSION
    # DAHDI names carry the number of a line on a card, which is no extension
    if name.technology != "DAHDI" and config.is_extension(name.endpoint):
        return ChannelKind.EXTENSION
    return ChannelKind.TRUNK


def is_listener(uniqueid: str) -> bool:
    """Whether the channel is that of a supervisor who listens in."""
    return uniqueid.startswith(LISTENER)


def clean_number(value: str) -> str | None:
    """A caller's number as the PBX gave it; None if withheld or not a number at all."""
    value = value.strip()
    return None if value.lower() in WITHHELD else value


def clean_name(value: str, number: str | None) -> str:
    value = value.strip()
    return "" if value.lower() in WITHHELD or value == number else value


def clean_exten(value: str) -> str | None:
    return None if value in NO_EXTEN else value


def is_prohibited(presentation: str) -> bool:
    """Reads "35 (Presentation Prohibited, Network Number)": the caller asked not to be shown."""
    code = presentation.partition(" ")[0]
    return len(code) < 5 and code.isdecimal() and int(code) & 0x60 == 0x20


def is_foreign_uniqueid(uniqueid: str) -> bool:
    """Whether the id was chosen by the one who originated the call, not by Asterisk."""
    return _OWN_UNIQUEID.search(uniqueid) is None


def dialled_number(dial_string: str, endpoint: str) -> str | None:
    """The number in what was dialled: 79990001122@trunk, PJSIP/trunk/sip:7999@host, trunk/7999, DAHDI/g1/7999."""
    parts = [part for part in dial_string.split("&")[0].split("/") if part]
    for part in reversed(parts):
        candidate = part.removeprefix("sip:").removeprefix("sips:").partition("@")[0].partition(";")[0]
        if _NUMBER.match(candidate) and candidate != endpoint:
            return candidate
    return None


def forward_number(forward: str) -> str:
    """Where a phone sent its caller: "Local/102@internal" and "PJSIP/7999@trunk" hold the number before the @."""
    return forward.rpartition("/")[2].removeprefix("sip:").partition("@")[0]
