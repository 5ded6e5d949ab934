"""The pages of reports and lists as a browser gets them: until the page stands, and until what comes after it does."""

import random
import re
import statistics
import time
from collections.abc import Sequence
from datetime import timedelta
from html import unescape
from typing import Any

from benchmarks._reports_year import Year

PAGES = (
    ("calls", "by=time"), ("calls", "by=account"), ("calls", "by=user"), ("queues", "by=queue"), ("queues", "by=hour"),
    ("agents", "by=user"), ("agents", "by=time"), ("agents", "by=hour"), ("topics", "by=topic"), ("topics", "by=time"),
    ("registrations", "by=user"), ("registrations", "by=account"), ("registrations", "by=time"),
    ("crossed", "by=topic&across=hour"), ("crossed", "by=topic&across=user"), ("crossed", "by=account&across=user"),
    ("calls_crossed", "by=queue&across=time"), ("calls_crossed", "by=account&across=user"),
    ("hours", ""), ("resolution", "by=queue"), ("resolution", "by=time"), ("categories", "by=category"),
)  # fmt: skip
LISTS = (
    ("", "ticked=1"), ("", "topic={topic}"), ("missing/", ""), ("missing/", "asked=1"),
    ("missing/", "registered=1"), ("quality/", "state=all"), ("quality/agents/", "step=week"),
)  # fmt: skip
"""Registrations; calls not registered, to be, and registered; what is wrong with registrations; and both by agent."""

PERIODS = {"4 weeks": 28, "year": 365}
_LATER = re.compile(
    r'<(?:section id="report"|div id="quality-table"|span)[^>]*? hx-get="([^"]+)" hx-trigger="load"', re.DOTALL
)
_GIVEN_UP = ('class="state', "could not be counted in time")


def measure_pages(year: Year, viewer: Any, agents: Sequence[int], rounds: int) -> tuple[list[float], list[float]]:
    """Prints a line for each page and period; returns the times (ms) of all pages and of all later parts."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(viewer)
    _get(client, "/reports/")
    pages, parts = list[float](), list[float]()
    print(f"{'page':<42}{'p50':>8}{'p95':>8}{'worst':>8}{'figures':>9}{'later p50':>11}{'p95':>8}   milliseconds")
    asked = [(f"/reports/{code}/?{query}", "user", "to", f"{code} {query}") for code, query in PAGES]
    for path, query in LISTS:
        query = query.format(topic=year.topics[0])
        asked.append((f"/registration/{path}?{query}", "agent", "until", f"registration/{path} {query}"))
    for address, who, until, said in asked:
        address += "".join(f"&{who}={one}" for one in agents)
        for name, days in PERIODS.items():
            stood, later, whole = _measure(client, year, address, until, days, rounds)
            pages, parts = pages + stood, parts + later
            after = f"{percentile(later, 0.5):>11.0f}{percentile(later, 0.95):>8.0f}" if later else ""
            print(f"{f'{said}, {name}':<42}{shown(stood)}{f'{whole} of {rounds}':>9}{after}", flush=True)
    return pages, parts


def _measure(
    client: Any, year: Year, address: str, until: str, days: int, rounds: int
) -> tuple[list[float], list[float], int]:  # fmt: skip
    """Times of the page, of what came after it, and how often all figures stood in the page itself."""
    chance, stood, later, whole = random.Random(address), list[float](), list[float](), 0
    for turn in range(rounds + 1):  # the first one warms up
        last = year.now.date() - timedelta(days=chance.choice((0, 0, 1, 5, 20)))
        first = max(last - timedelta(days=days - 1), year.now.date() - timedelta(days=365))
        began = time.perf_counter()
        text = _get(client, f"{address}&from={first}&{until}={last}")
        took = (time.perf_counter() - began) * 1000
        found = _LATER.search(text)
        after = 0.0
        if found:
            began = time.perf_counter()
            part = _get(client, unescape(found[1]), headers={"HX-Request": "true"})
            after = (time.perf_counter() - began) * 1000
            if _LATER.search(part) or any(one in part for one in _GIVEN_UP):
                after = float("inf")  # given up
        if "This takes too long" in text:
            took = float("inf")
        if turn:
            stood.append(took)
            whole += not found
            later += [after] if found else []
    return stood, later, whole


def _get(client: Any, address: str, **options: Any) -> str:
    answer = client.get(address, **options)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return str(answer.content.decode())


def percentile(times: Sequence[float], part: float) -> float:
    ordered = sorted(times)
    if part == 0.5:
        return statistics.median(ordered)
    return ordered[max(0, min(len(ordered) - 1, round(len(ordered) * part - 0.5)))]


def shown(times: Sequence[float]) -> str:
    return f"{percentile(times, 0.5):>8.0f}{percentile(times, 0.95):>8.0f}{max(times):>8.0f}"
