"""Agents and the queues of the PBX, from the choice to the order to the PBX's word (DESK-8)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from callwright.desk.operations.keep_in_step import apply_pbx_agent_events, order_again
from callwright.live.models import LiveEvent
from callwright.staff.models import AgentState, AgentStateChange, Extension, PauseReason
from callwright.staff.operations.leave import leave
from callwright.staff.operations.note_calls import CallPhase, end_due_wrap_ups, note_calls
from callwright.staff.operations.set_state import NoExtension, NoReason, set_state
from callwright.staff.operations.take_extension import ExtensionTaken, take_extension
from callwright.staff.queries.agents import agent_now, floor
from callwright.staff.queries.seats import employees_sitting
from callwright.staff.testing import note_call
from callwright.telephony.events import AgentStateChanged
from callwright.telephony.models import Command, Queue, QueueMember
from callwright.telephony.operations.send_command import expire_commands, finish_command

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def later(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def sales(pbx):
    return Queue.objects.create(pbx=pbx, name="sales", wrap_up_s=30)


@pytest.fixture
def agent(owner, pbx, sales):
    """Ready, at an extension that is a member of a queue."""
    PauseReason.objects.create(code="lunch", label="Lunch")
    says(pbx, paused=False, at=NOW - timedelta(hours=1))
    set_state(user_id=owner.pk, choice="ready", now=NOW - timedelta(hours=1))
    Command.objects.all().delete()
    return owner


def says(pbx, *, paused, at, reason="", logged_in=True, queue="sales", listed=False):
    event = AgentStateChanged(
        pbx=pbx.slug,
        at=at,
        extension="201",
        queue=queue,
        logged_in=logged_in,
        paused=paused,
        reason=reason,
        listed=listed,
    )
    apply_pbx_agent_events([event], now=at)


def orders():
    found = Command.objects.order_by("created_at", "id").values_list("arguments__paused", "arguments__reason")
    return list(found)


def test_a_pause_is_ordered_and_stands_as_unconfirmed_until_the_pbx_says_so(agent, pbx):
    set_state(user_id=agent.pk, choice="paused", reason="lunch", now=NOW)
    shown = agent_now(agent.pk)
    assert (shown.state, shown.reason, shown.in_step, shown.since) == ("paused", "Lunch", False, NOW)
    assert orders() == [(True, "lunch")]
    says(pbx, paused=False, at=later(0.1))  # said before our order arrived
    assert agent_now(agent.pk).state == "paused"
    says(pbx, paused=True, reason="lunch", at=later(0.2))
    assert agent_now(agent.pk).in_step
    assert LiveEvent.objects.filter(topic=f"agent:{agent.pk}").count() >= 2


def test_the_pbx_refusing_is_shown_with_its_reason(agent):
    set_state(user_id=agent.pk, choice="paused", reason="lunch", now=NOW)
    finish_command(Command.objects.get().pk, done=False, refusal="no_such_member", now=later(1))
    shown = agent_now(agent.pk)
    assert (shown.in_step, shown.problem) == (False, "no_such_member")


def test_an_outcome_of_an_overtaken_order_says_nothing(agent):
    set_state(user_id=agent.pk, choice="paused", reason="lunch", now=NOW)
    pause = Command.objects.get()
    set_state(user_id=agent.pk, choice="ready", now=later(1))
    finish_command(pause.pk, done=True, now=later(2))
    assert not agent_now(agent.pk).in_step


def test_a_pause_at_the_phone_becomes_the_agents_choice_without_an_order(agent, pbx):
    finish_all(agent, pbx)
    says(pbx, paused=True, reason="lunch", at=NOW)
    shown = agent_now(agent.pk)
    assert (shown.state, shown.reason, shown.in_step) == ("paused", "Lunch", True)
    says(pbx, paused=False, at=later(60))
    assert agent_now(agent.pk).state == "ready"
    assert orders() == []


def finish_all(agent, pbx):
    says(pbx, paused=False, at=NOW - timedelta(minutes=1))
    assert agent_now(agent.pk).in_step


def test_words_of_the_pbx_that_arrive_late_are_dropped(agent, pbx):
    finish_all(agent, pbx)
    says(pbx, paused=True, at=later(2))
    says(pbx, paused=False, at=later(1))
    assert agent_now(agent.pk).state == "paused"
    assert QueueMember.objects.get().paused


def word(pbx, *, paused, at, queue="sales", extension="201", listed=False, logged_in=True):
    return AgentStateChanged(
        pbx=pbx.slug, at=at, extension=extension, queue=queue, logged_in=logged_in, paused=paused, reason="lunch",
        listed=listed,
    )  # fmt: skip


def test_two_words_that_come_together_are_both_heard(agent, pbx):
    finish_all(agent, pbx)
    apply_pbx_agent_events([word(pbx, paused=True, at=later(1)), word(pbx, paused=False, at=later(2))], now=later(2))
    assert agent_now(agent.pk).state == "ready"
    assert set(AgentStateChange.objects.filter(at=later(2)).values_list("state", flat=True)) == {"paused", "ready"}


def test_a_list_and_what_happens_after_it_are_told_apart(agent, pbx):
    finish_all(agent, pbx)
    set_state(user_id=agent.pk, choice="paused", reason="lunch", now=NOW)
    says(pbx, paused=True, reason="lunch", at=later(1))
    assert agent_now(agent.pk).in_step
    Command.objects.all().delete()
    # The PBX was restarted and forgot the pause: it is told again, and its list does not make the agent ready.
    listed = word(pbx, paused=False, at=later(2), listed=True)
    apply_pbx_agent_events([listed, word(pbx, paused=False, at=later(3))], now=later(3))
    assert agent_now(agent.pk).state == "paused"
    assert orders() == [(True, "lunch")]


def test_the_list_of_a_big_pbx_takes_as_many_queries_as_that_of_a_small_one(
    agent, pbx, make_user, django_assert_max_num_queries
):
    for number in range(300, 340):
        Extension.objects.create(pbx=pbx, number=str(number), employee=make_user(f"agent-{number}"))
    queues = [f"q{number}" for number in range(10)]
    with django_assert_max_num_queries(30):
        apply_pbx_agent_events(
            [
                word(pbx, paused=True, at=NOW, queue=queue, extension=str(number), listed=True)
                for queue in queues
                for number in range(300, 340)
            ],
            now=NOW,
        )
    assert QueueMember.objects.filter(queue__name__in=queues).count() == 400


def test_a_queue_call_from_ringing_to_the_end_of_wrap_up(agent, sales):
    call = uuid4()
    for seconds, phase, state in [(0, "ringing", "ringing"), (5, "talking", "talking"), (65, "ended", "wrap_up")]:
        note_call(user_id=agent.pk, call_id=call, phase=phase, queue_id=sales.pk, now=later(seconds))
        assert agent_now(agent.pk).state == state
    shown = agent_now(agent.pk)
    assert (shown.call_id, shown.until) == (call, later(95))
    assert end_due_wrap_ups(later(94)) == []
    assert [change.state for change in end_due_wrap_ups(later(96))] == ["ready"]
    assert orders() == [(True, "wrap_up"), (False, "")]
    history = AgentStateChange.objects.filter(user=agent, at__gte=NOW).order_by("at").values_list("state", "extension")
    assert list(history) == [("ringing", "201"), ("talking", "201"), ("wrap_up", "201"), ("ready", "201")]


def test_the_same_phases_again_change_and_order_nothing(agent, sales):
    call = uuid4()
    noted = [CallPhase(agent.pk, call, phase, sales.pk, False, later(1)) for phase in ("ringing", "talking")]
    note_calls(noted, now=later(1))
    rows, events = AgentStateChange.objects.count(), LiveEvent.objects.count()
    assert note_calls(noted[1:], now=later(2)) == []
    assert (AgentStateChange.objects.count(), LiveEvent.objects.count()) == (rows, events)


def test_wrap_up_of_a_call_reported_after_a_gap_counts_from_its_end(agent, sales):
    call = uuid4()
    note_call(user_id=agent.pk, call_id=call, phase="talking", queue_id=sales.pk, now=NOW)
    note_calls([CallPhase(agent.pk, call, "ended", sales.pk, True, later(60))], now=later(600))
    assert agent_now(agent.pk).state == "ready"


def test_a_batch_of_many_agents_takes_a_fixed_number_of_queries(
    make_user, pbx, sales, account, django_assert_max_num_queries
):
    users = [make_user(f"a{n}", accounts=[account], extension=(f"3{n:02}", pbx)) for n in range(20)]
    noted = [CallPhase(user.pk, uuid4(), "ringing", sales.pk, False, NOW) for user in users]
    note_calls(noted, now=NOW)
    with django_assert_max_num_queries(12):
        note_calls([CallPhase(n.user_id, n.call_id, "talking", sales.pk, False, NOW) for n in noted], now=later(5))
    assert AgentState.objects.filter(state="talking").count() == 20


def test_an_agent_without_a_queue_needs_no_confirmation(colleague):
    set_state(user_id=colleague.pk, choice="ready", now=NOW)
    assert agent_now(colleague.pk).in_step
    assert orders() == []


def test_choices_that_cannot_be_are_refused(agent, outsider):
    with pytest.raises(NoReason):
        set_state(user_id=agent.pk, choice="paused", reason="siesta", now=NOW)
    with pytest.raises(NoExtension):
        set_state(user_id=outsider.pk, choice="ready", now=NOW)


# ── extensions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_taken_extension_is_refused_with_the_name_of_who_sits_there(agent, colleague):
    mine = Extension.objects.get(number="201")
    with pytest.raises(ExtensionTaken) as refusal:
        take_extension(user_id=colleague.pk, extension_id=mine.pk, now=NOW)
    assert (refusal.value.employee, refusal.value.extension) == ("Olivia", "201")


def test_moving_keeps_who_sat_where_when_and_tells_the_queues(agent, colleague, pbx):
    free = Extension.objects.create(pbx=pbx, number="300")
    take_extension(user_id=agent.pk, extension_id=free.pk, now=later(10))
    take_extension(user_id=colleague.pk, extension_id=Extension.objects.get(number="201").pk, now=later(20))
    desks = ("201", "202", "300")
    sat = employees_sitting([(pbx.pk, desk, later(seconds)) for seconds in (5, 15, 25) for desk in desks])
    assert [{desk: sat.get((pbx.pk, desk, later(seconds))) for desk in desks} for seconds in (5, 15, 25)] == [
        {"201": agent.pk, "202": colleague.pk, "300": None},
        {"201": None, "202": colleague.pk, "300": agent.pk},
        {"201": colleague.pk, "202": None, "300": agent.pk},
    ]
    assert orders()[0] == (True, "nobody_here")  # the old desk does not ring on


def test_a_supervisor_moves_someone_onto_a_taken_extension(agent, colleague, pbx):
    place = Extension.objects.get(number="201")
    take_extension(user_id=colleague.pk, extension_id=place.pk, now=NOW, moved_by_supervisor=True)
    place.refresh_from_db()
    assert place.employee_id == colleague.pk
    assert not Extension.objects.filter(employee=agent).exists()


def test_going_home_pauses_the_queues_and_frees_the_extension(agent):
    leave(user_id=agent.pk, now=NOW)
    assert agent_now(agent.pk).state == "logged_out"
    assert agent_now(agent.pk).extension == ""
    assert orders() == [(True, "logged_out")]


def test_the_floor_shows_a_supervisor_only_those_who_share_an_account(agent, colleague, outsider, supervisor):
    assert [one.name for one in floor(supervisor)] == ["Carl", "Olivia", "Sofia"]
    assert floor(agent) == []


def test_a_choice_made_while_the_link_was_down_reaches_the_pbx_when_it_is_back(agent, pbx):
    pbx.state = "down"
    pbx.save()
    set_state(user_id=agent.pk, choice="paused", reason="lunch", now=NOW)
    assert expire_commands(later(20)) == 1
    assert order_again(later(40)) == 0
    pbx.state = "up"
    pbx.save()
    assert order_again(later(60)) == 1
    assert order_again(later(61)) == 0  # one is under way
    assert orders() == [(True, "lunch"), (True, "lunch")]
    says(pbx, paused=True, reason="lunch", at=later(62))
    assert agent_now(agent.pk).in_step


def test_a_pbx_that_forgot_a_pause_is_told_again_and_the_agent_stays_paused(agent, pbx):
    set_state(user_id=agent.pk, choice="paused", reason="lunch", now=NOW)
    says(pbx, paused=True, reason="lunch", at=later(1))
    Command.objects.all().delete()
    says(pbx, paused=False, at=later(600), listed=True)  # restarted: its list after the gap
    assert agent_now(agent.pk).state == "paused"
    assert orders() == [(True, "lunch")]


def test_an_order_whose_link_died_ends_as_expired(agent, pbx):
    set_state(user_id=agent.pk, choice="paused", reason="lunch", now=NOW)
    Command.objects.update(state="sent")
    assert expire_commands(later(30)) == 0
    assert expire_commands(later(120)) == 1
    assert Command.objects.get().state == "expired"
