"""Sends files to browsers a piece at a time, so that a large one does not stand in memory."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import IO

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

PIECE = 1 << 18


def send_file(
    request: HttpRequest, file: IO[bytes], *, name: str, content_type: str, size: int
) -> StreamingHttpResponse:
    """`file` as a download called `name`, kept by no cache; it is closed when it has been sent. `size` in bytes."""
    # Behind ASGI a plain iterator would be read whole before the first piece is sent.
    pieces = _sent_async(file) if isinstance(request, ASGIRequest) else _sent(file)
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response._resource_closers.append(file.close)  # type: ignore[attr-defined]  # of a browser that left at once, too
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


async def _sent_async(file: IO[bytes]) -> AsyncIterator[bytes]:
    try:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
    finally:
        file.close()
