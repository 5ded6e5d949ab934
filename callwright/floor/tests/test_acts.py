"""What a supervisor does from the floor, who may, and who is told (REP-6)."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from callwright.floor.models import FloorSettings, Told
from callwright.floor.operations.acts import change_agent
from callwright.staff.models import AgentState, AuditEntry, PauseReason
from callwright.telephony.models import Command, Listening
from callwright.telephony.operations.send_command import finish_command

pytestmark = pytest.mark.django_db


@pytest.fixture
def lunch() -> Any:
    return PauseReason.objects.create(code="lunch", label="Lunch")


def finished(verb: str, refusal: str = "") -> Command:
    order = Command.objects.get(verb=verb, finished_at=None)
    finish_command(order.id, done=not refusal, refusal=refusal, now=timezone.now())
    return order


def test_an_agent_is_paused_and_told_by_whom(boss: Any, owner: Any, browser_of: Any, queue: Any, lunch: Any) -> None:
    answer = browser_of(boss).post(f"/floor/agents/{owner.pk}/state/", {"state": "paused", "reason": "lunch"})
    assert "The agent sees that it was you" in answer.text
    state = AgentState.objects.get(user=owner)
    assert (state.state, state.reason) == ("paused", lunch)
    assert "Sofia paused you: Lunch." in browser_of(owner).get("/floor/told/").text
    entry = AuditEntry.objects.get(action="agent_state_changed")
    assert (entry.by, entry.subject, entry.detail) == (boss, f"user:{owner.pk}", {"state": "paused", "reason": "Lunch"})
    told = Told.objects.get()
    assert "Sofia" not in browser_of(owner).post(f"/floor/told/{told.pk}/read/").text


def test_a_notice_is_read_by_whom_it_is_for(boss: Any, owner: Any, colleague: Any, browser_of: Any, queue: Any) -> None:
    change_agent(viewer=boss, agent_id=owner.pk, choice="ready", reason="", now=timezone.now())
    told = Told.objects.get()
    browser_of(colleague).post(f"/floor/told/{told.pk}/read/")
    assert "Sofia set you to ready." in browser_of(owner).get("/floor/told/").text
    assert "Sofia" not in browser_of(colleague).get("/floor/told/").text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"state": "paused", "reason": "gone"}, "This reason is no longer offered"),
        ({"state": "paused"}, "This reason is no longer offered"),
    ],
)
def test_a_state_that_cannot_be_says_why(
    boss: Any, owner: Any, browser_of: Any, queue: Any, data: dict[str, str], said: str
) -> None:
    assert said in browser_of(boss).post(f"/floor/agents/{owner.pk}/state/", data).text
    assert not Told.objects.exists()
    assert browser_of(boss).post(f"/floor/agents/{owner.pk}/state/", {"state": "talking"}).status_code == 400


def test_agents_of_other_accounts_are_not_found(
    boss: Any, browser_of: Any, make_user: Any, other_account: Any, pbx: Any
) -> None:
    stranger = make_user("otto", accounts=[other_account], extension=("230", pbx))
    browser = browser_of(boss)
    assert browser.get(f"/floor/agents/{stranger.pk}/").status_code == 404
    for path in ("state/", "release/", "take-over/", "hear/listen/"):
        assert browser.post(f"/floor/agents/{stranger.pk}/{path}", {"state": "ready"}).status_code == 404
    assert not Command.objects.filter(verb__in=["listen", "take_over"]).exists()


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
def test_the_supervisors_own_phone_is_rung_and_the_outcome_shown(
    boss: Any, owner: Any, browser_of: Any, talk: Callable[..., Any], mode: str
) -> None:
    call = talk(owner)
    browser = browser_of(boss)
    answer = browser.post(f"/floor/agents/{owner.pk}/hear/{mode}/")
    assert "Your phone rings: pick it up." in answer.text
    order = Command.objects.get(verb="listen")
    assert order.arguments == {
        "call": call.pbx_key, "leg": f"{call.pbx_key}-leg", "extension": "210", "agent": "201", "mode": mode,
    }  # fmt: skip
    finished("listen")
    entry = AuditEntry.objects.get(action="listened_in")
    assert (entry.by, entry.subject, entry.account_id) == (boss, f"call:{call.id}", call.account_id)
    assert entry.detail == {"mode": mode, "agent": owner.name}
    assert "notice" in browser.get(f"/floor/orders/{order.id}/").text
    assert Listening.objects.get().began_at is not None
    told = browser_of(owner).get("/floor/told/").text
    assert ("Sofia" in told) == (mode != "listen")


def test_silent_listening_is_shown_where_the_organisation_wants_it(
    boss: Any, owner: Any, browser_of: Any, talk: Callable[..., Any]
) -> None:
    FloorSettings.objects.create(show_listening=True)
    talk(owner)
    browser_of(boss).post(f"/floor/agents/{owner.pk}/hear/listen/")
    finished("listen")
    assert "Sofia listens to your call." in browser_of(owner).get("/floor/told/").text


def test_a_refusal_is_worded(boss: Any, owner: Any, browser_of: Any, talk: Callable[..., Any]) -> None:
    talk(owner)
    browser_of(boss).post(f"/floor/agents/{owner.pk}/hear/whisper/")
    order = finished("listen", "no_answer")
    assert "Your phone did not answer." in browser_of(boss).get(f"/floor/orders/{order.id}/").text
    assert "Sofia" not in browser_of(owner).get("/floor/told/").text
    assert browser_of(owner).get(f"/floor/orders/{order.id}/").status_code == 403


def test_one_phone_listens_once(boss: Any, owner: Any, browser_of: Any, talk: Callable[..., Any]) -> None:
    talk(owner)
    browser = browser_of(boss)
    browser.post(f"/floor/agents/{owner.pk}/hear/listen/")
    assert "Your phone listens already." in browser.post(f"/floor/agents/{owner.pk}/hear/barge/").text
    assert Command.objects.filter(verb="listen").count() == 1
    finished("listen")
    assert "Telling the phone system" in browser.post(f"/floor/agents/{owner.pk}/stop/").text
    assert Command.objects.get(verb="stop_listening").arguments == {"listening": str(Listening.objects.get().pk)}


def test_calls_of_accounts_that_the_supervisor_does_not_see_stay_unheard(
    boss: Any, browser_of: Any, make_user: Any, account: Any, other_account: Any, pbx: Any, talk: Callable[..., Any]
) -> None:
    both = make_user("bea", accounts=[account, other_account], extension=("220", pbx))
    talk(both, account=other_account)
    browser = browser_of(boss)
    assert "for an account that you do not see" in browser.get(f"/floor/agents/{both.pk}/").text
    assert "whom you may hear" in browser.post(f"/floor/agents/{both.pk}/hear/listen/").text
    assert "whom you may hear" in browser.post(f"/floor/agents/{both.pk}/take-over/").text
    assert not Command.objects.filter(verb__in=["listen", "take_over"]).exists()
    shown = browser.get("/floor/now/").json()[f"a:{both.pk}"]
    assert shown["c"] == {"hidden": True}


def test_a_supervisor_without_a_phone_is_told_what_to_do(
    supervisor: Any, owner: Any, browser_of: Any, talk: Callable[..., Any]
) -> None:
    talk(owner)
    assert (
        "First choose the extension you sit at."
        in browser_of(supervisor).post(f"/floor/agents/{owner.pk}/hear/listen/").text
    )


def test_an_agent_whose_call_was_taken_over_is_told_once_it_is_so(
    boss: Any, owner: Any, browser_of: Any, talk: Callable[..., Any]
) -> None:
    call = talk(owner)
    browser = browser_of(boss)
    browser.post(f"/floor/agents/{owner.pk}/take-over/")
    browser.post(f"/floor/agents/{owner.pk}/take-over/")  # a double click
    order = Command.objects.get(verb="take_over")
    assert order.arguments["extension"] == "210" and order.arguments["call"] == call.pbx_key
    assert not Told.objects.exists() and not AuditEntry.objects.filter(action="call_taken_over").exists()
    finished("take_over")
    entry = AuditEntry.objects.get(action="call_taken_over")
    assert (entry.by, entry.subject, entry.account_id) == (boss, f"call:{call.id}", call.account_id)
    assert "Sofia has taken your call over." in browser_of(owner).get("/floor/told/").text
    assert "The client rings at your phone" in browser.get(f"/floor/orders/{order.id}/").text


def test_a_client_on_hold_is_not_taken_over(boss: Any, owner: Any, browser_of: Any, talk: Callable[..., Any]) -> None:
    talk(owner, held_since=timezone.now())
    answer = browser_of(boss).post(f"/floor/agents/{owner.pk}/take-over/")
    assert "The client is on hold." in answer.text
    assert not Command.objects.filter(verb="take_over").exists()


def test_nobody_is_sent_to_a_phone_that_is_in_use(
    boss: Any, owner: Any, colleague: Any, browser_of: Any, talk: Callable[..., Any]
) -> None:
    talk(owner)
    browser = browser_of(boss)
    browser.post(f"/floor/agents/{owner.pk}/hear/listen/")
    assert "Your own phone is in use." in browser.post(f"/floor/agents/{owner.pk}/take-over/").text
    finished("listen", "no_answer")
    talk(boss)
    assert "Your own phone is in use." in browser.post(f"/floor/agents/{owner.pk}/take-over/").text
    assert not Command.objects.filter(verb="take_over").exists()


def test_the_call_that_is_meant_is_the_one_on_the_screen(
    boss: Any, owner: Any, browser_of: Any, talk: Callable[..., Any]
) -> None:
    first = talk(owner)
    browser = browser_of(boss)
    assert f'{{"call": "{first.id}"}}' in browser.get(f"/floor/agents/{owner.pk}/").text
    second = talk(owner)
    for path in ("take-over/", "hear/listen/"):
        for call in (str(first.id), "nonsense"):
            answer = browser.post(f"/floor/agents/{owner.pk}/{path}", {"call": call})
            assert "whom you may hear" in answer.text
    assert not Command.objects.filter(verb__in=["listen", "take_over"]).exists()
    browser.post(f"/floor/agents/{owner.pk}/take-over/", {"call": str(second.id)})
    assert Command.objects.get(verb="take_over").arguments["call"] == second.pbx_key


def test_who_has_no_phone_in_an_inbound_call_any_more_has_no_part_in_it(
    boss: Any, owner: Any, browser_of: Any, talk: Callable[..., Any]
) -> None:
    from callwright.calls.models import Leg

    call = talk(owner, direction="inbound")
    Leg.objects.filter(call_id=call.id).update(ended_at=timezone.now())
    assert "whom you may hear" in browser_of(boss).post(f"/floor/agents/{owner.pk}/take-over/").text


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_act_at_once_and_the_last_word_counts(
    boss: Any, owner: Any, make_user: Any, account: Any, queue: Any, lunch: Any
) -> None:
    other = make_user("saul", role="supervisor", accounts=[account])
    errors: list[Exception] = []

    def act(viewer: Any, choice: str, now: datetime) -> None:
        try:
            change_agent(viewer=viewer, agent_id=owner.pk, choice=choice, reason="lunch", now=now)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=act, args=(who, choice, timezone.now()))
        for who, choice in ((boss, "paused"), (other, "ready"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not errors
    last = Told.objects.filter(user=owner).latest("pk")
    assert AgentState.objects.get(user=owner).wanted == last.detail["state"]
    assert {told.by_name for told in Told.objects.filter(user=owner)} == {"Sofia", "Saul"}


def test_two_supervisors_take_one_call_over_and_only_who_got_it_is_named(
    boss: Any, owner: Any, browser_of: Any, make_user: Any, account: Any, pbx: Any, talk: Callable[..., Any]
) -> None:
    talk(owner)
    other = make_user("saul", role="supervisor", accounts=[account], extension=("211", pbx))
    for who in (boss, other):
        assert "Telling the phone system" in browser_of(who).post(f"/floor/agents/{owner.pk}/take-over/").text
    first, second = Command.objects.filter(verb="take_over").order_by("created_at")
    finish_command(first.id, done=True, now=timezone.now())
    finish_command(second.id, done=False, refusal="no_such_call", now=timezone.now())
    assert [one.by_name for one in Told.objects.filter(user=owner)] == ["Sofia"]
    assert [one.by for one in AuditEntry.objects.filter(action="call_taken_over")] == [boss]
    assert "alert-triangle" in browser_of(other).get(f"/floor/orders/{second.id}/").text
