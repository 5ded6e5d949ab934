"""What may go wrong, switched on and off while the PBX runs."""

from dataclasses import dataclass


@dataclass(slots=True)
class Faults:
    """All off by default. `refuse_login`: every login fails. `mute_pings`: pings stay unanswered. `deaf`: nothing is
    read from clients (back-pressure). `halve`: each write is split in two, `halve_s` apart. `say_nothing`: events are
    swallowed, as on a connection that is dead but open."""

    refuse_login: bool = False
    mute_pings: bool = False
    deaf: bool = False
    halve: bool = False
    halve_s: float = 0.02
    say_nothing: bool = False
    version: str = ""


HUGE_LINE = b"Event: Newchannel\r\nPrivilege: call,all\r\nChannel: " + b"x" * 10_000_000 + b"\r\n\r\n"
"""One message with a line of 10 MB."""

BROKEN_MESSAGES = (
    b"Event: Newchannel\r\nno colon here\r\n: no name\r\nChannel\r\n\r\n",
    b"\r\n\r\n\r\n",
    b"Event:\r\nPrivilege: call,all\r\n\r\n",
    b"Event: Hangup\r\nUniqueid: \r\nLinkedid: \r\nCause: many\r\n\r\n",
    b"Event: Newchannel\r\nCallerIDName: \xff\xfe\x00 \xcf\xf0\xe8\xe2\xe5\xf2\r\nUniqueid: x\r\nLinkedid: x\r\n\r\n",
    b"Event: DialEnd\nUniqueid: y\n\n\r\n\r\n",
)
"""Messages that no PBX should send: no colon, empty names, bytes of other encodings, bare line feeds."""

HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "Robert'); DROP TABLE calls;--",
    "\u202etxet desrever\u202c",
    "Москва \udccf\udcf0\udce8",
    "a" * 500,
)
"""Caller names as an attacker, or an old exchange with a wrong encoding, would send them."""
