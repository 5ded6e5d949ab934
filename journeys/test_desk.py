"""The desk in a real browser: calls come in as events, cards open by themselves, the agent works with keys."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from callwright.calls.models import Call, CallNote
from callwright.contacts.models import Contact, ContactNumber
from callwright.staff.models import AgentState
from callwright.telephony.models import Command
from journeys.ground import OUTPUT, Web
from journeys.stage import JAN, STRANGER, Stage, zone_where_it_is_noon

pytestmark = [pytest.mark.browser]
Pages = Callable[..., Page]


def open_desk(page: Page) -> Page:
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-connection", "connected")
    return page


def front(page: Page):
    return page.locator(".card:visible")


def test_the_card_opens_by_itself_and_follows_the_call(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    expect(page.locator("#idle")).to_be_visible()
    call = stage.ring()
    expect(front(page).locator(".who")).to_have_text("Jan de Vries")
    expect(front(page).locator(".account-name")).to_have_text("Baker & Sons")
    expect(front(page).locator(".part-direction")).to_have_text("INBOUND CALL")
    expect(front(page).locator(".part-warning")).to_contain_text("Allergic to nuts")
    expect(front(page).locator(".strip .pill")).to_contain_text("Ringing")
    expect(page).to_have_title("☎ Jan de Vries · Baker & Sons")
    link = front(page).locator("[data-pop-link]")
    expect(link).to_have_attribute("href", "https://crm.example.com/find?number=%2B31612345678&name=Jan%20de%20Vries")
    page.screenshot(path=OUTPUT / "desk-ringing.png")
    call.answer()
    expect(front(page).locator(".strip .pill")).to_contain_text("Talking")
    expect(front(page).locator(".strip [data-since]")).to_have_text("0:03")
    page.screenshot(path=OUTPUT / "desk-talking.png")
    call.hold()
    expect(front(page).locator(".strip .pill")).to_contain_text("On hold")
    call.end()
    expect(front(page).locator(".strip .pill")).to_contain_text("Ended")
    page.keyboard.press("e")
    expect(front(page)).to_have_count(0)
    expect(page.locator("#idle")).to_be_visible()
    expect(page.locator("#today li")).to_contain_text("Jan de Vries")


def test_a_half_typed_note_is_not_disturbed_by_a_second_call(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    stage.ring().answer()
    expect(front(page).locator(".strip .pill")).to_contain_text("Talking")
    page.keyboard.press("n")
    page.keyboard.type("Wants 40 rye brea")
    second = stage.ring(number=STRANGER, name="Bakkerij Jansen")
    slim = page.locator(".slim:visible")
    expect(slim).to_contain_text("Ringing")
    expect(page.locator(":focus")).to_have_attribute("name", "text")
    page.keyboard.type("ds")
    note = page.locator(".work:visible textarea")
    expect(note).to_have_value("Wants 40 rye breads")
    expect(front(page).locator(".who")).to_have_text("Jan de Vries")
    page.screenshot(path=OUTPUT / "desk-second-call.png")
    expect(page.locator(".note [data-save-state]").first).to_have_text("Saved")
    assert CallNote.objects.get().text == "Wants 40 rye breads"
    second.end(answered=False)
    expect(page.locator(".slim:visible")).to_have_count(0, timeout=12_000)
    expect(page.locator("#missed-list li")).to_have_count(1)


def test_a_call_that_a_colleague_takes_closes_with_a_word(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    call = stage.ring(to=("201", "202"))
    expect(front(page)).to_be_visible()
    call.answer("202", others=("201",))
    expect(front(page).locator(".strip")).to_contain_text("Taken by Carl Winter")
    expect(front(page)).to_have_count(0, timeout=8000)
    expect(page.locator("#idle")).to_be_visible()


def test_after_a_lost_connection_the_true_state_is_shown_and_no_word_is_lost(
    stage: Stage, page_of: Pages, web: Web
) -> None:
    page = open_desk(page_of(stage.olivia))
    call = stage.ring().answer()
    expect(front(page).locator(".strip .pill")).to_contain_text("Talking")
    web.stop()
    expect(page.locator(".connection-bar[data-connection=lost]")).to_be_visible()
    page.locator(".work:visible textarea").fill("Typed while nobody listened")
    call.end()
    other = stage.ring(number=STRANGER)
    expect(page.locator(".note [data-save-state]").first).to_contain_text("Not saved yet")
    page.screenshot(path=OUTPUT / "desk-connection-lost.png")
    web.start()
    expect(page.locator("html")).to_have_attribute("data-connection", "connected", timeout=25_000)
    expect(page.locator(f".strip[data-call='{call.id}']")).to_have_attribute("data-state", "ended", timeout=15_000)
    expect(page.locator(f".strip[data-call='{other.id}']")).to_have_attribute("data-state", "ringing")
    expect(page.locator(".note [data-save-state]").first).to_have_text("Saved", timeout=10_000)
    assert CallNote.objects.get().text == "Typed while nobody listened"


def test_two_tabs_of_one_agent_agree(stage: Stage, page_of: Pages) -> None:
    one = open_desk(page_of(stage.olivia))
    two = open_desk(one.context.new_page())
    call = stage.ring().answer()
    for page in (one, two):
        expect(front(page).locator(".strip .pill")).to_contain_text("Talking")
    one.locator(".work:visible textarea").fill("Seen in both")
    expect(two.locator(".work:visible textarea")).to_have_value("Seen in both")
    call.end()
    expect(front(two).locator(".strip .pill")).to_contain_text("Ended")
    one.locator("[data-dismiss-card]:visible").click()
    expect(front(two)).to_have_count(0)


def test_an_unknown_caller_is_written_down_while_typing(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    call = stage.ring(number=STRANGER, name="J. Jansen")
    expect(front(page).locator(".who")).to_have_text("030 123 4567")
    expect(front(page).locator(".part-place")).to_contain_text("Utrecht")
    page.screenshot(path=OUTPUT / "desk-unknown.png")
    page.keyboard.press("c")
    page.keyboard.type("Jo")
    page.keyboard.press("Tab")
    page.keyboard.type("Jansen")
    expect(front(page).locator("[data-save-state]")).to_have_text("Saved")
    page.keyboard.press("Escape")
    expect(front(page).locator(".who")).to_have_text("Jo Jansen")
    contact = Contact.objects.get(surname="Jansen")
    assert Call.objects.get(id=call.id).contact_id == contact.pk


def test_a_known_client_on_a_new_number(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    call = stage.ring(number=STRANGER)
    expect(front(page)).to_be_visible()
    page.keyboard.press("f")
    page.keyboard.type("vries")
    page.locator(".found-person", has_text="Jan de Vries").get_by_role("button").click()
    expect(front(page).locator(".who")).to_have_text("Jan de Vries")
    assert Call.objects.get(id=call.id).contact_id == stage.jan
    assert ContactNumber.objects.filter(contact_id=stage.jan, number=STRANGER).exists()


def test_transfer_pause_and_dialling_by_keys_alone(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    page.keyboard.press("r")
    expect(page.locator("#me .me-state .pill")).to_contain_text("Ready")
    stage.ring().answer()
    expect(front(page).locator(".strip .pill")).to_contain_text("Talking")
    page.keyboard.press("t")
    page.keyboard.type("carl")
    expect(front(page).locator(".found [role=option]").first).to_contain_text("Carl Winter")
    page.screenshot(path=OUTPUT / "desk-transfer.png")
    page.keyboard.press("Shift+Enter")
    expect(front(page).locator(".transfer")).to_be_hidden()
    page.keyboard.press("n")
    page.keyboard.type("Held on")
    page.keyboard.press("Alt+h")
    page.keyboard.press("Alt+d")
    page.keyboard.type("0301234567")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Your phone rings first")
    expect(page.locator("#dial-to")).to_have_value("")
    page.keyboard.press("p")
    page.keyboard.press("1")
    expect(page.locator("#me [aria-pressed=true]")).to_contain_text("Pause")
    verbs = [(one.verb, one.arguments.get("to") or one.arguments.get("number")) for one in _orders()]
    assert verbs == [("attended_transfer", "202"), ("hold", None), ("originate", STRANGER)]
    assert AgentState.objects.get(user=stage.olivia).wanted == "paused"
    page.keyboard.press("?")
    expect(page.locator("#key-sheet")).to_contain_text("Hang up")
    page.screenshot(path=OUTPUT / "desk-keys.png")


def _orders() -> list[Command]:
    return list(Command.objects.exclude(verb="queue_pause").order_by("created_at"))


def test_sitting_down_at_another_extension(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    page.locator(".seat summary").click()
    page.get_by_role("button", name="203 Meeting room").click()
    expect(page.locator(".seat summary")).to_contain_text("Extension 203")
    stage.ring(to=("203",))
    expect(front(page).locator(".who")).to_have_text("Jan de Vries")


_NOTIFICATIONS = """
    window.shown = [];
    window.Notification = class extends EventTarget {
      static permission = "granted";
      constructor(title, options) {
        super();
        this.place = window.shown.push({ title, ...options, open: true }) - 1;
      }
      close() { window.shown[this.place].open = false; }
    };
    Object.defineProperty(document, "hidden", { get: () => true });
