"""The register's searches over ten million calls of 24 months in 2 000 accounts, first and further pages.

    .venv/bin/python -m benchmarks.register_search [--folder FOLDER] [--calls 10000000] [--rounds 3]

Makes the calls once, in a database of its own in FOLDER (12 GB; ten minutes on two cores), and uses them again later.
Asks what people ask as an administrator who sees all accounts, a supervisor of 40 of them (the largest among them) and
a supervisor of the largest alone: through the product's own queries with the viewer's rights, rows as the screen gets
them, without HTTP and drawing. Prints p50, p95 and the worst in milliseconds of each kind: of first pages, and of the
three pages after each; how many first pages were short (they end after a twentieth of a second with what was found and
the place to look on from, which the screen follows by itself), and how long it took until 60 rows or the end came.
Searches that are refused in words (too many calls to sort by a column) are counted apart. Then how long counting what
was found takes, which the screen asks for after the page; and first pages as the web server answers them, drawn, with
session and rights. Beside it, on the same data in the same run, the shape of query that other registers use: count
all, then ORDER BY … LIMIT … OFFSET over one table with ordinary indexes; two searches of each kind, its further pages
are the second and the one in the middle. A page of theirs is given up after ten seconds and counts as that.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks._many_calls import Ground, database

PAGE = 60
GIVEN_UP_S = 10
LONG = "period=all"
Times = dict[str, list[float]]


@dataclass
class Pages:
    """What the searches of one viewer took, in milliseconds by kind: first pages, those after them, and until 60 rows
    or the end were there. `short`: how many first pages were not full though more was to come; `refused`: in words.
    """

    first: Times = field(default_factory=dict)
    more: Times = field(default_factory=dict)
    full: Times = field(default_factory=dict)
    short: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "callwright-register-search")
    parser.add_argument("--calls", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-peer", action="store_true", help="leave the other registers' queries out")
    options = parser.parse_args()
    with database(options.folder):
        ground = Ground(options.calls)
        print(f"{ground.calls:,} calls until {ground.now:%F %R}; load average {os.getloadavg()[0]:.1f}", flush=True)
        searches = [one for round_ in range(options.rounds) for one in _searches(ground, random.Random(round_))]
        _warm(ground)
        for name, pages in _ours(ground, searches).items():
            _print(name, pages)
        _print_counts(ground, searches)
        _print_drawn(ground, searches)
        if not options.without_peer:
            print("\nthe same searches as count(*), ORDER BY, LIMIT, OFFSET over one table", flush=True)
            for name, pages in _theirs(ground, searches[: len(searches) // options.rounds]).items():
                _print(name, pages)
        print(f"load average {os.getloadavg()[0]:.1f}")


def _searches(ground: Ground, chance: random.Random) -> Iterator[tuple[str, str]]:
    """(kind, address) of each search of one round; numbers, contacts and words are those of calls that there are."""
    call = _some_call(ground, chance)
    for period in ("today", "yesterday", "week", "month", "quarter", "all"):
        yield "period", f"period={period}"
        yield "period and status", f"period={period}&status={chance.choice(('missed', 'abandoned', 'answered'))}"
        yield "period and one account", f"period={period}&account={call['account_id']}"
    for period in ("month", "quarter", "all"):
        for kind, query in (*_of_people(call), *_of_content(call, chance), *_of_text(call)):
            yield kind, f"period={period}&{query}"
    yield from _combined(call)
    for sort in ("status", "direction", "contact", "number", "dialled", "account", "queue", "employee", "extension",
                 "ring", "-wait", "-talk", "hold", "category"):  # fmt: skip
        yield "sorted by a column", f"period=yesterday&status=missed&sort={sort}"
        yield "sorted by a column", f"{LONG}&number={call['number'][-7:]}&sort={sort}"
        yield "sorted, too many", f"period={chance.choice(('week', 'month', 'all'))}&sort={sort}"


def _some_call(ground: Ground, chance: random.Random) -> dict[str, Any]:
    from django.db import connection

    names = "number", "contact", "employee", "extension", "comment", "account_id", "queue", "name", "marker"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.client_number, c.contact_id, c.employee_id, c.extension, c.comment, c.account_id, c.queue_id,"
            " k.name, (SELECT min(id) FROM calls_marker)"
            " FROM calls_call c JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id"
            " WHERE c.account_id = %s AND c.local_day = %s AND c.comment <> '' AND c.employee_id IS NOT NULL"
            " AND c.queue_id IS NOT NULL AND c.id > (SELECT id FROM calls_call ORDER BY id DESC OFFSET 500000 LIMIT 1)"
            " ORDER BY c.id LIMIT 40",
            [ground.accounts[0], (ground.now - timedelta(days=chance.choice((3, 10, 17)))).date()],
        )
        return dict(zip(names, chance.choice(cursor.fetchall()), strict=True))


def _of_people(call: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "last 4 digits", f"number={call['number'][-4:]}"
    yield "last 7 digits", f"number={call['number'][-7:]}"
    yield "whole number", f"number=%2B{call['number'][1:]}"
    yield "contact", f"contact={call['contact']}"
    yield "contact's name", f"name={call['name']}"
    yield "employee", f"employee={call['employee']}"
    yield "employee and status", f"employee={call['employee']}&status=missed&status=busy&status=failed"
    yield "extension", f"extension={call['extension']}"
    yield "queue", f"queue={call['queue']}"


def _of_content(call: dict[str, Any], chance: random.Random) -> Iterator[tuple[str, str]]:
    low = chance.randrange(60, 900)
    yield "rare status", f"status={chance.choice(('voicemail', 'unknown', 'failed'))}"
    yield "status and direction", "status=missed&direction=outbound"
    yield "category", f"category={1 + chance.randrange(12)}"
    yield "marker", f"marker={chance.choice(('any', call['marker'] + chance.randrange(6)))}"
    yield "too long", "too_long=yes"
    yield "not called back", "follow_up=not_called_back"
    yield "follow-up", f"follow_up={chance.choice(('closed', 'called_back_late'))}"
    yield "recorded", f"recorded={chance.choice(('yes', 'no'))}&status=answered"
    yield "talk time", f"talk_from={chance.choice((900, 1800))}"
    yield "talk time from to", f"talk_from={low}&talk_to={low + 3}"


def _of_text(call: dict[str, Any]) -> Iterator[tuple[str, str]]:
    words = call["comment"].split()
    yield "free text, a word", f"text={words[2]}"
    yield "free text, two words", f"text={words[2]} {words[3]}"
    yield "free text, a surname", f"text={words[1]}"
    yield "free text, one call", f"text={words[-1]}"
    yield "nothing fits", "text=qqzxw"


def _combined(call: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "combination", f"{LONG}&employee={call['employee']}&category=4&status=voicemail"
    yield "combination", f"{LONG}&too_long=yes&recorded=yes&direction=inbound"
    yield "combination", f"{LONG}&number={call['number'][-4:]}&status=missed&follow_up=called_back"
    yield "combination", f"{LONG}&text={call['comment'].split()[2]}&employee={call['employee']}"
    yield "combination", f"{LONG}&category=2&talk_from=900&direction=internal&marker=any"
    yield "oldest first", f"{LONG}&sort=started&status=voicemail"
    yield "oldest first", "period=quarter&sort=started"


def _warm(ground: Ground) -> None:
    """What any installation has in memory that is in use: the newest months and all indexes' upper levels."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(comment) FROM calls_call")
        cursor.execute("SELECT count(comment) FROM bench_plain")
    for kind, query in _searches(ground, random.Random(99)):
        for viewer in (ground.administrator, ground.of_some, ground.of_one):
            _ask(viewer, ground, kind, query, Pages(), more=1)


