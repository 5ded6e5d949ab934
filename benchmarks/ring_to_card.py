"""Ring to card: from the PBX's event on the socket to the card that is visible in the DOM of a real Chromium.

    python -m benchmarks.ring_to_card [--desks 500] [--rate 20] [--seconds 90] [--tabs 1]

Starts a PostgreSQL of its own with ordinary durability, the product's web server, link and worker, a simulated PBX, and
Chromium. All but `tabs` of the desks are clients without a browser that hold the stream and ask for what the page
would ask for; whoever talks registers the call meanwhile, by three saves. The floor is measured in the same run and
the same browser: a NOTIFY shown by a bare page over Server-Sent Events, without the product. All of it shares the
machine's processor, the generator of the load too.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from benchmarks._desks import Desk, collect_no_more
from benchmarks._saving import make_topics
from callwright.live.operations.publish import CHANNEL
from callwright.telephony.fake import FakePbx
from callwright.telephony.fake.house import Caller, Extension, House, Line
from callwright.telephony.fake.plan import CallPlan, Kind
from callwright.telephony.journal import Journal
from tests.faults.browser import open_desk
from tests.faults.ground import Installation, Postgres, free_port

CONTACTS = 2000
WATCH = """
performance.setResourceTimingBufferSize(5000);
window.cards = {};
const look = () => {
  for (const card of document.querySelectorAll("#cards .card")) {
    const id = card.dataset.call;
    if (!(id in window.cards) && card.checkVisibility()) window.cards[id] = performance.timeOrigin + performance.now();
  }
};
document.addEventListener("DOMContentLoaded", () =>
  new MutationObserver(look).observe(document.getElementById("cards") ?? document.body,
    { subtree: true, childList: true, attributes: true, attributeFilter: ["hidden"] }));
"""
ASKED = """() => performance.getEntriesByType("resource").map((one) => one.name)
  .filter((name) => /desk\\/calls\\/[^/]+\\/$/.test(name)).length"""


class Moments:
    """When what happened to each call of the watched desks, in seconds since 1970."""

    def __init__(self) -> None:
        self.rung: dict[str, float] = {}  # PBX key: the event went to the socket
        self.notified: dict[str, float] = {}  # call id: PostgreSQL told that it was committed
        self.streamed: dict[str, float] = {}  # call id: a client without a browser heard of it

    def wants(self, name: str, privilege: str) -> bool:
        return name == "DialBegin"

    def take(self, message: bytes) -> None:
        key = message.split(b"\r\nLinkedid: ")[1].split(b"\r\n")[0].decode()
        self.rung.setdefault(key, time.time())

    async def listen(self, url: str) -> None:
        """Notes when changes of desks are told by the database, until cancelled."""
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            async for notice in connection.notifies():
                if notice.payload.startswith("["):
                    for _, topic, _, key, *_ in json.loads(notice.payload):
                        if topic.startswith("desk:"):
                            self.notified.setdefault(key, time.time())

    def heard(self, change: dict[str, Any]) -> None:
        if change["topic"].startswith("desk:"):
            self.streamed.setdefault(change["key"], time.time())


def house_of(agents: list[dict[str, Any]]) -> House:
    """A phone for each agent, with a line of its own."""
    numbers = [agent["extension"] for agent in agents]
    return House(
        extensions=tuple(Extension(number, f"Agent {number}") for number in numbers),
        lines=tuple(Line(f"3120900{number}", extension=number, ring_s=20.0) for number in numbers),
    )


def call_to(extension: str, chance: random.Random, **more: Any) -> CallPlan:
    caller = Caller(f"3161{chance.randrange(CONTACTS):07}")  # somebody whom the contacts know
    return CallPlan(Kind.INBOUND, f"3120900{extension}", caller=caller, **more)


async def ring_others(pbx: FakePbx, agents: list[dict[str, Any]], rate: float) -> None:
    """Calls that are answered after a moment and talked for some seconds, at phones that are free."""
    chance, free_at = random.Random(5), {agent["extension"]: 0.0 for agent in agents}
    due = time.monotonic()
    while True:
        now = time.monotonic()
        idle = [number for number, at in free_at.items() if at < now]
        if idle:
            extension, answer_s, talk_s = chance.choice(idle), chance.uniform(1, 3), chance.uniform(4, 15)
            free_at[extension] = now + answer_s + talk_s + 1
            pbx.place(call_to(extension, chance, answer_s=answer_s, talk_s=talk_s))
        due += 1 / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def ring_watched(pbx: FakePbx, page: Any, extension: str, every_s: float) -> None:
    """Calls at a desk in a browser; the caller gives up after a moment, the agent puts the card away with a key."""
    chance = random.Random(int(extension))
    while True:
        pbx.place(call_to(extension, chance, answer_s=None, patience_s=every_s * 0.45))
        await asyncio.sleep(every_s * chance.uniform(0.75, 0.85))
        await page.evaluate(PUT_AWAY)
        await asyncio.sleep(every_s * 0.2)


PUT_AWAY = "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'e', bubbles: true }))"


async def start_link(house: Installation, pbx: FakePbx) -> None:
    house.link_to(pbx.port)
    house.start("link")
    house.start("worker")
    await pbx.until_reader(60)


async def open_pages(browser: Any, house: Installation, watched: list[Any], floor_port: int) -> tuple[list[Any], Any]:
    """The desks in Chromium, and the floor's page."""
    pages = [
        # No animations: without a graphics processor they are painted by the processor that is measured.
        await open_desk(browser, house.web_port, agent, scripts=(WATCH,), reduced_motion="reduce")
        for agent in watched
    ]
    bare = await (await browser.new_context()).new_page()
    await bare.goto(f"http://127.0.0.1:{floor_port}/")
    return pages, bare


