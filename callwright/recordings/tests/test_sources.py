"""Servers that recordings come from, and all that goes wrong with them: real SFTP and HTTP servers on loopback."""

import asyncio
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from callwright.recordings.models import Part, Recording, Source
from callwright.recordings.operations.open_source import open_source, sealed
from callwright.recordings.operations.save_source import confirm_host_key, try_source
from callwright.recordings.sources.folder import FolderReader
from callwright.recordings.sources.reading import SourceProblem
from callwright.recordings.testing import add_recorded_call, fetch_now, tone

pytestmark = pytest.mark.django_db


# ── folders ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_outside_of_the_folder_is_ever_read(monitor: Path, tmp_path: Path) -> None:
    secret = tone(tmp_path / "secret.wav", 1)
    (monitor / "link.wav").symlink_to(secret)
    (monitor / "away").symlink_to(tmp_path)
    os.mkfifo(monitor / "pipe.wav")
    with FolderReader(str(monitor)) as reader:
        assert reader.find("../secret.wav") == [] and reader.find("/etc/passwd") == []
        assert reader.find("away/secret.wav") == [] or pytest.fail("a linked folder was entered")
        for name in ("link.wav", "pipe.wav", "../secret.wav"):
            with pytest.raises(SourceProblem, match="unsafe_name"):
                reader.fetch(name, lambda piece: None)


def test_a_folder_that_is_not_there_is_told(monitor: Path) -> None:
    with pytest.raises(SourceProblem, match="folder_missing"), FolderReader(f"{monitor}/no"):
        pass


# ── SFTP ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Login(asyncssh.SSHServer):
    def __init__(self, allowed: asyncssh.SSHKey | None) -> None:
        self._allowed = allowed

    def password_auth_supported(self) -> bool:
        return self._allowed is None

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("callwright", "s3cret")

    def public_key_auth_supported(self) -> bool:
        return self._allowed is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return self._allowed is not None and (username, key.public_data) == ("callwright", self._allowed.public_data)


class SshServer:
    """An SFTP server in a thread; `drop_after`: how many bytes of a file it sends before the line is dead; `allowed`:
    whose key it asks for in place of the password.
    """

    def __init__(self, folder: Path) -> None:
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.drop_after: int | None = None
        self.allowed: asyncssh.SSHKey | None = None
        self._folder, self._ready = folder, threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def _run(self) -> None:
        outer = self

        class Files(asyncssh.SFTPServer):
            def __init__(self, channel: Any) -> None:
                super().__init__(channel, chroot=os.fsencode(outer._folder))
                self._channel, self._sent = channel, 0

            def read(self, file_obj: Any, offset: int, size: int) -> bytes:
                if outer.drop_after is not None and self._sent >= outer.drop_after:
                    self._channel.get_connection().abort()
                    return b""
                piece: bytes = super().read(file_obj, offset, size)  # type: ignore[assignment]
                self._sent += len(piece)
                return piece

        async def listen() -> None:
            self._server = await asyncssh.listen(
                "127.0.0.1", 0, server_host_keys=[self.key], sftp_factory=Files,
                server_factory=lambda: _Login(self.allowed),
            )  # fmt: skip
            self.port = self._server.sockets[0].getsockname()[1]
            self._ready.set()

        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(listen())
        self._loop.run_forever()
        self._loop.close()

    def stop(self) -> None:
        async def close() -> None:
            self._server.close()
            await self._server.wait_closed()
            for task in asyncio.all_tasks():
                if task is not asyncio.current_task():
                    task.cancel()
            await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


@pytest.fixture
def ssh(monitor: Path) -> Iterator[SshServer]:
    server = SshServer(monitor)
    yield server
    server.stop()


@pytest.fixture
def sftp_source(pbx: Any, ssh: SshServer, kept: Path) -> Source:
    return Source.objects.create(
        pbx=pbx, kind="sftp", host="127.0.0.1", port=ssh.port, username="callwright", folder="/",
        pattern="{uniqueid}.*", sealed=sealed({"password": "s3cret"}),
        host_key=ssh.key.export_public_key().decode().strip(),
    )  # fmt: skip