def _viewers(ground: Ground) -> dict[str, Any]:
    return {"all accounts": ground.administrator, "40 accounts": ground.of_some, "one account": ground.of_one}


def _ours(ground: Ground, searches: list[tuple[str, str]]) -> dict[str, Pages]:
    found: dict[str, Pages] = {}
    for name, viewer in _viewers(ground).items():
        found[name] = Pages()
        for kind, query in searches:
            _ask(viewer, ground, kind, query, found[name])
    return found


def _search(ground: Ground, query: str) -> tuple[Any, Any]:
    from urllib.parse import parse_qs
    from zoneinfo import ZoneInfo

    from callwright.calls.search import parse_search
    from callwright.calls.viewpoint import Viewpoint

    search, problems = parse_search(parse_qs(query))
    if problems:
        raise ValueError(f"{query}: {problems}")
    return search, Viewpoint(ZoneInfo("Europe/Amsterdam"), ground.now, "NL")


def _ask(viewer: Any, ground: Ground, kind: str, query: str, pages: Pages, *, more: int = 3) -> None:
    """The first page and `more` after it, and further ones until 60 rows are there."""
    from callwright.calls.queries.register import register_page
    from callwright.calls.queries.register_sorted import TooManyToSort

    search, view = _search(ground, query)
    after, times, rows, full = None, list[float](), 0, 0.0
    while len(times) <= more or rows < PAGE:
        began = time.perf_counter()
        try:
            page = register_page(viewer, search, view, after=after, limit=PAGE)
        except TooManyToSort:
            pages.refused[kind] += 1
            return
        times.append((time.perf_counter() - began) * 1000)
        full += times[-1] if rows < PAGE else 0.0
        rows, after = rows + len(page.rows), page.next
        if len(times) == 1:
            pages.short[kind] += rows < PAGE and after is not None
        if after is None:
            break
    pages.first.setdefault(kind, []).append(times[0])
    pages.more.setdefault(kind, []).extend(times[1 : 1 + more])
    pages.full.setdefault(kind, []).append(full)


