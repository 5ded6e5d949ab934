"""A floor with a PBX, two agents in a queue, and what is kept of it between looks forgotten."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    from callwright.floor.queries.day import forget_day
    from callwright.floor.queries.snapshot import forget_snapshot

    forget_day()
    forget_snapshot()
    yield
    forget_day()
    forget_snapshot()


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def queue(pbx: Any, account: Any) -> Any:
    from callwright.telephony.models import Pbx, Queue, QueueMember

    Pbx.objects.filter(pk=pbx.pk).update(state="up")
    made = Queue.objects.create(pbx=pbx, name="support", label="Support", account=account)
    for extension in ("201", "202"):
        QueueMember.objects.create(queue=made, extension=extension, at=datetime.now(UTC))
    return made


@pytest.fixture
def boss(make_user: Any, account: Any, pbx: Any) -> Any:
    """A supervisor of the account at extension 210."""
    return make_user("sofia", role="supervisor", accounts=[account], extension=("210", pbx))


@pytest.fixture
def talk(pbx: Any, account: Any, queue: Any) -> Callable[..., Any]:
    """`talk(owner)`: the agent talks with a client in a call of the queue; returns the call."""
    from callwright.calls.models import Leg
    from callwright.calls.testing import add_call
    from callwright.kit.identity import uuid7_of
    from callwright.staff.models import AgentState

    def begin(agent: Any, **fields: Any) -> Any:
        started = datetime.now(UTC) - timedelta(seconds=90)
        call = add_call(
            fields.pop("account", account), started, status="talking", pbx=pbx, queue=queue, employee=agent,
            extension=agent.extension.number, talking_since=started + timedelta(seconds=8), **fields,
        )  # fmt: skip
        Leg.objects.create(
            id=uuid7_of(started, call.pbx_key, "leg"), account=call.account, call=call, pbx_key=f"{call.pbx_key}-leg",
            position=1, kind="extension", party=agent.extension.number, employee=agent, rung_at=started,
            answered_at=started + timedelta(seconds=8),
        )  # fmt: skip
        AgentState.objects.update_or_create(
            user=agent,
            defaults={"state": "talking", "wanted": "ready", "since": started, "call_id": call.id,
                      "calls": {str(call.id): ["talking", 0]}},
        )  # fmt: skip
        return call

    return begin
