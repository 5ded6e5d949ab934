"""The product's own files (scripts, styles, fonts), served from memory under an address that names their version.

All files share one version, the digest of them all, so that the relative imports of scripts and styles keep it:
`/static/v-0123456789ab/desk/desk.js`. Such an address never changes its content, and browsers never ask again.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import Storage

from callwright.kit.csp import POLICY

_MARK = "v-"
_FOR_EVER = b"public, max-age=31536000, immutable"
_ASK_AGAIN = b"no-cache"
_WORTH_PACKING = 600  # bytes
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_TEXTS = ("text/", "application/json", "image/svg+xml")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class StaticFile:
    kind: bytes
    etag: bytes
    content: bytes
    packed: bytes | None
    """The content compressed by gzip, where that is worth it."""


def _found() -> Iterator[tuple[str, Path]]:
    """Each file's address below STATIC_URL, in order; the first app that has an address wins."""
    paths: dict[str, Path] = {}
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=None):
            paths.setdefault(name.replace("\\", "/"), Path(storage.path(name)))
    yield from sorted(paths.items())


@cache
def version() -> str:
    """The digest of all files; the same in every process that runs the same version of the product."""
    digest = hashlib.sha256()
    for name, path in _found():
        digest.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return _MARK + digest.hexdigest()[:12]


class VersionedStaticFiles(Storage):
    """What `{% static %}` asks for addresses."""

    def url(self, name: str | None) -> str:
        between = "" if settings.DEBUG else f"{version()}/"
        return f"{settings.STATIC_URL}{between}{name or ''}"


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    is_text = kind.startswith(_TEXTS)
    packed = gzip.compress(content, 9, mtime=0) if is_text and len(content) > _WORTH_PACKING else None
    digest = hashlib.sha256(content).hexdigest()[:16]
    kind += "; charset=utf-8" if is_text else ""
    return StaticFile(kind.encode(), f'W/"{digest}"'.encode(), content, packed)


def with_static_files(application: Application) -> Application:
    """`application` with the product's own files in front of it. Reads them all now, except while debugging."""
    prefix = settings.STATIC_URL
    files = {} if settings.DEBUG else {name: _read(path) for name, path in _found()}
    current = "" if settings.DEBUG else version()

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(prefix):
            await application(scope, receive, send)
            return
        asked, name = _split(scope["path"].removeprefix(prefix))
        file = _now(name) if settings.DEBUG else files.get(name)
        await _answer(scope, send, file, _FOR_EVER if asked and asked == current else _ASK_AGAIN)

    return both


def _split(path: str) -> tuple[str, str]:
    """The version that the address names, if any, and the file. A page of an older version gets the file of now."""
    first, _, rest = path.partition("/")
    return (first, rest) if first.startswith(_MARK) and rest else ("", path)


def _now(name: str) -> StaticFile | None:
    path = dict(_found()).get(name)
    return _read(path) if path else None


async def _answer(scope: Scope, send: Send, file: StaticFile | None, caching: bytes) -> None:
    if file is None:
        await _send(send, 404, [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")], b"Not found.")
        return
    if scope["method"] not in ("GET", "HEAD"):
        await _send(send, 405, [(b"allow", b"GET, HEAD")], b"")
        return
    asked = {name.lower(): value for name, value in scope["headers"]}
    headers = [
        (b"cache-control", caching), (b"etag", file.etag), (b"vary", b"Accept-Encoding"),
        (b"x-content-type-options", b"nosniff"), (b"content-security-policy", POLICY.encode()),
    ]  # fmt: skip
    if file.etag in (part.strip() for part in asked.get(b"if-none-match", b"").split(b",")):
        await _send(send, 304, headers, b"")
        return
    headers.append((b"content-type", file.kind))
    body = file.content
    if file.packed is not None and b"gzip" in asked.get(b"accept-encoding", b""):
        body = file.packed
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    await _send(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