async def connect_desks(
    house: Installation,
    watched: list[Any],
    others: list[Any],
    moments: "Moments",
    took: dict[str, list[float]],
    topics: list[int],
) -> tuple[list[Desk], list["asyncio.Task[None]"]]:
    """Opens the streams of all desks, one after the other, and listens to what the database tells."""
    desks = [Desk(house.web_port, agent, took, topics=topics) for agent in others]
    shadows = [Desk(house.web_port, agent, took, fetches=False, heard=moments.heard) for agent in watched]
    reading = [asyncio.create_task(moments.listen(house.url))]
    for desk in [*shadows, *desks]:
        reading.append(asyncio.create_task(desk.run()))
        await asyncio.wait_for(desk.opened.wait(), 60)
    collect_no_more()
    return desks, reading


async def what_was_seen(pages: list[Any], bare: Any) -> tuple[dict[str, float], int, dict[str, float]]:
    """What the browsers noted: when cards came, how many had to be asked for, when the floor's page changed."""
    cards: dict[str, float] = {}
    asked = 0
    for page in pages:
        cards |= await page.evaluate("window.cards")
        asked += await page.evaluate(ASKED)
    return cards, asked, await bare.evaluate("window.seen")


async def end_desks(tasks: list[Any], reading: list[Any], desks: list[Desk]) -> list[str]:
    """Ends what runs; returns what failed meanwhile."""
    for task in tasks:
        task.cancel()
    ends = await asyncio.gather(*reading, return_exceptions=True)
    return [repr(end) for end in ends if isinstance(end, Exception)] + [one for desk in desks for one in desk.failed]


async def measure(options: argparse.Namespace, house: Installation, floor_port: int) -> dict[str, Any]:
    from playwright.async_api import async_playwright

    agents, moments, took = house.agents[: options.desks], Moments(), dict[str, list[float]]()
    watched, others = agents[: options.tabs], agents[options.tabs :]
    async with async_playwright() as playwright, FakePbx(house=house_of(agents)) as pbx:
        pbx.wire.attach(moments)
        await start_link(house, pbx)
        desks, reading = await connect_desks(house, watched, others, moments, took, options.topics)
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        pages, bare = await open_pages(browser, house, watched, floor_port)
        apart = await clock_apart(bare)
        ringing = [asyncio.create_task(ring_others(pbx, others, options.rate - options.tabs / options.every))]
        await asyncio.sleep(options.warm_up)
        for noted in [moments.rung, *took.values()]:
            noted.clear()
        before = processor_s(house)
        meters = [await page.context.new_cdp_session(page) for page in pages]
        worked = [await work_of(meter) for meter in meters]
        began = time.time()
        for page, agent in zip(pages, watched, strict=True):
            ringing.append(asyncio.create_task(ring_watched(pbx, page, agent["extension"], options.every)))
        notified = asyncio.create_task(notify(house.url, options.seconds))
        await asyncio.sleep(options.seconds)
        lasted = time.time() - began
        used = {name: s - before.get(name, 0.0) for name, s in processor_s(house).items()}
        for page_meter, was in zip(meters, worked, strict=True):
            was.update({name: value - was[name] for name, value in (await work_of(page_meter)).items()})
        for task in ringing:
            task.cancel()
        await asyncio.sleep(2)
        cards, asked, seen = await what_was_seen(pages, bare)
        failed = await end_desks([*reading, *ringing], reading, desks)
        await browser.close()
    return {
        "moments": moments, "cards": {key: at / 1000 + apart for key, at in cards.items()}, "took": took,
        "asked": asked, "failed": failed, "worked": worked,
        "floor": [seen[key] / 1000 + apart - at for key, at in (await notified).items() if key in seen],
        "used": used, "lasted": lasted, "watched": {agent["extension"] for agent in watched},
    }  # fmt: skip


