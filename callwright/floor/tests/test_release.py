"""A supervisor frees an agent from registering, from the floor (REG-3, REP-6)."""

from typing import Any

import pytest
from django.utils import timezone

from callwright.registration.models import MustRegister
from callwright.registration.operations.register import register
from callwright.registration.testing import Conversation, make_category
from callwright.staff.models import AuditEntry
from callwright.staff.operations.set_state import set_state
from callwright.staff.queries.agents import agent_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(account: Any, queue: Any, owner: Any) -> Any:
    """Calls of the account must be registered."""
    MustRegister.objects.create(account=account, changed_at=timezone.now())
    _, [order] = make_category("Reason", "Order")
    set_state(user_id=owner.pk, choice="ready", now=timezone.now())
    return order


@pytest.fixture
def held(topic: Any) -> Any:
    """The agent's call is over and not registered."""
    return Conversation("201").answer("201").hang_up("201").call


def test_an_agent_is_released_and_the_second_supervisor_hears_who_was_faster(
    boss: Any, owner: Any, make_user: Any, account: Any, held: Any, browser_of: Any
) -> None:
    first = browser_of(boss)
    other = browser_of(make_user("saul", role="supervisor", accounts=[account]))
    assert "1 call must be registered before the next one." in first.get(f"/floor/agents/{owner.pk}/").text
    assert first.get("/floor/now/").json()[f"a:{owner.pk}"]["due"] == 1
    assert agent_now(owner.pk).state == "wrap_up"
    answer = first.post(f"/floor/agents/{owner.pk}/release/")
    assert "Released from registering 1 call." in answer.text and "Forced registration" not in answer.text
    assert agent_now(owner.pk).due == ()
    entry = AuditEntry.objects.get(action="registration_released")
    assert (entry.by, entry.subject, entry.detail) == (boss, f"call:{held.id}", {"employee_id": owner.pk})
    second = other.post(f"/floor/agents/{owner.pk}/release/")
    assert "Sofia was faster: the agent is released already." in second.text
    assert AuditEntry.objects.filter(action="registration_released").count() == 1


def test_what_was_registered_meanwhile_is_said(
    boss: Any, owner: Any, account: Any, topic: Any, held: Any, browser_of: Any
) -> None:
    register(
        call_id=held.id, account_id=account.pk, by=owner.pk, topics=[topic.pk], comment="", now=timezone.now()
    )  # fmt: skip
    answer = browser_of(boss).post(f"/floor/agents/{owner.pk}/release/")
    assert "The agent has registered the call meanwhile." in answer.text


def test_who_holds_nothing_cannot_be_released(boss: Any, owner: Any, queue: Any, browser_of: Any) -> None:
    answer = browser_of(boss).post(f"/floor/agents/{owner.pk}/release/")
    assert "Nothing is left to be registered that you may release." in answer.text


def test_supervisors_of_other_accounts_release_nobody(
    owner: Any, make_user: Any, other_account: Any, held: Any, browser_of: Any
) -> None:
    stranger = browser_of(make_user("stan", role="supervisor", accounts=[other_account]))
    assert stranger.post(f"/floor/agents/{owner.pk}/release/").status_code == 404
    assert browser_of(owner).post(f"/floor/agents/{owner.pk}/release/").status_code == 403
    assert len(agent_now(owner.pk).due) == 1
