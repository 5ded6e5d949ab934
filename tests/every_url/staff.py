from tests.every_url import Row, agents, anyone, logged_in, not_agents, posted


def build(world):
    from callwright.staff.models import Extension, PauseReason

    world["reason"] = PauseReason.objects.create(code="lunch", label="Lunch")
    world["free_extension"] = Extension.objects.create(pbx=world["pbx"], number="299")


_user = {"pk": lambda world: world["owner"].pk}
_seat = {"pk": lambda world: world["free_extension"].pk}

_reason = {"pk": lambda world: world["reason"].pk}

ROWS = {
    "login/": Row("302 302 302 302 200"),
    "logout/": Row("302 302 302 302 302", "POST"),
    "language/": posted(anyone(data={"language": "nl"})),
    "me/": logged_in(),
    "me/password/": logged_in(),
    "extensions/": agents(),
    "extensions/release/": posted(agents()),
    "extensions/<int:pk>/take/": posted(agents(names=_seat)),
    "extensions/<int:pk>/move/": posted(not_agents(names=_seat)),
    "audit/": not_agents(),
    "audit/about/": not_agents(query="record=call:1"),
    "admin/extensions/": not_agents(),
    "admin/extensions/<int:pk>/remove/": posted(not_agents(names=_seat)),
    "admin/pause-reasons/": not_agents(),
    "admin/pause-reasons/<int:pk>/": posted(not_agents(names=_reason)),
    "admin/users/": not_agents(),
    "admin/users/new/": not_agents(),
    "admin/users/<int:pk>/": not_agents(names=_user),
    "admin/users/<int:pk>/password/": posted(not_agents(names=_user)),
    "admin/users/<int:pk>/active/": posted(not_agents(names=_user)),
    "admin/users/<int:pk>/unlock/": posted(not_agents(names=_user)),
}
