"""How many AMI messages a second the fake PBX makes and sends over TCP, on one core.

    python -m benchmarks.fake_pbx_rate [--calls 3000] [--full]

The fake runs as a process of its own, as fast as it can; the reader in this process only counts blank lines. The figure
is messages over the time from the first to the last event; the fake's processor time is printed beside it, because a
machine with other work on it shows that better.
"""

import argparse
import asyncio
import re
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._processor import used_by

ROOT = Path(__file__).resolve().parents[1]


async def measure(calls: int, full: bool) -> None:
    ledger = Path(tempfile.mkdtemp(prefix="fake-rate.")) / "ledger.jsonl"
    command = [sys.executable, "-m", "callwright.telephony.fake", "--listen", "127.0.0.1:0", "--profile", "load"]
    command += ["--speed", "max", "--calls", str(calls), "--ledger", str(ledger), "--wait-for-login"]
    process = await asyncio.create_subprocess_exec(
        *command, *(["--full"] if full else []), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    port = int((await process.stdout.readline()).decode().rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    before = used_by(process.pid).own_s
    writer.write(b"Action: Login\r\nUsername: crm\r\nSecret: crmsecret\r\n\r\n")
    messages = received = 0
    began = last = time.perf_counter()
    tail = b""
    while True:
        try:
            async with asyncio.timeout(1.0):
                data = await reader.read(2**20)
        except TimeoutError:
            break
        last = time.perf_counter()
        received += len(data)
        messages += len(re.findall(b"\r\n\r\n", tail + data))
        tail = data[-3:]
    used = used_by(process.pid).own_s - before
    process.terminate()
    await process.wait()
    writer.close()
    took = last - began
    made = sum(1 for _ in ledger.open())
    name = "full" if full else "lean"
    print(f"{name} set: {made} calls, {messages} messages, {received / 1e6:.1f} MB in {took:.2f} s")
    print(f"  {messages / took:,.0f} messages/s by the clock, {messages / used:,.0f} a second of processor time")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=3000)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    asyncio.run(measure(options.calls, options.full))


if __name__ == "__main__":
    main()
