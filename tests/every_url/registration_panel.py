from tests.every_url import agents, not_agents, own_account, posted


def build(world):
    from django.utils import timezone

    from callwright.registration.models import MustRegister

    world["must"] = MustRegister.objects.create(account=world["account"], changed_at=timezone.now())


_call = {"call_id": lambda world: world["call"].pk}

ROWS = {
    "registration/calls/<uuid:call_id>/panel": own_account(names=_call),
    "registration/calls/<uuid:call_id>/save": posted(own_account(names=_call), "200"),
    "registration/settings/": not_agents(),
    "registration/settings/save/": posted(not_agents()),
    "registration/settings/forced/": posted(not_agents()),
    "registration/settings/forced/<int:must_id>/remove/": posted(
        not_agents(names={"must_id": lambda world: world["must"].pk})
    ),
    "registration/settings/wrap-up/": posted(not_agents()),
    "registration/settings/release/": posted(not_agents()),
    "desk/me/more-time": posted(agents(), "204"),
    "desk/me/panel": posted(agents(), "200"),
}