def test_a_recording_comes_by_sftp(
    sftp_source: Source, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    tone(monitor / "31.1.wav", 30)
    os.utime(monitor / "31.1.wav", (1, 1))
    add_recorded_call(pbx, "31.1", started, talk_s=30)
    fetch_now()
    assert (kept / Part.objects.get().file).read_bytes() == (monitor / "31.1.wav").read_bytes()
    sftp_source.refresh_from_db()
    assert sftp_source.good_at and "s3cret" not in sftp_source.sealed


def test_the_server_goes_away_in_the_middle_nothing_is_shown_and_it_is_fetched_later(
    sftp_source: Source, ssh: SshServer, monitor: Path, kept: Path, pbx: Any, account: Any, started: datetime
) -> None:
    tone(monitor / "31.2.wav", 60)
    os.utime(monitor / "31.2.wav", (1, 1))
    add_recorded_call(pbx, "31.2", started, talk_s=60)
    ssh.drop_after = 300_000
    fetch_now()
    assert (Recording.objects.get().state, Recording.objects.get().reason) == ("waiting", "broken_off")
    assert not Part.objects.exists() and not [one for one in kept.rglob("*") if one.is_file()]
    sftp_source.refresh_from_db()
    assert sftp_source.problem == "broken_off"
    ssh.drop_after = None
    fetch_now()
    assert Recording.objects.get().state == "downloaded" and Part.objects.count() == 1
    sftp_source.refresh_from_db()
    assert sftp_source.problem == ""


def test_nobody_logs_in_to_a_server_whose_key_was_not_confirmed(sftp_source: Source, ssh: SshServer) -> None:
    Source.objects.update(host_key="")
    sftp_source.refresh_from_db()
    tried = try_source(sftp_source)
    assert (tried.problem, tried.fingerprint) == ("host_key_unknown", ssh.key.get_fingerprint())
    with pytest.raises(SourceProblem, match="host_key_unknown"), open_source(sftp_source):
        pass


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"sealed": "wrong"}, "secret_lost"),
        ({"password": "bad"}, "login_refused"),
        ({"host_key": "another"}, "host_key_changed"),
        ({"folder": "/not/there"}, "folder_missing"),
        ({"port": 1}, "unreachable"),
    ],
)
def test_trying_it_says_what_is_wrong(sftp_source: Source, change: dict[str, Any], problem: str) -> None:
    if "password" in change:
        change = {"sealed": sealed(change)}
    if "host_key" in change:
        other = asyncssh.generate_private_key("ssh-ed25519")
        change = {"host_key": other.export_public_key().decode().strip()}
    for name, value in change.items():
        setattr(sftp_source, name, value)
    assert try_source(sftp_source).problem == problem


def test_confirming_the_key_makes_it_work(sftp_source: Source, owner: Any, started: datetime) -> None:
    sftp_source.host_key = ""
    tried = try_source(sftp_source)
    confirm_host_key(sftp_source, tried.host_key, by=owner.pk, now=started)
    sftp_source.refresh_from_db()
    assert try_source(sftp_source).problem == ""


# ── HTTP ──────────────────────────────────────────────────────────────────────────────────────────────────────────

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def web(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A web server; with `tls`, one that is called localhost and speaks no other."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        do_HEAD = do_GET

        def log_message(self, format: str, *arguments: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{'https://localhost' if tls else 'http://127.0.0.1'}:{server.server_port}/rec"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def give(file: Path, *, length: int | None = None, status: int = 200, needs: str = "") -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        content = file.read_bytes()
        if needs and handler.headers.get("Authorization") != needs:
            handler.send_response(401)
            handler.end_headers()
            return
        handler.send_response(status if handler.path.endswith(".wav") else 404)
        handler.send_header("Content-Length", str(length if length is not None else len(content)))
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(content)

    return answer


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, ""),
        ({"needs": "Bearer t0ken"}, ""),
        ({"needs": "Bearer other"}, "login_refused"),
        ({"status": 404}, "not_found"),
        ({"status": 500}, "http_status"),
        ({"status": 302}, "http_status"),
        ({"length": 10_000_000}, "broken_off"),
    ],
)
def test_web_servers_good_and_bad(
    pbx: Any, account: Any, started: datetime, kept: Path, tmp_path: Path, options: dict[str, Any], reason: str
) -> None:
    file = tone(tmp_path / "x.wav", 12)
    with web(give(file, **options)) as url:
        Source.objects.create(
            pbx=pbx, kind="http", url=url, pattern="{uniqueid}.wav", sealed=sealed({"token": "t0ken"})
        )
        add_recorded_call(pbx, "41.1", started)
        fetch_now()
    after = Recording.objects.get()
    assert (after.state, after.reason) == ("waiting" if reason else "downloaded", reason)
    assert Part.objects.count() == (0 if reason else 1)


def test_a_web_server_that_is_away_is_tried_again(pbx: Any, account: Any, started: datetime, kept: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    Source.objects.create(pbx=pbx, kind="http", url=f"http://127.0.0.1:{port}", pattern="{uniqueid}.wav")
    add_recorded_call(pbx, "41.2", started)
    fetch_now()
    after = Recording.objects.get()
    assert (after.state, after.reason) == ("waiting", "unreachable") and after.due_at


def test_a_web_server_that_knows_only_get_is_asked_for_each_name(
    pbx: Any, account: Any, started: datetime, kept: Path, tmp_path: Path
) -> None:
    file = tone(tmp_path / "x.wav", 12)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        is_there = handler.path.endswith("/41.3.wav")
        handler.send_response(501 if handler.command == "HEAD" else 200 if is_there else 404)
        handler.send_header("Content-Length", str(file.stat().st_size if is_there else 0))
        handler.end_headers()
        if handler.command == "GET" and is_there:
            handler.wfile.write(file.read_bytes())

    with web(answer) as url:
        Source.objects.create(pbx=pbx, kind="http", url=url, pattern="{uniqueid}.wav", pbx_folder="/rec")
        add_recorded_call(pbx, "41.3", started, file="/rec/named-otherwise.wav")
        fetch_now()
    assert Recording.objects.get().reason == "" and Part.objects.get().source_name == "41.3.wav"
