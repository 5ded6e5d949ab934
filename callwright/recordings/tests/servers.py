"""Servers on this machine from which recordings are fetched: SFTP, HTTP and HTTPS."""

import asyncio
import os
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncssh

Answer = Callable[[BaseHTTPRequestHandler], None]


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
