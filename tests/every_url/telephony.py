from tests.every_url import Row, anyone, not_agents, posted


def build(world):
    from callwright.telephony.models import Queue

    world["queue"] = Queue.objects.create(pbx=world["pbx"], name="sales", account=world["account"])


_pbx = {"pk": lambda world: world["pbx"].pk}
_queue = {"pk": lambda world: world["queue"].pk}

ROWS = {
    "admin/pbx/": not_agents(),
    "admin/pbx/new/asterisk/": not_agents(),
    "admin/pbx/new/http/": not_agents(),
    "admin/pbx/<int:pk>/": not_agents(names=_pbx),
    "admin/pbx/<int:pk>/test/": posted(not_agents(names=_pbx)),
    "admin/pbx/<int:pk>/token/": posted(not_agents(names=_pbx)),
    "admin/pbx/queues/<int:pk>/": not_agents(names=_queue),
    "api/pbx/events.schema.json": anyone(),
    # The PBX's token opens it, never a person's login.
    "api/pbx/<slug:slug>/events": Row("401 401 401 401 401", "POST", names={"slug": lambda world: world["pbx"].slug}),
}
