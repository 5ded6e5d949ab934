"""How many AMI messages a second the link applies to the register, on a real PostgreSQL, and how far it lags behind.

    python -m benchmarks.link_rate [--calls 1500]

A simulated PBX sends the lean set as fast as it can; the link process journals, translates and applies. The rate is
what the PBX sent over the time until the last of it was committed; beside it stands the reader alone: the same link
until everything is in its journal. Starts a PostgreSQL of its own with ordinary durability.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.ring_to_card import processor_s
from callwright.telephony.fake.ledger import read_ledger
from callwright.telephony.journal import Journal
from tests.faults.ground import Installation, Postgres, free_port, until


def journal_size(house: Installation) -> int:
    return sum(file.stat().st_size for file in (house.home / "journal" / "main").glob("*.log"))


def messages(house: Installation) -> int:
    journal = Journal(house.home / "journal" / "main")
    position, count = journal.start, 0
    while True:
        records, following = journal.read(position, limit=10_000)
        if following == position:
            journal.close()
            return count
        count += sum(record.kind == "M" for record in records)
        position = following


def measure(house: Installation, calls: int, folder: Path) -> bool:
    port, ledger = free_port(), folder / "ledger.jsonl"
    house.link_to(port)
    house.start("link")
    words = ["--listen", f"127.0.0.1:{port}", "--profile", "load", "--speed", "max", "--calls", str(calls)]
    words += ["--ledger", str(ledger), "--wait-for-login"]
    pbx = subprocess.Popen([sys.executable, "-m", "callwright.telephony.fake", *words], stdout=subprocess.DEVNULL)
    try:
        until(lambda: ledger.exists() and ledger.stat().st_size > 0, 60, "the first call is over")
        began, before = time.monotonic(), processor_s(house)
        size, journalled, lag = 0, began, 0.0
        while True:
            ((done,),) = house.rows("SELECT count(*) FROM calls_call WHERE ended_at IS NOT NULL")
            made = ledger.read_bytes().count(b"\n")
            now = time.monotonic()
            if journal_size(house) > size:
                size, journalled = journal_size(house), now
            if done >= made and now - journalled > 3:
                break
            if done < made:
                lag = now - journalled
                finished = now
            time.sleep(0.1)
        used = {name: s - before.get(name, 0.0) for name, s in processor_s(house).items()}
    finally:
        pbx.terminate()
        pbx.wait()
    count, made = messages(house), len(read_ledger(ledger))
    ((rows,),) = house.rows("SELECT count(*) FROM calls_call")
    rate, read = count / (finished - began), count / (journalled - began)
    print(f"{made} calls, {count} messages; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"applied: {rate:,.0f} messages/s by the clock (goal 2,000); into the journal alone: {read:,.0f}/s")
    print(f"the register was behind the journal by {lag:.1f} s at the end")
    shares = ", ".join(f"{name} {s:.1f} s" for name, s in sorted(used.items()))
    print(f"processor time: {shares}; {count / used['link']:,.0f} messages a second of the link's processor time")
    print(f"calls in the register: {rows} of {made}")
    return rows == made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=1500)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    (folder / "house").mkdir()
    postgres = Postgres(folder)
    try:
        postgres.furnish_fresh(agents=50, contacts=200)
        house = Installation(postgres, folder / "house")
        good = measure(house, options.calls, folder)
        house.end()
        return 0 if good else 1
    finally:
        postgres.server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
