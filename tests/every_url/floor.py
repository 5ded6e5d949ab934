from datetime import UTC, datetime

from tests.every_url import Row, agents, anyone, not_agents, posted


def build(world):
    from callwright.floor.models import Screen, Told, Wallboard

    now = datetime.now(UTC)
    world["wallboard"] = Wallboard.objects.create(name="Hall", all_accounts=True, changed_at=now)
    world["screen"] = Screen.objects.create(
        wallboard=world["wallboard"], name="TV", token_sha256="0" * 64, created_at=now
    )
    world["told"] = Told.objects.create(user=world["owner"], act="taken_over", by_name="Sofia", at=now)


def _id(name):
    return lambda world: world[name].pk


_agent = {"agent_id": _id("owner")}
_wallboard = {"wallboard_id": _id("wallboard")}
_order = {"order_id": "0192f0c0-0000-7000-8000-000000000000"}

ROWS = {
    "floor/": not_agents(),
    "floor/now/": not_agents(),
    "floor/agents/<int:agent_id>/": not_agents(names=_agent),
    "floor/agents/<int:agent_id>/state/": posted(not_agents(names=_agent), "403"),
    "floor/agents/<int:agent_id>/release/": posted(not_agents(names=_agent), "403"),
    "floor/agents/<int:agent_id>/take-over/": posted(not_agents(names=_agent), "403"),
    "floor/agents/<int:agent_id>/stop/": posted(not_agents(names=_agent), "403"),
    "floor/agents/<int:agent_id>/hear/<slug:mode>/": posted(not_agents(names={**_agent, "mode": "listen"}), "403"),
    "floor/orders/<uuid:order_id>/": not_agents(names=_order),
    "floor/told/": agents(),
    "floor/told/<int:told_id>/read/": posted(agents(names={"told_id": _id("told")}), "200"),
    "floor/wallboards/": not_agents(),
    "floor/wallboards/new/": not_agents(),
    "floor/wallboards/<int:wallboard_id>/": not_agents(names=_wallboard),
    "floor/wallboards/<int:wallboard_id>/screens/": posted(not_agents(names=_wallboard), "403"),
    "floor/wallboards/<int:wallboard_id>/remove/": posted(not_agents(names=_wallboard), "403"),
    "floor/wallboards/<int:wallboard_id>/show/": not_agents(names=_wallboard),
    "floor/wallboards/screens/<int:screen_id>/withdraw/": posted(not_agents(names={"screen_id": _id("screen")}), "403"),
    "floor/wallboards/screens/<int:screen_id>/answer/": posted(not_agents(names={"screen_id": _id("screen")}), "403"),
    # Without the cookie of a screen they show and open nothing.
    "floor/screen/": anyone(),
    "floor/screen/open/": Row("403 403 403 403 403", method="POST"),
    "floor/screen/state/": Row("403 403 403 403 403"),
}
