"""A missed call from the moment it rings in vain until a colleague has called back, in two real browsers (CALL-6)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from callwright.calls.models import Call, FollowUpAct, FollowUpReason
from callwright.calls.operations.apply_events import apply_events
from callwright.calls.operations.follow_up_acts import Seen, close_follow_up, reopen_follow_up
from callwright.calls.operations.follow_up_work import work_out_follow_ups
from callwright.telephony import events as e
from callwright.telephony.models import Command
from journeys.ground import OUTPUT
from journeys.stage import JAN, STRANGER, Stage
from journeys.test_desk import Pages

pytestmark = [pytest.mark.browser]


def now() -> datetime:
    return datetime.now(UTC)


def open_list(page: Page) -> Page:
    page.goto("/calls/missed/")
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    return page


def miss(stage: Stage, **call: Any) -> Call:
    rung = stage.ring(**call).end(answered=False)
    work_out_follow_ups(now())
    return Call.objects.get(pk=rung.id)


def set_closed(call: Call, stage: Stage, closed: bool) -> None:
    """A colleague closes the call, or opens it again."""
    call.refresh_from_db()
    about = {"account_id": call.account_id, "call_id": call.id, "by": stage.carl.pk, "now": now()}
    seen = Seen(call.follow_up, call.assigned_to_id)
    if closed:
        reason, _made = FollowUpReason.objects.get_or_create(code="wrong_number")
        close_follow_up(**about, seen=seen, reason_id=reason.pk)
    else:
        reopen_follow_up(**about, seen=seen)


def call_back(stage: Stage, number: str) -> None:
    """The link carries out what was ordered: the agent's phone, then the client, who answers."""
    at, base = now(), {"pbx": "main", "call": f"back-{number}"}
    apply_events(
        [
            e.CallStarted(
                **base, at=at, direction=e.Direction.OUTBOUND, from_number="201", to_number=number, extension="201"
            ),
            e.LegRinging(**base, at=at, leg="out", party=number, kind=e.LegKind.NUMBER),
            e.LegAnswered(**base, at=at + timedelta(seconds=1), leg="out"),
            e.TalkStarted(**base, at=at + timedelta(seconds=1)),
        ],
        now=now(),
    )
    work_out_follow_ups(now())


def test_a_missed_call_is_called_back_in_one_click_and_leaves_both_lists(stage: Stage, page_of: Pages) -> None:
    olivia, carl = open_list(page_of(stage.olivia)), open_list(page_of(stage.carl))
    expect(olivia.get_by_text("Nobody waits to be called back")).to_be_visible()
    missed = miss(stage)
    row, his = olivia.locator(f"#missed-{missed.id}"), carl.locator(f"#missed-{missed.id}")
    expect(row).to_contain_text("Jan de Vries")
    expect(row).to_contain_text("Olivia Bell")
    first = row.locator("[data-since]").inner_text()
    expect(row.locator("[data-since]")).not_to_have_text(first)  # it counts
    expect(his).to_be_visible()
    expect(olivia.locator("#missed-tabs .count").first).to_have_text("1")
    olivia.screenshot(path=OUTPUT / "missed-calls.png")
    olivia.keyboard.press("j")
    olivia.keyboard.press("c")
    expect(his.locator(".assignee")).to_contain_text("Olivia Bell")
    his.get_by_role("button", name="Call back").click()
    expect(carl.get_by_text("Olivia Bell is on the phone with this caller")).to_be_visible()
    order = Command.objects.get(verb="originate")
    assert order.by_id == stage.olivia.pk and order.arguments["number" if "number" in order.arguments else "to"] == JAN
    call_back(stage, JAN)
    for place in (row, his):
        expect(place).to_contain_text("Called back in time")
        expect(place).to_contain_text("Olivia Bell")
    expect(carl.locator("#missed-tabs .count").first).to_have_text("0")
    carl.locator("h1").click()  # a row stays as long as somebody is busy with it
    expect(his).to_have_count(0, timeout=30_000)