def _print_counts(ground: Ground, searches: list[tuple[str, str]]) -> None:
    """How long the screen's count takes, and how many searches it could not finish in its time."""
    from callwright.calls.queries.patience import SearchTooLong
    from callwright.calls.queries.register import total_of

    print("\ncounting what was found", flush=True)
    for name, viewer in _viewers(ground).items():
        times, ends = list[float](), Counter[str]()
        for _, query in searches:
            began = time.perf_counter()
            try:
                ends["at least"] += total_of(viewer, *_search(ground, query)).is_capped
            except SearchTooLong:
                ends["not in time"] += 1
            times.append((time.perf_counter() - began) * 1000)
        print(f"{name:<26}{_shown(times)}   {ends['at least']} told as 'more than', {ends['not in time']} not in time")


def _print_drawn(ground: Ground, searches: list[tuple[str, str]]) -> None:
    """What the browser is sent when a search is typed (the results), and when the register is opened with it."""
    from django.test import Client

    for words, headers in (("results drawn, as the screen asks for them", {"HX-Request": "true"}), ("whole pages", {})):
        print(f"\n{words}", flush=True)
        for name, viewer in _viewers(ground).items():
            client, times = Client(HTTP_HOST="127.0.0.1"), list[float]()
            client.force_login(viewer, backend="callwright.staff.sessions.SessionUsers")
            client.get("/calls/")
            for _, query in searches:
                began = time.perf_counter()
                answer = client.get(f"/calls/?{query}", headers=headers)
                times.append((time.perf_counter() - began) * 1000)
                if answer.status_code != 200:
                    raise RuntimeError(f"{query}: status {answer.status_code}")
            print(f"{name:<26}{_shown(times)}", flush=True)


