"""A cable between the link and a PBX that can be cut."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Cable:
    """Forwards connections to a PBX while it is whole. `port` is where the link connects to, on 127.0.0.1."""

    def __init__(self, host: str, port: int = 5038) -> None:
        self._to, self._whole = (host, port), True
        self._ends: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> "Cable":
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut()
        self._server.close()
        await self._server.wait_closed()

    def cut(self) -> None:
        """All connections break, and no new one comes about until `mend`."""
        self._whole = False
        for writer in list(self._ends):
            writer.transport.abort()

    def mend(self) -> None:
        self._whole = True

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(*self._to)
        async with self._kept(writer), self._kept(far_writer):
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))

    @contextlib.asynccontextmanager
    async def _kept(self, writer: asyncio.StreamWriter) -> AsyncIterator[None]:
        self._ends.add(writer)
        try:
            yield
        finally:
            self._ends.discard(writer)
            writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.write_eof()