async def work_of(meter: Any) -> dict[str, float]:
    """Seconds that a page's main thread has worked so far, by kind."""
    await meter.send("Performance.enable")
    found = {one["name"]: one["value"] for one in (await meter.send("Performance.getMetrics"))["metrics"]}
    return {name: found[name] for name in ("TaskDuration", "ScriptDuration", "RecalcStyleDuration", "LayoutDuration")}


async def clock_apart(page: Any) -> float:
    """Seconds by which this process's clock is ahead of the browser's: the best of several askings."""
    found = []
    for _ in range(20):
        before = time.time()
        theirs = await page.evaluate("performance.timeOrigin + performance.now()")
        after = time.time()
        found.append((after - before, (before + after) / 2 - theirs / 1000))
    return min(found)[1]


async def notify(url: str, seconds: float) -> dict[str, float]:
    """Notifies the bare page twice a second; returns when each was sent."""
    sent: dict[str, float] = {}
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for number in range(int(seconds * 2)):
            sent[str(number)] = time.time()
            await connection.execute("SELECT pg_notify('floor', %s)", [str(number)])
            await asyncio.sleep(0.5)
    return sent


def processor_s(house: Installation) -> dict[str, float]:
    """Processor time used so far by each of the product's processes and what they started, and by this benchmark."""
    parents, used = dict[int, int](), dict[int, float]()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(folder.name)] = int(fields[1])
            used[int(folder.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    names = {process.process.pid: process.name for process in house.processes}
    names[house.postgres.server.process.pid] = "postgres"
    names[os.getpid()] = "this benchmark"
    found: dict[str, float] = {}
    for process, seconds in used.items():
        ancestor = process
        while ancestor not in names and ancestor in parents:
            ancestor = parents[ancestor]
        if name := names.get(ancestor):
            name = "Chromium" if name == "this benchmark" and process != ancestor else name
            found[name] = found.get(name, 0.0) + seconds
    return found


# ── the figures ───────────────────────────────────────────────────────────────────────────────────────────────────


def journalled(house: Installation) -> dict[str, float]:
    """When the link had each ring in its journal."""
    journal = Journal(house.home / "journal" / "main")
    position, found = journal.start, dict[str, float]()
    while True:
        records, following = journal.read(position, limit=10_000)
        if following == position:
            journal.close()
            return found
        for record in records:
            if record.body.startswith(b"Event: DialBegin"):
                key = record.body.split(b"\nLinkedid: ")[1].split(b"\n")[0].decode()
                found.setdefault(key, record.at.timestamp())
        position = following


def spread(name: str, values: list[float]) -> float:
    """Prints p50, p95, p99 and the worst, in milliseconds; returns p99."""
    ordered = sorted(value * 1000 for value in values) or [float("nan")]
    p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.95, 0.99))
    print(f"{name:<46} {len(values):>6} {statistics.median(ordered):>8.1f} {p95:>8.1f} {p99:>8.1f} {ordered[-1]:>8.1f}")
    return p99


def note_steps(steps: dict[str, list[float]], *path: float | None) -> None:
    """Adds how long each step on the way of one call took; `path` is when each ended."""
    for (name, index), before in zip(STEPS, path, strict=False):
        after = path[index]
        if before is not None and after is not None:
            steps.setdefault(name, []).append(after - before)


