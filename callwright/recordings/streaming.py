"""Recordings at `/recordings/stream/PART/TICKET`, as a small ASGI application beside Django.

Beside it, because a Django request keeps a thread for as long as it lasts, and somebody listens for minutes. Files are
read in pieces, by threads of their own, and sent hardly faster than they are played: a browser that wants a whole hour
at once does not hold up the calls of a hundred desks.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import parse_cookie

from callwright.kit.csp import POLICY
from callwright.live.access import in_thread
from callwright.recordings.blobs import Blob, open_blob
from callwright.recordings.operations.issue_ticket import BadTicket, Ticket, read_ticket
from callwright.recordings.queries.playing import Playing, playing
from callwright.recordings.rules import UnsatisfiableRange, asked_range

PREFIX = "/recordings/stream/"
PIECE = 64 * 1024
BURST = 512 * 1024
"""Sent at once, so that playing begins at once; after that at `AHEAD` times the speed at which it is played."""

AHEAD = 4.0
_SLOWEST, _FASTEST_DOWNLOAD = 64 * 1024, 8 * 1024 * 1024  # bytes a second
_PROVE_EVERY_S = 60.0

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_readers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="recording")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a file: who says to be asking, by what ticket, for which part."""

    session_key: str
    part_id: UUID
    ticket: Ticket


def with_recordings(application: Application) -> Application:
    """`application` with the recordings in front of it."""

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await _answer(scope, receive, send)
        else:
            await application(scope, receive, send)

    return both


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if scope["method"] not in ("GET", "HEAD"):
        await _refuse(send, 405, "Only GET and HEAD.")
        return
    try:
        asked = _asked(scope["path"], headers)
        file = await in_thread(_allowed, asked)
    except BadTicket as error:
        await _refuse(
            send, 410 if error.expired else 403, "This ticket is not valid (any more). Open the player again."
        )
        return
    except DatabaseError:
        await _refuse(send, 503, "The database cannot be reached.")
        return
    if file is None:
        await _refuse(send, 403, "You may not listen to this recording.")
        return
    await _send_file(asked, file, scope["method"], headers, receive, send)


def _asked(path: str, headers: dict[bytes, str]) -> Asked:
    part, _, ticket = path.removeprefix(PREFIX).partition("/")
    try:
        part_id = UUID(part)
    except ValueError as error:
        raise BadTicket from error
    session_key = parse_cookie(headers.get(b"cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
    return Asked(session_key, part_id, read_ticket(ticket))


def _allowed(asked: Asked) -> Playing | None:
    one = asked.ticket
    return playing(
        asked.session_key, asked.part_id, user_id=one.user_id, account_id=one.account_id, call_id=one.call_id,
        download=one.download,
    )  # fmt: skip


async def _send_file(
    asked: Asked, file: Playing, method: str, headers: dict[bytes, str], receive: Receive, send: Send
) -> None:
    etag = f'"{asked.part_id.hex}-{file.size:x}-{int(asked.ticket.download)}"'
    always = _headers(file, etag, download=asked.ticket.download)
    if etag in (one.strip() for one in headers.get(b"if-none-match", "").split(",")):
        await _start(send, 304, always)
        await send({"type": "http.response.body", "body": b""})
        return
    wanted = headers.get(b"range", "")
    if headers.get(b"if-range", etag) != etag:
        wanted = ""
    try:
        span = asked_range(wanted, file.size)
    except UnsatisfiableRange:
        await _refuse(send, 416, "", [(b"content-range", b"bytes */%d" % file.size)])
        return
    first, last = span or (0, file.size - 1)
    more = [(b"content-length", b"%d" % (last - first + 1))]
    if span is not None:
        more.append((b"content-range", b"bytes %d-%d/%d" % (first, last, file.size)))
    if method == "HEAD":
        await _start(send, 206 if span else 200, [*always, *more])
        await send({"type": "http.response.body", "body": b""})
        return
    try:
        blob, piece = await _in_reader(_begun, file.name, first, min(PIECE, last + 1 - first))
    except FileNotFoundError:
        await _refuse(send, 404, "The file is not in the storage.")
        return
    except OSError:
        await _refuse(send, 503, "The storage cannot be reached.")
        return
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await _start(send, 206 if span else 200, [*always, *more])
        await _pump(blob, piece, first, last + 1, asked, file, gone, send)
    finally:
        gone.cancel()
        await _in_reader(blob.close)


def _begun(name: str, first: int, length: int) -> tuple[Blob, bytes]:
    """The file with its first piece: what cannot be read is told before an answer is begun."""
    blob = open_blob(name)
    try:
        return blob, blob.read(first, length)
    except BaseException:
        blob.close()
        raise


async def _pump(
    blob: Blob, piece: bytes, position: int, end: int, asked: Asked, file: Playing, gone: "asyncio.Task[None]",
    send: Send,
) -> None:  # fmt: skip
    """Sends the bytes from `position` up to `end`, of which `piece` is the first; stops when the browser is gone or the
    right to listen is.
    """
    speed = _FASTEST_DOWNLOAD if asked.ticket.download else max(_SLOWEST, AHEAD * file.size / max(file.seconds, 1.0))
    clock = asyncio.get_running_loop().time
    began, proved, sent = clock(), clock(), 0
    while position < end:
        piece = piece or await _in_reader(blob.read, position, min(PIECE, end - position))
        if not piece:
            raise OSError(f"{file.name} is shorter than it was")
        position, sent = position + len(piece), sent + len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": position < end})
        piece = b""
        ahead = (sent - BURST) / speed - (clock() - began)
        if ahead > 0 and position < end:
            await asyncio.wait([gone], timeout=ahead)
        if gone.done():
            return
        if clock() - proved > _PROVE_EVERY_S:
            proved = clock()
            if await in_thread(_allowed, asked) is None:
                raise OSError("the right to listen ended")


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _in_reader(work: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(_readers, work, *arguments)


def _headers(file: Playing, etag: str, *, download: bool) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"content-type", file.kind.encode()), (b"accept-ranges", b"bytes"), (b"etag", etag.encode()),
        (b"cache-control", b"private, no-store"), (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", POLICY.encode()), (b"cross-origin-resource-policy", b"same-origin"),
    ]  # fmt: skip
    if download:
        headers.append((b"content-disposition", f'attachment; filename="{file.filename}"'.encode()))
    return headers


async def _start(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _refuse(send: Send, status: int, reason: str, more: list[tuple[bytes, bytes]] | None = None) -> None:
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await _start(send, status, more or plain)
    await send({"type": "http.response.body", "body": reason.encode()})
