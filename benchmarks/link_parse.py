"""How many AMI messages a second one core splits, parses and translates, and what a million calls leave behind.

    python -m benchmarks.link_parse [--calls 1000000] [--missed-ends 0.01]

Plays recorded calls of a real Asterisk over and over, each with ids and times of its own; a share of the calls loses
its last Hangup, as over a broken link. First the memory while the calls go by, then the speed on bytes as they come
from the socket: with the lean filter's messages only, then with all.
"""

import argparse
import re
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from callwright.telephony.asterisk.channels import TranslatorConfig
from callwright.telephony.asterisk.protocol import Splitter, is_wanted, parse
from callwright.telephony.asterisk.translate import Translator

TRACES = Path(__file__).resolve().parents[1] / "callwright/telephony/asterisk/tests/traces"
NAMES = ("queue_agent_hangs_up", "direct_agent_hangs_up", "outbound_answered", "blind_refer", "ring_all_nobody")
CONFIG = TranslatorConfig(trunks=frozenset(["trunk"]))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CALLS_PER_S = 5  # a missed call is given up after 12 hours: from 216,000 calls on memory must be flat
_STAMP = re.compile(rb"^Timestamp: .*$", re.M)
_ID = re.compile(rb"pbx1-\d{10}\.")


def recorded(kind: str, names: tuple[str, ...] = NAMES) -> list[bytes]:
    """Each recorded scenario as the bytes of one connection."""
    found = []
    for name in names:
        data = (TRACES / f"{name}{kind}.ami.txt").read_bytes().replace(b"\r\n", b"\n")
        found.append(re.sub(rb"^# .*\n", b"", data, flags=re.M).replace(b"\n", b"\r\n"))
    return found


def calls(kind: str, count: int, missed_ends: float, names: tuple[str, ...] = NAMES) -> Iterator[bytes]:
    """`count` calls, one after another, each under ids and at a time of its own."""
    scenes = recorded(kind, names)
    every = int(1 / missed_ends) if missed_ends else 0
    for number in range(count):
        scene = scenes[number % len(scenes)]
        at = 1_700_000_000 + number / CALLS_PER_S
        data = _STAMP.sub(b"Timestamp: %.6f" % at, _ID.sub(b"pbx1-%010d." % (1_000_000_000 + number), scene))
        if every and number % every == 0:
            data = data[: data.rindex(b"Event: Hangup")]
        yield data


def speed(kind: str, count: int) -> None:
    stream = list(calls(kind, count, 0))
    pieces = [data[start : start + 4096] for data in stream for start in range(0, len(data), 4096)]
    splitter, translator = Splitter(), Translator("bench", CONFIG)
    relevant = total = events = 0
    began = time.process_time()
    for piece in pieces:
        for block in splitter.feed(piece):
            total += 1
            if is_wanted(block):
                relevant += 1
                events += len(translator.feed(parse(block), NOW))
    took = time.process_time() - began
    name = "lean filter" if kind else "all events "
    print(f"{name}: {relevant / took:>9,.0f} relevant messages/s of {total / took:>9,.0f} messages/s, "
          f"{events / took:>9,.0f} events/s, {count / took:>7,.0f} calls/s (one core)")  # fmt: skip


def memory(count: int, missed_ends: float) -> None:
    splitter, translator = Splitter(), Translator("bench", CONFIG)
    step = max(count // 10, 1)
    for number, data in enumerate(calls(".lean", count, missed_ends, names=("direct_agent_hangs_up",)), 1):
        for block in splitter.feed(data):
            if is_wanted(block):
                translator.feed(parse(block), NOW)
        if number % step == 0:
            sizes = " ".join(f"{name} {size}" for name, size in translator.sizes().items())
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{number:>10,} calls: {sizes}, snapshot {len(translator.snapshot()):,} bytes, peak {peak:.0f} MB",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--missed-ends", type=float, default=0.01)
    options = parser.parse_args()
    memory(options.calls, options.missed_ends)
    for kind in (".lean", ""):
        speed(kind, 2000)


if __name__ == "__main__":
    main()
