from datetime import UTC, datetime, timedelta

from tests.every_url import Row, agents, not_agents, own_account, posted


def build(world):
    from callwright.calls.testing import add_call
    from callwright.registration.models import QualityAddress, QualityFinding, QualityRule

    now = datetime.now(UTC)
    call = add_call(world["account"], now - timedelta(hours=1), employee=world["owner"])
    world["answered"] = call
    world["quality_rule"] = QualityRule.objects.create(kind="comment", changed_at=now)
    world["quality_address"] = QualityAddress.objects.create(email="quality@example.org")
    world["finding"] = QualityFinding.objects.create(
        account=world["account"], call_id=call.id, registration_id=call.id, rule=world["quality_rule"],
        agent=world["owner"], direction="inbound", started_at=call.started_at, found_at=now,
    )  # fmt: skip


def _id(name):
    return lambda world: world[name].pk


_answered = {"call_id": _id("answered")}
_rule = {"rule_id": _id("quality_rule")}
_finding = {"finding_id": _id("finding")}
_settings = {"at_hour": 3, "look_back_days": 31}

ROWS = {
    "registration/": agents(controller="200"),
    "registration/missing/": agents(controller="200"),
    "registration/calls/<uuid:call_id>/": own_account(names=_answered, controller="200"),
    "registration/calls/<uuid:call_id>/correct/<int:agent_id>/": Row(
        "200 404 404 403 login", names={**_answered, "agent_id": _id("owner")}, controller="200"
    ),
    "registration/quality/": agents(controller="200"),
    "registration/quality/evaluate/": posted(not_agents(controller="302")),
    "registration/quality/progress/": not_agents(controller="200"),
    "registration/quality/findings/<int:finding_id>/dismiss/": posted(
        not_agents(names=_finding, data={"reason": "It is right"}, controller="302")
    ),
    "registration/quality/findings/<int:finding_id>/open/": posted(not_agents(names=_finding, controller="302")),
    "registration/quality/agents/": not_agents(controller="200"),
    "registration/quality/rules/": not_agents(controller="200"),
    "registration/quality/rules/new/": not_agents(query="kind=comment", controller="200"),
    "registration/quality/rules/settings/": posted(not_agents(data=_settings, controller="302")),
    "registration/quality/rules/addresses/": posted(not_agents(data={"email": "new@example.org"}, controller="302")),
    "registration/quality/rules/addresses/<int:address_id>/remove/": posted(
        not_agents(names={"address_id": _id("quality_address")}, controller="302")
    ),
    "registration/quality/rules/<int:rule_id>/": not_agents(names=_rule, controller="200"),
    "registration/quality/rules/<int:rule_id>/retire/": posted(not_agents(names=_rule, controller="302")),
}
