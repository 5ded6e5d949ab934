"""The topics of the product and who may hear each; and who a user is to the live stream.

Declared here, in the layer that sees all capabilities, so that the whole list stands in one place; but for parts that
are the same for many, which stand with what draws them (`missed-number` in calls).
"""

from typing import Any

from django.utils import timezone

from callwright.desk.operations.watch_desks import note_open_desks
from callwright.desk.pushed import call_part
from callwright.live.topics import (
    Listener,
    Rule,
    declare,
    declare_digest,
    declare_part,
    set_source,
    set_watch,
)
from callwright.staff.queries.rights import visible_account_ids
from callwright.staff.rules import Right, role_has


def declare_topics() -> None:
    set_source(_listener)
    set_watch(_desks_open)
    declare("calls", _with("see_register"))
    declare("missed", _with("follow_up_calls"))
    declare("contacts", _with("see_contacts"))
    declare("contact", _with("see_contacts"))
    declare("accounts", _with("see_accounts"))
    declare("registration-offer", _with("use_desk", "register_calls", "set_up_registration"))
    declare("pbx", _with("use_desk", "administer_pbx"))
    declare("floor", _with("watch_floor"))
    declare("queues", _with("watch_floor"))
    declare("queue", _with("use_desk", "watch_floor"))
    declare_digest("colleagues", of="floor", name="state", rule=_with("use_desk"))
    declare("desk", _own)
    declare_part("desk", "call", call_part)
    declare("command", _own)
    declare("agent", _own)


def _listener(user: Any) -> Listener | None:
    return Listener(user_id=user.pk, role=user.role, accounts=visible_account_ids(user), user=user)


def _desks_open(topics: frozenset[str], users: frozenset[int]) -> None:
    open_for = [topic.removeprefix("desk:") for topic in topics if topic.startswith("desk:")]
    at_desk = {int(user) for user in open_for if user.isdigit()}
    note_open_desks(user_ids=at_desk, elsewhere=users - at_desk, now=timezone.now())


def _with(*rights: Right) -> Rule:
    return lambda listener, rest: any(role_has(listener.role, right) for right in rights)


def _own(listener: Listener, rest: str) -> bool:
    return rest == str(listener.user_id)
