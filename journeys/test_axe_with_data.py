"""Axe finds nothing where something is going on: the desk while calls are registered, the floor with its agents, a
screen on the wall, the lists and figures of registrations; in English and from right to left.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from callwright.calls.testing import add_call
from callwright.floor.models import Wallboard
from callwright.floor.operations.screens import make_screen
from callwright.registration.models import MustRegister, PanelChoice, QualityFinding, QualityRule
from callwright.registration.testing import make_category
from callwright.registration.testing_lists import add_registration, add_topics, write_down_asked
from callwright.staff.models import Extension, User
from callwright.staff.operations.set_state import set_state
from callwright.staff.operations.take_extension import take_extension
from callwright.telephony import events as e
from callwright.telephony.models import Queue, QueueMember
from journeys.ground import ago
from journeys.stage import Stage
from journeys.test_axe import found_by_axe

pytestmark = pytest.mark.browser
LANGUAGES = ["en", "ar"]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def boss(stage: Stage, language: str) -> User:
    return User.objects.create(
        username="boss", name="Boss", role="administrator", all_accounts=True, language=language, email="b@example.com"
    )


@pytest.fixture
def topics(stage: Stage) -> None:
    """A question with one answer, one with several, one of them beneath another and one that wants a comment."""
    reason, found = make_category("Reason", "Order", "Complaint", "Delivery")
    found[1].wants_comment = True
    found[1].save()
    reason.topics.create(name="Late", parent=found[2], position=9)
    make_category("Solved?", "Yes", "No", several=False, position=1)


@pytest.mark.parametrize("form", ["side", "tab"])
def test_the_desk_while_a_call_is_registered(
    form: str, language: str, stage: Stage, topics: None, page_of: Callable[..., Page]
) -> None:
    stage.olivia.language = language
    stage.olivia.save()
    PanelChoice.objects.create(user=stage.olivia, form=form)
    MustRegister.objects.create(account=stage.account, changed_at=timezone.now())
    set_state(user_id=stage.olivia.pk, choice="ready", now=ago(5))
    page = page_of(stage.olivia)
    page.goto("/")
    call = stage.ring()
    panel = page.locator(".work:not([hidden]) .registration")
    expect(page.locator("#cards .strip")).to_have_count(1)
    expect(panel).to_have_count(1)
    assert found_by_axe(page) == []  # beside the card, or as a tab that is not open
    call.answer()
    expect(page.locator("#cards .strip")).to_have_attribute("data-state", "talking")
    page.keyboard.press("q")
    expect(panel).to_be_visible()
    assert found_by_axe(page) == []
    call.end()
    expect(page.locator('#me [data-me="due"]')).to_be_visible()
    assert found_by_axe(page) == []
    page.keyboard.press("1")
    expect(panel.locator("input:checked")).to_have_count(1)
    expect(page.locator('#me [data-me="due"]')).to_be_hidden()
    assert found_by_axe(page) == []


@pytest.fixture
def crew(stage: Stage) -> list[User]:
    """Twelve agents in every state there is, calls that ring, are talked and held, and some that wait."""
    people = [stage.olivia, stage.carl]
    queue = Queue.objects.get(name="orders")
    for number in range(10):
        user = User.objects.create_user(f"agent{number}", None, name=f"Agent Number {number}", all_accounts=True)
        seat = Extension.objects.create(pbx=stage.pbx, number=f"3{number:02}")
        take_extension(user_id=user.pk, extension_id=seat.pk, now=ago(900))
        QueueMember.objects.create(queue=queue, extension=seat.number, at=ago(900))
        people.append(user)
    for place, user in enumerate(people):
        set_state(user_id=user.pk, choice="ready", now=ago(600 - place))
    set_state(user_id=people[-1].pk, choice="paused", reason="lunch", now=ago(400))
    stage.ring(to=("300",)).answer("300")
    stage.ring(to=("301",), number="+31301234567").answer("301").hold("301")
    stage.ring(to=("302",), number=None)
    for waits in range(3):
        call = stage.ring(to=(), number=f"+3130123457{waits}", ago_s=30 * waits + 5)
        call.tell(e.QueueJoined(**call.base, at=call.now(), queue="orders"))
    return people


def test_the_floor_with_its_agents_and_the_sheet_of_one(
    stage: Stage, boss: User, crew: list[User], page_of: Callable[..., Page]
) -> None:
    page = page_of(boss)
    page.goto("/floor/")
    expect(page.locator(".floor-agent[data-state=talking]").first).to_be_visible()
    expect(page.locator(".floor-agent")).to_have_count(12)
    assert found_by_axe(page) == []
    page.locator(".floor-agent[data-state=talking] button").first.press("Enter")
    expect(page.locator("#sheet")).to_be_visible()
    expect(page.locator("#sheet form").first).to_be_visible()
    assert found_by_axe(page) == []


@pytest.fixture
def screen(chromium: Browser, web: Any) -> Iterator[Page]:
    """A browser that nobody logged in to, as it stands behind a television."""
    context = chromium.new_context(base_url=web.url, viewport={"width": 1920, "height": 1080})
    yield context.new_page()
    context.close()


def test_a_wallboard_with_agents_and_calls_that_wait(
    stage: Stage, boss: User, crew: list[User], screen: Page, language: str
) -> None:
    board = Wallboard.objects.create(name="The room", all_accounts=True, language=language, changed_at=ago(0))
    _, token = make_screen(viewer=boss, wallboard_id=board.pk, name="Reception", expires_at=None, now=ago(0))
    screen.goto(f"/floor/screen/#{token}")
    expect(screen.locator(".wall-tile[data-state=talking]").first).to_be_visible(timeout=30_000)
    expect(screen.locator(".wall-figure[data-row=waiting] .wall-value")).not_to_have_text("0")
    assert found_by_axe(screen) == []


@pytest.fixture
def registered(stage: Stage) -> Any:
    """Calls that are registered, rightly and wrongly, and calls that are not."""
    now = timezone.now()
    topics = add_topics("Order", "Complaint", "Delivery")
    rule = QualityRule.objects.create(kind="comment", least=10, changed_at=now)
    call = None
    for hours in range(1, 25):
        call = add_call(stage.account, now - timedelta(hours=hours * 7), employee=stage.olivia, from_name="Ann Vos")
        if hours % 4 == 0:
            continue
        made = add_registration(
            call, stage.olivia, topics[hours % 3], comment="Asks for a call back" if hours % 2 else ""
        )
        if hours % 3 == 0:
            QualityFinding.objects.create(
                account=call.account, call_id=call.id, registration_id=made.id, rule=rule, agent=stage.olivia,
                direction=call.direction, started_at=call.started_at, found_at=now, detail={"topics": [topics[0].pk]},
                **({"closed_at": now, "how": "dismissed", "reason": "It is right"} if hours % 2 else {}),
            )  # fmt: skip
    write_down_asked()
    return call


def test_the_lists_and_figures_of_registrations(
    stage: Stage, boss: User, registered: Any, page_of: Callable[..., Page]
) -> None:
    page = page_of(boss)
    found = []
    for address in ("", "?topic=0&hour=9&weekday=2", "missing/", "quality/?state=all", "quality/rules/", "settings/"):
        page.goto(f"/registration/{address}")
        found += [f"{address} {fault}" for fault in found_by_axe(page)]
    page.goto("/registration/quality/agents/")
    expect(page.locator(".quality-table tfoot")).to_be_visible()
    page.locator("details summary").last.click()
    found += found_by_axe(page)
    assert found == [], "\n".join(found)


def test_the_dialogs_of_a_list_and_the_registration_on_the_page_of_a_call(
    stage: Stage, boss: User, registered: Any, page_of: Callable[..., Page]
) -> None:
    page = page_of(boss)
    page.goto("/registration/")
    found = []
    for key in ("s", "Shift+E"):
        page.keyboard.press(key)
        expect(page.locator("#report-dialog form button[type=submit]").last).to_be_visible()
        expect(page.locator("#report-dialog .form")).to_be_visible()
        found += found_by_axe(page)
        page.keyboard.press("Escape")
        expect(page.locator("#report-dialog")).to_be_hidden()
    page.locator(".list-wrong").first.click()
    part = page.locator("#registration-part")
    expect(part).to_be_visible()
    found += found_by_axe(page)
    assert found == [], "\n".join(found)
