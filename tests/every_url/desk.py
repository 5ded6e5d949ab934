from datetime import UTC, datetime

from tests.every_url import Row, agents, not_agents, own_account, posted


def build(world):
    from callwright.calls.models import Call
    from callwright.calls.operations.apply_events import apply_events
    from callwright.telephony import events as e

    now, base = datetime.now(UTC), {"pbx": world["pbx"].slug, "call": "1.1"}
    number = {"from_number": "+31612345678", "to_number": "+31201234567", "dialled_number": "+31201234567"}
    started = e.CallStarted(**base, at=now, direction=e.Direction.INBOUND, **number)
    rung = [e.LegRinging(**base, at=now, leg=one, party=one) for one in ("201", "202")]
    apply_events([started, *rung], now=now)
    world["call"] = Call.objects.get(pbx_key="1.1")


_call = {"call_id": lambda world: world["call"].pk}
_order = {**_call, "verb": "hangup"}
_account = {"account_id": lambda world: world["account"].pk}


ROWS = {
    "": Row("200 200 200 302 login"),  # those who use no desk are sent to the first screen that they may open
    "desk/": agents(),
    **{f"desk/{name}": agents() for name in ("open", "me", "me/extensions", "queues", "lists", "colleagues")},
    **{f"desk/{name}": agents() for name in ("phone-system", "targets")},
    "desk/refusal": agents(query="code=busy"),
    "desk/me/state": posted(agents(data={"state": "logged_out"}), "200"),
    "desk/me/extension": posted(agents(data={"extension": "0"}), "200"),
    "desk/dial": Row("204 204 204 403 login", "POST"),
    **{f"desk/calls/<uuid:call_id>/{name}": own_account(names=_call) for name in ("", "state", "body", "work", "find")},
    # No contact is named in the POST, so that even those who may find none.
    **{
        f"desk/calls/<uuid:call_id>/{name}": posted(own_account(names=_call), status)
        for name, status in (
            ("contact", "404"),
            ("note", "200"),
            ("note/send", "422"),
            ("done", "204"),
            ("back", "204"),
        )
    },
    "desk/calls/<uuid:call_id>/caller": posted(
        own_account(names=_call, data={"contact": lambda world: world["call"].contact_id}), "200"
    ),
    "desk/calls/<uuid:call_id>/order/<slug:verb>": posted(own_account(names=_order), "204"),
    "desk/calls/<uuid:call_id>/look-up": own_account(names=_call),
    "desk/layout/": not_agents(),
    "desk/layout/preview": posted(not_agents()),
    "desk/layout/calls": not_agents(),
    "desk/layout/<int:account_id>/": not_agents(names=_account),
}
