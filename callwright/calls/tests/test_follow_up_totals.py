"""Totals of missed calls: each row and figure counts exactly the calls to which it leads (CALL-6)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from callwright.calls.follow_up_list import MissedList
from callwright.calls.models import Call
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.follow_up_acts import Seen, assign_follow_up, close_follow_up
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.calls.queries.follow_up_history import reasons
from callwright.staff.models import Extension
from callwright.telephony import events as e
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


def rang(
    pbx: Any, key: str, *at: str, minutes_ago: float = 30, number: str | None = "+31612345678", queue: str = ""
) -> Call:
    """A call that rang at these extensions at the same time, told by the PBX, until the caller hung up."""
    begin, base = now() - timedelta(minutes=minutes_ago), {"pbx": pbx.slug, "call": key}
    told: list[Any] = [e.CallStarted(**base, at=begin, direction=e.Direction.INBOUND, from_number=number)]
    if queue:
        told.append(e.QueueJoined(**base, at=begin, queue=queue))
    told += [e.LegRinging(**base, at=begin, leg=f"{key}-{one}", party=one, queue=queue or None) for one in at]
    end = begin + timedelta(seconds=20)
    if queue:
        told.append(e.QueueLeft(**base, at=end, queue=queue, result=e.QueueResult.ABANDONED))
    told += [e.LegEnded(**base, at=end, leg=f"{key}-{one}", result=e.LegResult.CANCELLED) for one in at]
    told.append(e.CallEnded(**base, at=end, hangup_by=e.Side.CALLER))
    apply_events(told, now=now())
    work_out_follow_ups(now())
    return Call.objects.get(pbx_key=key)


def about(call: Call, by: Any) -> dict[str, Any]:
    call.refresh_from_db()
    seen = Seen(call.follow_up, call.assigned_to_id)
    return {"account_id": call.account_id, "call_id": call.id, "seen": seen, "by": by.pk, "now": now()}


def totals(client: Client, query: str) -> dict[str, Any]:
    """The rows by name, that of all under "all"."""
    rows = client.get(f"/calls/missed/totals/?period=all&{query}").context["totals"]
    return {"all" if row["is_total"] else row["name"]: row for row in rows}


def listed(client: Client, url: str) -> set[Any]:
    return {one["row"].id for one in client.get(url).context["rows"]}


def test_a_call_that_rang_at_all_phones_counts_for_each_and_once_in_all(
    pbx: Any, owner: Any, colleague: Any, supervisor: Any, supervisor_client: Client, account: Any
) -> None:
    Queue.objects.create(pbx=pbx, name="support", account=account)
    Extension.objects.create(pbx=pbx, number="209", label="Meeting room")
    both = rang(pbx, "both", "201", "202", queue="support")
    his = rang(pbx, "his", "202", number="+31611111111")
    nobody = rang(pbx, "nobody", "209", number="+31622222222")
    found = totals(supervisor_client, "by=employee")
    assert {name: row["missed"] for name, row in found.items()} == {"Olivia": 1, "Carl": 2, "": 1, "all": 3}
    assert both.employee_id is None  # which is why its employee cannot be counted by
    assert listed(supervisor_client, found["Olivia"]["url"]) == {both.id}
    assert listed(supervisor_client, found["Carl"]["url"]) == {both.id, his.id}
    assert listed(supervisor_client, found[""]["url"]) == {nobody.id}
    assert listed(supervisor_client, found["all"]["url"]) == {both.id, his.id, nobody.id}
    assign_follow_up(**about(both, supervisor), to=owner.pk)
    assign_follow_up(**about(nobody, supervisor), to=supervisor.pk)
    found = totals(supervisor_client, "by=employee")
    assert {name: row["missed"] for name, row in found.items()} == {"Olivia": 1, "Carl": 1, "Sofia": 1, "all": 3}
    assert listed(supervisor_client, found["Carl"]["url"]) == {his.id}
    assert listed(supervisor_client, found["Sofia"]["url"]) == {nobody.id}


def test_a_phone_that_rang_twice_counts_once(pbx: Any, owner: Any, supervisor_client: Client) -> None:
    begin, base = now() - timedelta(minutes=5), {"pbx": pbx.slug, "call": "twice"}
    legs = [
        told
        for n in range(2)
        for told in (
            e.LegRinging(**base, at=begin + timedelta(seconds=10 * n), leg=f"leg{n}", party="201"),
            e.LegEnded(**base, at=begin + timedelta(seconds=10 * n + 9), leg=f"leg{n}", result=e.LegResult.NO_ANSWER),
        )
    ]
    start = e.CallStarted(**base, at=begin, direction=e.Direction.INBOUND, from_number="+31612345678")
    apply_events([start, *legs, e.CallEnded(**base, at=begin + timedelta(seconds=30))], now=now())
    work_out_follow_ups(now())
    found = totals(supervisor_client, "by=employee")
    assert {name: row["missed"] for name, row in found.items()} == {"Olivia": 1, "all": 1}


def test_who_is_chosen_has_the_only_row(pbx: Any, owner: Any, colleague: Any, supervisor_client: Client) -> None:
    rang(pbx, "both", "201", "202")
    rang(pbx, "his", "202", number="+31611111111")
    found = totals(supervisor_client, f"by=employee&employee={owner.pk}")
    assert {name: row["missed"] for name, row in found.items()} == {"Olivia": 1, "all": 1}
    found = totals(supervisor_client, f"by=day&employee={colleague.pk}")
    assert found["all"]["missed"] == 2


def test_what_is_mine_is_mine_in_the_totals_too(pbx: Any, owner: Any, colleague: Any, owner_client: Client) -> None:
    mine = rang(pbx, "both", "201", "202")
    rang(pbx, "his", "202", number="+31611111111")
    address = owner_client.get("/calls/missed/?mine=1").context["totals_url"]
    answer = owner_client.get(f"{address}&by=employee&period=all")
    assert [row["missed"] for row in answer.context["totals"]] == [1, 1]
    assert f'value="{owner.pk}" selected' in answer.content.decode()
    assert listed(owner_client, answer.context["totals"][-1]["url"]) == {mine.id}


@pytest.fixture
def many(pbx: Any, account: Any, owner: Any, colleague: Any, supervisor: Any) -> None:
    """Calls of two days and two queues, of all states."""
    for name in ("support", "sales"):
        Queue.objects.create(pbx=pbx, name=name, account=account)
    day = 24 * 60
    told = [
        rang(pbx, "a", "201", "202", queue="support"),
        rang(pbx, "b", "202", queue="support", number="+31611111111", minutes_ago=day),
        rang(pbx, "c", "201", "202", queue="sales", number="+31622222222", minutes_ago=day + 1),
        rang(pbx, "d", "201", number="+31633333333", minutes_ago=2),
        rang(pbx, "e", queue="sales", number="+31644444444"),
        rang(pbx, "f", "201", "202", number=None),
        rang(pbx, "g", "202", number="+31655555555", minutes_ago=day),
    ]
    back, base = now() - timedelta(minutes=20), {"pbx": pbx.slug, "call": "back"}
    apply_events(
        [
            e.CallStarted(
                **base, at=back, direction=e.Direction.OUTBOUND, from_number="201", to_number="+31612345678",
                extension="201",
            ),
            e.LegRinging(**base, at=back, leg="out", party="+31612345678", kind=e.LegKind.NUMBER),
            e.LegAnswered(**base, at=back + timedelta(seconds=1), leg="out"),
            e.TalkStarted(**base, at=back + timedelta(seconds=1)),
            e.CallEnded(**base, at=back + timedelta(seconds=60)),
        ],
        now=now(),
    )  # fmt: skip
    work_out_follow_ups(now())
    close_follow_up(**about(told[1], supervisor), reason_id=reasons()[0].id)
    assign_follow_up(**about(told[2], supervisor), to=owner.pk)
    assert {one.follow_up for one in Call.objects.filter(direction="inbound")} == {
        "called_back", "closed", "not_called_back",
    }  # fmt: skip


@pytest.mark.parametrize("by", ["day", "queue", "employee"])
def test_each_figure_leads_to_as_many_calls_as_it_counts(by: str, many: None, supervisor_client: Client) -> None:
    answer = supervisor_client.get(f"/calls/missed/totals/?period=week&by={by}")
    rows = answer.context["totals"]
    assert len(rows) >= 3 and rows[-1]["missed"] == 7 and rows[-1]["withheld"] == 1
    followed = 0
    for row in rows:
        for name, figure, url in row["cells"]:
            assert bool(url) == bool(figure)
            if url:
                assert f'href="{url.replace("&", "&amp;")}"' in answer.content.decode()
                assert len(listed(supervisor_client, url)) == figure, (row["name"], row["day"], name)
                followed += 1
    assert followed >= 10


def test_a_controller_reads_the_totals_and_their_calls_in_the_register(
    many: None, controller: Any, browser_of: Any, supervisor_client: Client
) -> None:
    client = browser_of(controller)
    page = client.get("/calls/").content.decode()
    assert 'href="/calls/missed/totals/"' in page and 'href="/calls/missed/"' not in page
    answer = client.get("/calls/missed/totals/?period=week&by=queue")
    assert "/calls/missed/?" not in answer.content.decode()
    for row in answer.context["totals"]:
        for _name, figure, url in row["cells"]:
            if url:
                assert url.startswith("/calls/?") and len(client.get(url).context["rows"]) == figure
    support = next(row for row in answer.context["totals"] if row["name"] == "support")
    assert support["url"] and support["missed"] == 2
    by_employee = client.get("/calls/missed/totals/?period=week&by=employee")
    assert [row["url"] for row in by_employee.context["totals"][:-1]] == [""] * (len(by_employee.context["totals"]) - 1)
    assert by_employee.context["totals"][-1]["url"]
    assert client.post("/calls/missed/totals/").status_code == 405
    figures = supervisor_client.get("/calls/missed/totals/?period=week&by=queue").context["totals"]
    assert [row["missed"] for row in figures] == [row["missed"] for row in answer.context["totals"]]


def test_nothing_missed_is_said(supervisor_client: Client) -> None:
    answer = supervisor_client.get("/calls/missed/totals/")
    assert "No missed calls in this period" in answer.content.decode() and answer.context["totals"] == []


def test_the_tab_of_a_period_shows_all_its_calls_and_the_states_chosen(many: None, supervisor_client: Client) -> None:
    def keys(query: str) -> set[str]:
        found = listed(supervisor_client, f"/calls/missed/?tab=settled&{query}")
        return set(Call.objects.filter(pk__in=found).values_list("pbx_key", flat=True))

    assert keys("") == set("abcdefg")
    assert keys("state=not_called_back") == set("cdeg")
    assert keys("state=withheld") == {"f"}
    assert keys("state=withheld&state=not_called_back") == set("cdefg")
    assert keys("state=withheld&state=closed") == set("bf")
    assert keys("state=not_called_back&state=called_back") == set("acdeg")
    assert keys("queue=none") == set("dfg")


def test_an_address_says_what_is_asked_for() -> None:
    asked = MissedList(queue="none", employee="none", mine=True, states=("withheld",))
    assert asked.query == "queue=none&employee=none&mine=1&state=withheld"
    assert asked.for_totals(7).query == "tab=settled&queue=none&employee=7"