def report(options: argparse.Namespace, house: Installation, found: dict[str, Any]) -> bool:
    ids = dict(house.rows("SELECT pbx_key, id::text FROM calls_call"))
    applied = dict(house.rows("SELECT key, extract(epoch FROM min(at))::float8 FROM live_liveevent GROUP BY key"))
    moments, received = found["moments"], journalled(house)
    own = {row[0] for row in house.rows("SELECT pbx_key FROM calls_call WHERE rung && %s", sorted(found["watched"]))}
    calls = [key for key in moments.rung if key in own]
    steps: dict[str, list[float]] = {}
    for key in calls:
        id = ids[key]
        told, streamed = moments.notified.get(id), moments.streamed.get(id)
        note_steps(steps, moments.rung[key], received.get(key), applied.get(id), told, streamed, found["cards"].get(id))
    total = [found["cards"][ids[key]] - moments.rung[key] for key in calls if ids[key] in found["cards"]]
    browsers = f"{options.tabs} in Chromium, {options.workers} web processes"
    load = f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"{len(moments.rung) / found['lasted']:.1f} calls/s, {options.desks} desks, {browsers}; {load}")
    print(f"{'milliseconds':<46} {'count':>6} {'p50':>8} {'p95':>8} {'p99':>8} {'worst':>8}")
    p99 = spread("ring to card: PBX's event to visible card", total)
    spread("the floor: NOTIFY to the DOM of a bare page", found["floor"])
    for name, _ in STEPS:
        spread(f"  {name}", steps.get(name, []))
    for kind, values in sorted(found["took"].items()):
        spread(f"  answer to a desk without browser: {kind}", values)
    shares = ", ".join(f"{name} {s / found['lasted']:.2f}" for name, s in sorted(found["used"].items()))
    print(f"cores used, of {os.cpu_count()}: {shares}")
    cards = max(1, len(total))
    kinds = {name: sum(one[name] for one in found["worked"]) for name in found["worked"][0]}
    each = ", ".join(f"{name.removesuffix('Duration').lower()} {1000 * s / cards:.0f}" for name, s in kinds.items())
    print(f"main thread of a page in Chromium, milliseconds a call: {each}")
    print(f"cards that did not come with the change and were asked for: {found['asked']}")
    missing = len(calls) - len(total)
    if missing or found["failed"]:
        print(f"cards that did not come: {missing} of {len(calls)}")
        print(f"requests that failed: {len(found['failed'])} {found['failed'][:3]}")
        print(house.last_words(), file=sys.stderr)
    print(json.dumps({"p99_ms": round(p99, 1), "goal_ms": 100, "cards": len(total)}))
    return not missing and not found["failed"]


STEPS = (
    ("the link has it in its journal", 1),
    ("translated, application begins", 2),
    ("applied, committed, told by the database", 3),
    ("heard by the web, drawn, streamed to a client", 4),
    ("the card is visible", 5),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--desks", type=int, default=500)
    parser.add_argument("--rate", type=float, default=20.0, help="calls a second")
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--warm-up", type=float, default=8.0)
    parser.add_argument("--tabs", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="processes of the web server")
    parser.add_argument("--every", type=float, default=1.5, help="seconds between calls at a desk in Chromium")
    parser.add_argument("--without-registering", action="store_true", help="no topics on the cards, nobody ticks any")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    folder = Path(tempfile.mkdtemp(prefix="callwright-bench-"))
    (folder / "house").mkdir()
    postgres = Postgres(folder)
    floor = None
    try:
        postgres.furnish_fresh(agents=options.desks, contacts=CONTACTS)
        house = Installation(postgres, folder / "house")
        options.topics = [] if options.without_registering else make_topics(house.url)
        house.start_web(workers=options.workers)
        port = free_port()
        words = [sys.executable, "-m", "benchmarks._floor", str(port)]
        floor = subprocess.Popen(words, env={**os.environ, "DATABASE_URL": house.url})
        found = asyncio.run(measure(options, house, port))
        good = report(options, house, found)
        house.end()
        return 0 if good else 1
    finally:
        if floor is not None:
            floor.terminate()
            floor.wait()
        postgres.server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