def test_closing_with_a_reason_is_seen_by_others_and_can_be_undone(stage: Stage, page_of: Pages) -> None:
    olivia, carl = open_list(page_of(stage.olivia)), open_list(page_of(stage.carl))
    FollowUpReason.objects.get_or_create(code="wrong_number")
    missed = miss(stage, number=STRANGER, name="Chance")
    row, his = olivia.locator(f"#missed-{missed.id}"), carl.locator(f"#missed-{missed.id}")
    expect(his).to_be_visible()
    row.get_by_role("button", name="Close, assign and more").click()
    dialog = olivia.locator("#follow-up")
    dialog.get_by_label("Why nobody need call back").select_option(label="Wrong number")
    dialog.get_by_label("In your own words").fill("Wanted the butcher")
    dialog.get_by_role("button", name="Close the call").click()
    expect(dialog).to_be_hidden()
    expect(row).to_contain_text("Closed with a reason")
    expect(his).to_contain_text("Wrong number · Wanted the butcher")
    olivia.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("Call back")
    assert list(FollowUpAct.objects.order_by("id").values_list("kind", flat=True)) == ["closed", "reopened"]


def test_a_call_further_down_comes_with_its_page_and_once(stage: Stage, page_of: Pages) -> None:
    calls = [stage.ring(number=f"+3161300{n:04}", ago_s=9000 - n * 60).end(answered=False) for n in range(55)]
    work_out_follow_ups(now())
    old = Call.objects.get(pk=calls[0].id)
    for order, page in (("", page_of(stage.olivia)), ("?order=oldest", page_of(stage.carl))):
        set_closed(old, stage, True)
        page.goto(f"/calls/missed/{order}")
        expect(page.locator("html")).to_have_attribute("data-connection", "connected")
        rows = page.locator("#missed .missed-row")
        expect(rows).to_have_count(50)
        set_closed(old, stage, False)
        newest = miss(stage, number=f"+31613111{len(order):03}")
        # one of both belongs on the page that is shown, the other on the next one
        here, further_down = (old, newest) if order else (newest, old)
        expect(page.locator(f"#missed-{here.id}")).to_have_count(1)
        expect(rows).to_have_count(51)
        expect(page.locator(f"#missed-{further_down.id}")).to_have_count(0)
        page.locator("#missed .more").scroll_into_view_if_needed()
        expect(page.locator(f"#missed-{further_down.id}")).to_have_count(1)
        expect(page.locator("#missed .more")).to_have_count(0)
        ids = rows.evaluate_all("rows => rows.map(row => row.dataset.callId)")
        assert ids == sorted(ids, reverse=not order)
        assert len(ids) == len(set(ids)) == Call.objects.filter(follow_up="not_called_back").count()


def test_the_navigation_counts_who_waits_on_every_page(stage: Stage, page_of: Pages) -> None:
    for user in (stage.olivia, stage.carl):  # to whom the number comes drawn; others ask for it
        user.language = "en"
        user.save()
    olivia, phone = page_of(stage.olivia), page_of(stage.carl, width=390, height=844)
    for page, path in ((olivia, "/contacts/"), (phone, "/calls/")):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("data-connection", "connected")
        expect(page.locator("[data-missed-number]")).to_have_text("")
    missed = miss(stage)
    for page in (olivia, phone):
        expect(page.get_by_role("link", name="Missed calls 1 waits to be called back")).to_have_count(1)
        expect(page.locator("[data-missed-number] .nav-number")).to_be_visible()
    phone.screenshot(path=OUTPUT / "missed-number-phone.png")
    call_back(stage, JAN)
    assert Call.objects.get(pk=missed.pk).follow_up == "called_back"
    for page in (olivia, phone):
        expect(page.locator("[data-missed-number]")).to_have_text("")
