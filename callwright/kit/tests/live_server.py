"""For browser tests of the kit's scripts: a server of its static files, one page, and a stream that the test drives."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, SimpleQueue
from urllib.parse import parse_qs, urlsplit

from callwright.kit.csp import POLICY

STATIC = Path(__file__).parent.parent / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@dataclass
class Opened:
    """One stream as the browser asked for it; `None` in its queue ends it."""

    topics: list[str]
    last_event_id: str | None
    sent: SimpleQueue[str | None] = field(default_factory=SimpleQueue)
    closed: threading.Event = field(default_factory=threading.Event)


class LiveServer(ThreadingHTTPServer):
    """Serves `page` at any path that is not static, and answers the stream with `stream_status`."""

    daemon_threads = True

    def __init__(self, page: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.page = page
        self.stream_status = 200
        self.streams: list[Opened] = []
        self.parts_read: list[str] = []
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def open_streams(self) -> list[Opened]:
        return [s for s in self.streams if not s.closed.is_set()]

    def tell(self, event_id: str, topic: str, name: str = "changed", key: str = "1") -> None:
        data = json.dumps({"topic": topic, "name": name, "key": key, "data": {}})
        for stream in self.open_streams():
            stream.sent.put(f"id: {event_id}\nevent: live\ndata: {data}\n\n")

    def break_streams(self) -> None:
        for stream in self.open_streams():
            stream.sent.put(None)


def _part(name: str, times: int) -> str:
    return f'read {times}<details id="more-{name}"><summary>More</summary>unfolded {times}</details>'


class _Handler(BaseHTTPRequestHandler):
    server: LiveServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/live/stream":
            self._stream(parse_qs(parts.query)["topics"][0].split(","))
        elif parts.path.startswith("/static/"):
            file = STATIC / parts.path.removeprefix("/static/")
            self._send(file.read_bytes(), TYPES.get(file.suffix, "text/plain"))
        elif parts.path == "/part":
            self.server.parts_read.append(parts.query)
            self._send(_part(parts.query, len(self.server.parts_read)).encode(), "text/html")
        else:
            self._send(self.server.page.encode(), "text/html; charset=utf-8")

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, topics: list[str]) -> None:
        self.send_response(self.server.stream_status)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if self.server.stream_status != 200:
            return
        opened = Opened(topics, self.headers.get("Last-Event-ID"))
        self.server.streams.append(opened)
        try:
            while not self.server.stopping.is_set():
                try:
                    text = opened.sent.get(timeout=0.05)
                except Empty:
                    text = ": ping\n\n"
                if text is None:
                    break
                self.wfile.write(text.encode())
                self.wfile.flush()
        except OSError:
            pass
        finally:
            opened.closed.set()
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""
