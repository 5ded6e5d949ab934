"""A simulated PBX's messages, recorded once and played again from a thread that costs next to nothing.

The PBX is a Python program as well, and a reader measured beside it would share its processor with it.
"""

import re
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from callwright.telephony.asterisk.names import WANTED
from callwright.telephony.asterisk.protocol import Splitter, name_of
from callwright.telephony.fake.ledger import read_ledger

_LISTS = ("QueueStatus", "DeviceStateList")
_PIECE = 50  # messages written at once where nothing else is asked
_TICK_S = 0.01
_FIELD = re.compile(rb"^([A-Za-z]+): ?(.*?)\r?$", re.MULTILINE)


@dataclass(slots=True)
class Recording:
    """`messages` as they were on the wire, each with its blank line; `lists`: what stood at the beginning; `calls`:
    the PBX's keys of the calls that were made.
    """

    messages: list[bytes] = field(default_factory=list)
    lists: dict[str, list[bytes]] = field(default_factory=dict)
    calls: set[str] = field(default_factory=set)

    def journalled_bytes(self) -> list[int]:
        """How long each message is in a journal: without carriage returns and blank line, with a header."""
        return [len(message.replace(b"\r\n", b"\n")) - 2 + 17 for message in self.messages]


def fake_pbx(port: int, ledger: Path, *words: str) -> "subprocess.Popen[bytes]":
    """The simulated PBX with the traffic of the load profile, which begins when somebody has logged in."""
    command = [sys.executable, "-m", "callwright.telephony.fake", "--listen", f"127.0.0.1:{port}", "--profile", "load"]
    command += ["--ledger", str(ledger), "--wait-for-login", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def record(calls: int, port: int, folder: Path) -> Recording:
    """What the simulated PBX says of so many calls, as fast as it can; of it what a link wants to know."""
    ledger = folder / "ledger.jsonl"
    pbx = fake_pbx(port, ledger, "--speed", "max", "--calls", str(calls))
    try:
        assert pbx.stdout is not None
        pbx.stdout.readline()
        data = _read_all(port)
    finally:
        pbx.terminate()
        pbx.wait()
    found = Recording(lists={name: [] for name in _LISTS}, calls={call["call"] for call in read_ledger(ledger)})
    for block in data.replace(b"\r\n", b"\n").split(b"\n\n"):
        message = block.replace(b"\n", b"\r\n") + b"\r\n\r\n"
        listed = re.search(rb"^ActionID: list-(\w+)$", block, re.MULTILINE)
        if listed:
            found.lists[listed[1].decode()].append(message)
        elif name_of(block) in WANTED:
            found.messages.append(message)
    return found


def _read_all(port: int) -> bytes:
    data = bytearray()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        asked = "".join(f"Action: {name}\r\nActionID: list-{name}\r\n\r\n" for name in _LISTS)
        connection.sendall(b"Action: Login\r\nUsername: crm\r\nSecret: crmsecret\r\n\r\n" + asked.encode())
        connection.settimeout(2.0)
        try:
            while piece := connection.recv(1 << 20):
                data += piece
        except TimeoutError:
            return bytes(data.partition(b"\n")[2])  # without the greeting
    return bytes(data)


class Player:
    """Answers one reader as a PBX would, and plays the recording to it when told to."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.sent = 0
        self.ready = threading.Event()
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._socket: socket.socket | None = None
        threading.Thread(target=self._answer, daemon=True).start()

    def play(self, rate: float | None) -> float:
        """Sends all messages, `rate` a second (None: as fast as they are taken); returns the monotonic time of the
        last.
        """
        messages, began = self.recording.messages, time.monotonic()
        while self.sent < len(messages):
            due = self.sent + _PIECE if rate is None else int((time.monotonic() - began + _TICK_S) * rate)
            if piece := messages[self.sent : due]:
                self._write(b"".join(piece))
                self.sent += len(piece)
            if rate is not None:
                time.sleep(_TICK_S)
        return time.monotonic()

    def close(self) -> None:
        self._server.close()
        if self._socket is not None:
            self._socket.close()

    def _write(self, data: bytes) -> None:
        assert self._socket is not None
        with self._lock:
            self._socket.sendall(data)

    def _answer(self) -> None:
        try:
            self._socket, _ = self._server.accept()
            self._write(b"Asterisk Call Manager/9.0.0\r\n")
            splitter = Splitter()
            while data := self._socket.recv(65536):
                for block in splitter.feed(data):
                    self._reply(dict(_FIELD.findall(block)))
        except OSError:
            return

    def _reply(self, asked: dict[bytes, bytes]) -> None:
        action, head = asked.get(b"Action", b"").decode(), b"Response: Success\r\nActionID: %s\r\n" % asked[b"ActionID"]
        if action == "Ping":
            head += b"Ping: Pong\r\nTimestamp: %.6f\r\n" % time.time()
        elif action == "Challenge":
            head += b"Challenge: 1\r\n"
        elif action == "ListCommands":
            head += b"".join(b"%s: (Priv: all)\r\n" % name for name in (b"CoreShowChannels", *map(str.encode, _LISTS)))
        items = self.recording.lists.get(action, [])
        if not items and action in ("CoreShowChannels", *_LISTS):
            items = [f"Event: {action}Complete\r\nActionID: 0\r\nEventList: Complete\r\n\r\n".encode()]
        known = b"ActionID: %s\r\n" % asked[b"ActionID"]
        self._write(head + b"\r\n" + b"".join(re.sub(rb"ActionID: .*\r\n", known, item) for item in items))
        if action == "DeviceStateList":  # the last thing that the link asks before it listens
            self.ready.set()
