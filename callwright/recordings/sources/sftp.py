"""A login by SSH. The server must show the key that an administrator has confirmed."""

import asyncio
import stat
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import asyncssh

from callwright.recordings.rules import is_safe_name
from callwright.recordings.sources.reading import (
    CHUNK,
    CONNECT_S,
    LARGEST,
    READ_S,
    Found,
    SourceProblem,
    Write,
    walk,
)

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class SftpLogin:
    host: str
    port: int
    username: str
    host_key: str
    folder: str
    password: str = ""
    private_key: str = ""


def shown_host_key(host: str, port: int) -> tuple[str, str]:
    """The key that the server shows, as OpenSSH writes it, and its SHA-256 fingerprint. Raises SourceProblem."""

    async def ask() -> asyncssh.SSHKey | None:
        return await asyncio.wait_for(asyncssh.get_server_host_key(host, port), CONNECT_S)

    key = _caught(lambda: asyncio.run(ask()))
    if key is None:
        raise SourceProblem("unreachable", host)
    return key.export_public_key().decode().strip(), key.get_fingerprint()


class SftpReader:
    can_list = True

    def __init__(self, login: SftpLogin) -> None:
        self._login = login
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        if not self._login.host_key:
            raise SourceProblem("host_key_unknown")
        try:
            self._connection = self._run(self._connect())
            self._sftp = self._run(self._opened())
            self._root = str(self._run(self._sftp.realpath(self._login.folder or ".")))
            if not stat.S_ISDIR(self._run(self._sftp.stat(self._root)).permissions or 0):
                raise SourceProblem("folder_missing", self._login.folder)
        except SourceProblem as problem:
            self._close()
            if problem.code == "not_found":
                raise SourceProblem("folder_missing", self._login.folder) from problem
            raise
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        connection = getattr(self, "_connection", None)
        if connection is not None:
            connection.abort()
        self._runner.close()

    async def _connect(self) -> asyncssh.SSHClientConnection:
        one = self._login
        keys = [asyncssh.import_private_key(one.private_key, one.password or None)] if one.private_key else []
        return await asyncssh.connect(
            one.host,
            one.port,
            username=one.username,
            password=None if keys else one.password,
            client_keys=keys or None,
            known_hosts=([asyncssh.import_public_key(one.host_key)], [], []),
            agent_path=None,
            config=None,
            connect_timeout=CONNECT_S,
            login_timeout=CONNECT_S,
            keepalive_interval=15,
        )

    async def _opened(self) -> asyncssh.SFTPClient:
        return await self._connection.start_sftp_client()

    def _run(self, work: Coroutine[Any, Any, R], patience_s: float = READ_S) -> R:
        async def timed() -> R:
            return await asyncio.wait_for(work, patience_s)

        return _caught(lambda: self._runner.run(timed()))

    def check(self) -> str:
        return str(len(self._listing("")))

    def find(self, name: str) -> list[Found]:
        found = []
        for one in walk(name, self._listing) if is_safe_name(name) else []:
            try:
                known = self._run(self._file(one))
            except SourceProblem as problem:
                if problem.code == "not_found":
                    continue
                raise
            if known is not None:
                found.append(Found(one, known.size, known.mtime))
        return found

    def fetch(self, name: str, write: Write) -> int:
        if not is_safe_name(name):
            raise SourceProblem("unsafe_name", name)
        if self._run(self._file(name)) is None:
            raise SourceProblem("unsafe_name", name)
        return self._run(self._copy(name, write), patience_s=24 * 3600)

    async def _file(self, name: str) -> asyncssh.SFTPAttrs | None:
        """What is known of an ordinary file; None for a link, or anything else that is none, also on the way to it."""
        *folders, _ = name.split("/")
        for count in range(1, len(folders) + 1):
            step = await self._sftp.lstat(f"{self._root}/{'/'.join(folders[:count])}")
            if not stat.S_ISDIR(step.permissions or 0):
                return None
        known = await self._sftp.lstat(f"{self._root}/{name}")
        return known if stat.S_ISREG(known.permissions or 0) else None

    async def _copy(self, name: str, write: Write) -> int:
        total = 0
        async with self._sftp.open(f"{self._root}/{name}", "rb", block_size=64 * 1024) as file:
            while piece := await asyncio.wait_for(file.read(CHUNK), READ_S):
                total += len(piece)
                if total > LARGEST:
                    raise SourceProblem("too_large", name)
                await asyncio.to_thread(write, piece if isinstance(piece, bytes) else piece.encode())
        return total

    def _listing(self, folder: str) -> list[str]:
        path = f"{self._root}/{folder}" if folder else self._root
        try:
            return [str(one) for one in self._run(self._sftp.listdir(path))]
        except SourceProblem as problem:
            if problem.code == "not_found":
                return []
            raise


_CODES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (asyncssh.HostKeyNotVerifiable, "host_key_changed"),
    (asyncssh.PermissionDenied, "login_refused"),
    (asyncssh.KeyImportError, "key_unreadable"),
    (asyncssh.KeyEncryptionError, "key_unreadable"),
    ((asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath), "not_found"),
    (asyncssh.SFTPPermissionDenied, "not_permitted"),
    (TimeoutError, "slow"),
    ((asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.ConnectionLost), "broken_off"),
    (asyncssh.SFTPError, "broken_off"),
    ((asyncssh.DisconnectError, asyncssh.ChannelOpenError), "broken_off"),
)


def _caught(work: Callable[[], R]) -> R:
    try:
        return work()
    except SourceProblem:
        raise
    except (asyncssh.Error, TimeoutError, asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        code = next((code for kinds, code in _CODES if isinstance(error, kinds)), "unreachable")
        raise SourceProblem(code, str(error)) from error
    except OSError as error:
        if error.errno is not None and getattr(error, "filename", None):
            raise  # the disk of this server, not the other one
        if isinstance(error, ConnectionResetError | BrokenPipeError):
            raise SourceProblem("broken_off", str(error)) from error
        raise SourceProblem("unreachable", str(error)) from error