def _theirs(ground: Ground, searches: list[tuple[str, str]]) -> dict[str, Pages]:
    """The viewers' searches as two statements a page; rights are the same conditions on accounts."""
    found: dict[str, Pages] = {}
    for name, viewer in (("all accounts", ground.administrator), ("one account", ground.of_one)):
        pages = found[name] = Pages()
        for kind in dict.fromkeys(kind for kind, _ in searches):
            for query in [query for each, query in searches if each == kind][-2:]:
                ask, calls = _asking_theirs(viewer, ground, query)
                pages.first.setdefault(kind, []).append(_milliseconds(ask, 0))
                for offset in (PAGE, max(calls() // 2, PAGE)):
                    pages.more.setdefault(kind, []).append(_milliseconds(ask, offset))
    return found


def _milliseconds(ask: Callable[[int], None], offset: int) -> float:
    began = time.perf_counter()
    ask(offset)
    return (time.perf_counter() - began) * 1000


def _asking_theirs(viewer: Any, ground: Ground, query: str) -> tuple[Callable[[int], None], Callable[[], int]]:
    from urllib.parse import parse_qs
    from zoneinfo import ZoneInfo

    from django.db import OperationalError, connection, transaction

    from callwright.calls.queries.conditions import conditions_of
    from callwright.calls.queries.register_order import order_of
    from callwright.calls.search import parse_search

    search, _ = parse_search(parse_qs(query))
    conditions = conditions_of(viewer, search, zone=ZoneInfo("Europe/Amsterdam"), now=ground.now, country="NL")
    where = conditions.sql.replace("c.id >= %(low)s AND c.id < %(high)s", "true")
    if search.period != "all":
        where += " AND c.started_at >= %(since)s AND c.started_at < %(until)s"
    values = {**conditions.values, **_span(search, ground)}
    joins, order = order_of(search)
    order = order.replace("c.id", "c.started_at") if search.sort == "started" else order
    counted = [0]

    def ask(offset: int) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(GIVEN_UP_S * 1000)])
                cursor.execute(f"SELECT count(*) FROM bench_plain c WHERE {where}", values)
                counted[0] = cursor.fetchone()[0]
                page = f"ORDER BY {order} LIMIT {PAGE} OFFSET {offset}"
                cursor.execute(f"SELECT c.* FROM bench_plain c {joins} WHERE {where} {page}", values)
                cursor.fetchall()
        except OperationalError:
            return

    return ask, lambda: counted[0]


def _span(search: Any, ground: Ground) -> dict[str, Any]:
    from zoneinfo import ZoneInfo

    from callwright.calls.periods import span_of

    span = span_of(search.period, ZoneInfo("Europe/Amsterdam"), ground.now, search.first, search.last)
    return {"since": span.begins_at, "until": span.ends_at or ground.now + timedelta(days=1)}


def _print(name: str, pages: Pages) -> None:
    print(f"\n{name:<26}{'first page':>24}{'further pages':>29}{'60 rows or the end':>29}")
    head = f"{'p50':>8}{'p95':>8}{'worst':>8}{'n':>5}"
    print(f"{'':<26}{head}{head}{head}   milliseconds; short and refused first pages")
    for kind in dict.fromkeys((*pages.first, *pages.refused)):
        parts = [_shown(times.get(kind, [])) for times in (pages.first, pages.more, pages.full)]
        print(f"{kind:<26}{''.join(parts)}   {pages.short[kind] or ''} {pages.refused[kind] or ''}")
    parts = [_shown([one for times in by.values() for one in times]) for by in (pages.first, pages.more, pages.full)]
    print(f"{'all':<26}{''.join(parts)}   {pages.short.total()} short, {pages.refused.total()} refused", flush=True)


def _shown(times: list[float]) -> str:
    if not times:
        return f"{'–':>8}{'–':>8}{'–':>8}{0:>5}"
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95 - 0.5))]
    return f"{statistics.median(ordered):>8.1f}{p95:>8.1f}{ordered[-1]:>8.1f}{len(ordered):>5}"


if __name__ == "__main__":
    main()