"""


def test_a_tab_in_the_background_tells_of_the_call(stage: Stage, page_of: Pages) -> None:
    page = page_of(stage.olivia)
    page.add_init_script(_NOTIFICATIONS)
    open_desk(page)
    call = stage.ring()
    expect(page).to_have_title("☎ Jan de Vries · Baker & Sons")
    [shown] = page.evaluate("window.shown")
    assert (shown["title"], shown["body"], shown["tag"]) == ("Jan de Vries", "Baker & Sons", call.id)
    assert shown["open"]
    call.answer()
    expect(page).to_have_title("Desk · Callwright")
    assert not page.evaluate("window.shown[0].open")


def test_keys_work_the_call_in_front_never_the_one_that_waits(stage: Stage, page_of: Pages) -> None:
    page = open_desk(page_of(stage.olivia))
    first = stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    second = stage.ring(number=STRANGER)
    expect(page.locator(".slim:visible")).to_contain_text("030 123 4567")
    page.keyboard.press("x")
    page.keyboard.press("v")
    expect(front(page).locator(".who")).to_have_text("030 123 4567")
    page.keyboard.press("a")
    page.wait_for_timeout(500)
    verbs = [(one.verb, one.arguments.get("call") or one.arguments.get("extension")) for one in _orders()]
    assert verbs == [("hangup", first.key), ("answer", "201")]
    second.answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")


def test_a_refusal_is_told_with_its_reason(stage: Stage, page_of: Pages) -> None:
    from callwright.telephony.operations.send_command import finish_command

    page = open_desk(page_of(stage.olivia))
    stage.ring().answer()
    page.locator(".card:visible .controls button", has_text="Hold").click()
    page.wait_for_timeout(300)
    finish_command(_orders()[0].pk, done=False, refusal="expired", now=timezone.now())
    expect(page.locator(".toast")).to_contain_text("did not take the order in time")
    expect(front(page).locator(".strip .pill")).to_contain_text("Talking")


def test_the_empty_desk_shows_whom_to_call_back(stage: Stage, page_of: Pages) -> None:
    stage.olivia.time_zone = zone_where_it_is_noon()
    stage.olivia.save()
    for number, seconds in ((STRANGER, 3000), (JAN, 2000), (STRANGER, 1000), ("+4915112345678", 500)):
        stage.ring(number=number, ago_s=seconds).end(after_s=20, answered=False)
    stage.ring(number="+4915112345678", ago_s=200).answer().end()
    page = open_desk(page_of(stage.olivia))
    front(page).locator(".controls button", has_text="Done").click()
    rows = page.locator("#idle .to-return li")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("called 2 times")
    expect(rows.nth(1)).to_contain_text("Jan de Vries")
    expect(page.locator("#idle")).to_be_visible()
    page.screenshot(path=OUTPUT / "desk-idle.png")
    page.keyboard.press("b")
    expect(page.locator(".toast")).to_contain_text("Your phone rings first")
    assert _orders()[0].arguments["number"] == STRANGER


def test_supervisors_put_the_card_in_order_with_keys_and_pointer(stage: Stage, page_of: Pages) -> None:
    stage.olivia.role = "supervisor"
    stage.olivia.save()
    page = page_of(stage.olivia)
    page.goto("/desk/layout/")
    page.get_by_role("button", name="Move Photo").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-zone=hidden] li")).to_contain_text("Photo")
    handle = page.get_by_role("button", name="Move Note or warning")
    handle.hover()
    page.mouse.down()
    page.mouse.move(*_top_of(page, "[data-zone=first] li"), steps=8)
    page.mouse.up()
    page.screenshot(path=OUTPUT / "card-layout.png")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-zone=first] li").first).to_contain_text("warning")
    open_desk(page)
    stage.ring()
    expect(front(page).locator(".part").first).to_have_class("part part-warning notice")
    expect(front(page).locator(".part-photo")).to_have_count(0)


def _top_of(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + 60, box["y"] + 4


@pytest.mark.parametrize(
    ("name", "width", "height", "language", "options"),
    [
        ("1024", 1024, 768, "en", {}),
        ("390", 390, 844, "en", {}),
        ("arabic", 1440, 900, "ar", {}),
        ("dark", 1440, 900, "nl", {"color_scheme": "dark"}),
    ],
)
def test_it_fits_every_screen_language_and_theme(
    stage: Stage, page_of: Pages, name: str, width: int, height: int, language: str, options: dict[str, str]
) -> None:
    stage.olivia.language = language
    stage.olivia.save()
    stage.ring(ago_s=90_000).answer().end()
    note = Call.objects.get()
    CallNote.objects.create(
        account=stage.account, call_id=note.id, text="Asked for the price of a wedding cake for 80 people.",
        created_at=note.started_at, updated_at=note.started_at,
    )  # fmt: skip
    page = open_desk(page_of(stage.olivia, width=width, height=height, **options))
    stage.ring().answer()
    expect(front(page).locator(".strip")).to_have_attribute("data-state", "talking")
    stage.ring(number=STRANGER)
    expect(page.locator(".slim:visible")).to_have_count(1)
    page.wait_for_timeout(400)  # until the slim card has arrived
    page.screenshot(path=OUTPUT / f"desk-{name}.png", full_page=width < 500)
    wide = page.evaluate(
        "[...document.querySelectorAll('.desk *, .top-bar *')].filter(e => e.checkVisibility() && "
        "e.getBoundingClientRect().right > innerWidth + 1).map(e => e.className).slice(0, 5)"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"the page scrolls sideways: {wide}"
    if language == "ar":
        me, work = (page.locator(zone).bounding_box() for zone in (".desk-me", ".desk-works"))
        assert me and work and me["x"] > work["x"]


AT_ONCE = """([act]) => new MutationObserver((_, observer) => {
  const reject = document.querySelector("#cards .card .button-danger");
  if (!reject) return;
  observer.disconnect();
  if (act === "click") reject.click(); // as a screen reader does: without a pointer
  else document.dispatchEvent(new KeyboardEvent("keydown", { key: "x", bubbles: true }));
}).observe(document.getElementById("cards"), { subtree: true, childList: true })"""


@pytest.mark.parametrize("act", ["click", "key"])
def test_who_is_quicker_than_the_first_paint_finds_the_buttons_at_work(stage: Stage, page_of: Pages, act: str) -> None:
    page = open_desk(page_of(stage.olivia))
    page.evaluate(AT_ONCE, [act])
    stage.ring()
    expect(front(page).locator(".who")).to_have_text("Jan de Vries")
    page.wait_for_timeout(1000)  # once, not once more when it has been painted
    assert [one.verb for one in _orders()] == ["hangup"]
