"""The floor of ring to card: a page that shows what PostgreSQL notifies over Server-Sent Events, and nothing else.

DATABASE_URL=… python -m benchmarks._floor PORT
"""

import asyncio
import os
import sys

import psycopg

PAGE = b"""<!doctype html><meta charset="utf-8"><title>Floor</title><ul id="cards"></ul><script>
window.seen = {};
new EventSource("/stream").onmessage = ({ data }) => {
  const item = document.createElement("li");
  item.textContent = data;
  document.getElementById("cards").prepend(item);
  window.seen[data] = performance.timeOrigin + performance.now();
};
</script>"""


async def serve(port: int) -> None:
    writers: set[asyncio.StreamWriter] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"GET /stream"):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hi\n\n")
            writers.add(writer)
            return
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
        writer.write(head % len(PAGE) + PAGE)
        writer.close()

    connection = await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"], autocommit=True)
    await connection.execute("LISTEN floor")
    server = await asyncio.start_server(answer, "127.0.0.1", port)
    async with server, connection:
        async for notice in connection.notifies():
            for writer in writers:
                writer.write(f"data: {notice.payload}\n\n".encode())


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
