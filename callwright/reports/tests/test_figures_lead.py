"""Each figure of a report, those of its last row too, equals the calls or registrations to which it leads (REP-7)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from callwright.calls.models import Call
from callwright.calls.periods import Period
from callwright.calls.queries.conditions import conditions_of
from callwright.calls.search import parse_search
from callwright.calls.testing import add_call
from callwright.registration.asked import OF_CALLS, read
from callwright.registration.models import AskedAgent, Registration
from callwright.registration.operations.rollup_topics import rebuild_topics
from callwright.registration.queries.lists import count_missing, count_registrations, missing
from callwright.reports.testing import (
    add_random_calls,
    ask_about_random_calls,
    live_random_days,
    register_random_calls,
)
from callwright.reports.tests.conftest import NOW

LINK = re.compile(r'<a href="(/(?:calls|registration|registration/missing)/\?[^"]*)"[^>]*>([\d,]+)</a>')
CLOCKS = "period=custom&from=2026-10-25&to=2026-10-25&zone=Europe/Amsterdam"
ASKED = [
    *(("calls", f"by={by}{more}")
      for by in ("time", "account", "queue", "user", "direction", "category", "hour", "weekday")
      for more in ("", "&zone=Asia/Kathmandu")),
    ("calls", "by=time&interval=hour&period=yesterday"), ("calls", "by=time&interval=week&zone=America/New_York"),
    ("calls", "by=time&interval=month&period=this_year"), ("calls", "by=time&direction=outbound"),
    ("calls", f"by=time&interval=hour&{CLOCKS}"), ("calls", "by=queue&weekday=2&zone=Asia/Kathmandu"),
    ("calls", "by=user&hour=0"), ("calls", "by=time&interval=half_hour&from=2026-11-16&to=2026-11-18"),
    ("queues", "by=queue&within=5"), ("queues", "by=user"),
    ("queues", "by=time&within=60&from=2026-10-20&to=2026-10-30"),
    ("categories", "by=category"), ("agents", "by=user"), ("agents", "by=time"), ("agents", "by=hour&user=OWNER"),
    ("hours", ""), ("hours", "figure=answered&zone=Asia/Kathmandu"),
    ("calls_crossed", "by=queue&across=time&interval=week"), ("calls_crossed", "by=user&across=time&period=last_week"),
    ("calls_crossed", "by=time&across=direction&figure=answered"),
    ("calls_crossed", "by=account&across=hour&weekday=2"),
    ("calls_crossed", "by=category&across=queue&figure=missed"), ("calls_crossed", f"by=queue&across=time&{CLOCKS}"),
    *(("resolution", f"by={by}&again={days}&period=this_quarter")
      for by, days in (("account", 1), ("queue", 3), ("user", 7), ("category", 14), ("time", 30))),
    ("topics", "by=topic"), ("topics", "by=topic&zone=Asia/Kathmandu&period=last_month"), ("topics", "by=time"),
    ("topics", "by=time&topic=TOPIC&interval=week"), ("topics", f"by=time&interval=hour&{CLOCKS}"),
    *(("registrations", f"by={by}")
      for by in ("user", "account", "queue", "direction", "category", "time", "hour", "weekday")),
    ("registrations", "by=queue&direction=inbound&direction=internal"), ("registrations", "by=user&weekday=3"),
    ("registrations", f"by=time&interval=hour&{CLOCKS}"), ("registrations", "by=category&zone=Asia/Kathmandu&hour=9"),
    ("crossed", "by=topic&across=hour"), ("crossed", "by=topic&across=user&direction=inbound"),
    ("crossed", "by=queue&across=topic"), ("crossed", "by=user&across=category"),
    ("crossed", "by=account&across=weekday"), ("crossed", "by=hour&across=queue&zone=America/New_York"),
    ("crossed", "by=topic&across=account"), ("crossed", "by=topic&across=queue"),
    ("crossed", "by=topic&across=category"),
    ("crossed", "by=topic&across=time&period=last_week"), ("crossed", "by=time&across=topic&interval=week"),
    ("crossed", "by=topic&across=user&weekday=3"), ("crossed", "by=topic&across=queue&hour=9"),
    ("crossed", f"by=topic&across=time&{CLOCKS}"),
]  # fmt: skip


def behind(user: Any, address: str) -> int:
    """How many calls, or registrations, the list under an address finds."""
    query = parse_qs(urlsplit(address).query)
    if address.startswith("/registration/"):
        asked = read(query, zone=user.time_zone, default=Period.MONTH)
        if address.startswith("/registration/missing/"):
            return count_missing(user, asked.only(OF_CALLS), now=NOW)
        return count_registrations(user, asked, now=NOW)
    search, problems = parse_search(query)
    assert problems == ()
    conditions = conditions_of(user, search, zone=ZoneInfo(user.time_zone), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM calls_call c WHERE {conditions.sql}", conditions.values)
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_each_figure_equals_what_it_leads_to(
    seed: int, account: Any, other_account: Any, owner: Any, colleague: Any, queue: Any, now: datetime,
    make_user: Callable[..., Any], browser_of: Callable[..., Any],
) -> None:  # fmt: skip
    for minute in (20, 40):  # in the hour that clocks repeat, each time
        for hour in (0, 1):
            add_call(account, datetime(2026, 10, 25, hour, minute, tzinfo=UTC), employee=owner, queue=queue)
    add_random_calls([account, account, other_account], [owner, colleague], queue, now=NOW, seed=seed)
    topics = register_random_calls([owner, colleague], now=NOW, seed=seed)
    ask_about_random_calls(now=NOW)
    live_random_days([owner, colleague], now=NOW, seed=seed)
    user = make_user("ada", role="administrator", all_accounts=True)
    client, random, places = browser_of(user), Random(seed), {"TOPIC": topics[0].pk, "OWNER": owner.pk}
    mine = ASKED[seed % 3 :: 3]  # the three seeds ask everything between them
    for code, query in mine + random.sample([one for one in ASKED if one not in mine], len(ASKED) // 4):
        for word, number in places.items():
            query = query.replace(word, str(number))
        text = client.get(f"/reports/{code}/?show=table&{query}").content.decode()
        assert "<tbody>" in text or "&hour=" in query, (code, query)
        _before, _, table = text.partition("<tbody>")
        found = {
            (unescape(link), int(said.replace(",", ""))) for link, said in LINK.findall(table.split("</table>")[0])
        }
        assert found or "&hour=" in query, (code, query)
        wrong = [(link, said, real) for link, said in sorted(found) if (real := behind(user, link)) != said]
        assert wrong == [], (code, query)


LEADING = {"asked": "Asked to register", "missing": "Not registered", "registered": "Calls registered"}


@pytest.mark.parametrize("sees", ["all", "one"])
def test_who_was_asked_and_who_did_not_register_are_rows_of_the_list_of_them(
    sees: str, random_calls: None, supervisor: Any, supervisor_client: Any, owner: Any, colleague: Any, account: Any,
    make_user: Callable[..., Any], browser_of: Callable[..., Any], now: datetime,
) -> None:  # fmt: skip
    """Of everything, with whatever the report is narrowed to, by the tiles and by the last row."""
    register_random_calls([owner], now=NOW, seed=3)
    ask_about_random_calls(now=NOW)
    user, client = supervisor, supervisor_client
    if sees == "all":
        user = make_user("ada", role="administrator", all_accounts=True)
        client = browser_of(user)
    [vip] = {row for row in AskedAgent.objects.values_list("category_id", flat=True) if row}
    narrowed = ("", "&direction=inbound", "&direction=outbound", f"&user={owner.pk}", f"&account={account.pk}")
    seen = {"asked": 0, "missing": 0, "registered": 0}
    for more in (*narrowed, f"&category={vip}", "&weekday=3&zone=Asia/Kathmandu", "&hour=9", "&period=this_quarter"):
        text = client.get(f"/reports/registrations/?by=user{more}").content.decode()
        tiles = dict(_figure_of(tile) for tile in re.findall(r'<li class="report-tile">.*?</li>', text, re.DOTALL))
        last = text.partition("<tfoot>")[2]
        for name, label in LEADING.items():
            link, said = tiles.get(label, ("", 0))
            if link:
                assert behind(user, link) == said, (more, name)
                under = {(unescape(one), int(n)) for one, n in LINK.findall(last)}
                assert not said or (link, said) in under, (more, name)
            seen[name] += said
        if "Asked to register" in tiles and tiles["Asked to register"][1]:
            asked, missing = tiles["Asked to register"][1], tiles["Not registered"][1]
            assert f"{100 * (asked - missing) / asked:.1f}%" in text
    assert seen["asked"] > seen["missing"] > 10 and seen["registered"] > 10
    asked = AskedAgent.objects.filter(asked=True)
    assert set(asked.values_list("direction", flat=True)) == {"inbound"}  # what nobody was asked does not count


def _figure_of(tile: str) -> tuple[str, tuple[str, int]]:
    """What a tile says, and where it leads."""
    label = re.findall(r'report-tile-label">([^<]*)<', tile)[0]
    found = re.findall(r'<a class="report-tile-figure" href="([^"]*)">([\d,]+)</a>', tile)
    link, said = found[0] if found else ("", "0")
    return label, (unescape(link), int(said.replace(",", "")))


def test_the_list_of_all_who_were_asked_says_who_registered(
    random_calls: None, supervisor: Any, supervisor_client: Any, owner: Any, colleague: Any, now: datetime
) -> None:
    register_random_calls([owner], now=NOW, seed=3)
    ask_about_random_calls(now=NOW)
    of_all = supervisor_client.get("/registration/missing/?asked=1&period=quarter").content.decode()
    assert "Calls to be registered" in of_all and "Registered or not" in of_all
    for words in ("<span>Registered</span>", "Registered by somebody else", "<span>Not registered</span>"):
        assert words in of_all
    asked, keys, after = read({"asked": ["1"], "period": ["quarter"]}, zone="UTC", default=Period.MONTH), [], ""
    while page := missing(supervisor, asked, now=NOW, after=after, limit=7):
        keys += [(row.call.call_id, row.call.agent_id) for row in page.rows]
        if not (after := page.next):
            break
    assert keys == sorted(set(keys), reverse=True) and len(keys) == count_missing(supervisor, asked, now=NOW) > 20
    missing_alone = supervisor_client.get("/registration/missing/?period=quarter").content.decode()
    assert "<span>Registered</span>" not in missing_alone and "Registered by somebody else" not in missing_alone


@pytest.mark.parametrize("seed", [4, 5])
def test_the_list_of_registered_calls_has_each_that_the_figure_counts_once(
    seed: int, account: Any, other_account: Any, supervisor: Any, supervisor_client: Any, owner: Any, colleague: Any,
    queue: Any, now: datetime,
) -> None:  # fmt: skip
    """Also where two registered a call, where nobody known talked, and where somebody wrote without a tick."""
    add_random_calls([account, account, other_account], [owner, colleague], queue, now=NOW, seed=seed)
    register_random_calls([owner, colleague], now=NOW, seed=seed)
    unticked = Registration.objects.filter(pk__in=list(Registration.objects.values_list("pk", flat=True)[::5]))
    unticked.update(topics=[], comment="only words")
    rebuild_topics(date(2026, 9, 1), NOW.date())
    ticked = Registration.objects.filter(account=account).exclude(topics=[])
    for more, keys in (
        ("", {}),
        ("&direction=inbound", {"direction": "inbound"}),
        (f"&user={owner.pk}", {"employee": owner}),
    ):
        text = supervisor_client.get(f"/reports/registrations/?by=user&period=this_quarter{more}").content.decode()
        tiles = dict(_figure_of(tile) for tile in re.findall(r'<li class="report-tile">.*?</li>', text, re.DOTALL))
        link, said = tiles["Calls registered"]
        asked, found, after = read(parse_qs(urlsplit(link).query), zone="UTC", default=Period.MONTH), [], ""
        while page := missing(supervisor, asked, now=NOW, after=after, limit=7):
            found += [row.call.call_id for row in page.rows]
            assert {row.due for row in page.rows} == {"registered"}
            if not (after := page.next):
                break
        wanted = Call.objects.filter(pk__in=ticked.values("call_id"), started_at__gte="2026-09-30T22:00Z", **keys)
        assert found == sorted(wanted.values_list("pk", flat=True), reverse=True) and len(found) == said > 3
    page = supervisor_client.get(link).content.decode()
    assert "Registered calls</h1>" in page and "Must be registered" not in page and "Not registered" not in page


def test_calls_that_nobody_known_answered_have_a_row_of_their_own(
    random_calls: None, owner: Any, colleague: Any, make_user: Callable[..., Any], browser_of: Callable[..., Any],
    now: datetime,
) -> None:  # fmt: skip
    client = browser_of(make_user("ada", role="administrator", all_accounts=True))
    text = client.get("/reports/agents/?by=user&show=table").content.decode()
    table = text.partition("<tbody>")[2].split("</table>")[0]
    counts = [int(said) for _link, said in LINK.findall(table)]
    assert "Nobody</bdi>" in table and sum(counts[:-1]) == counts[-1] and len(counts) == 4
