from datetime import UTC, datetime

from tests.every_url import Row, agents, not_agents, own_account, posted


def build(world):
    from callwright.calls.models import Marker, SavedSearch, TooLongRule
    from callwright.calls.testing import add_call
    from callwright.contacts.models import Contact

    world["caller"] = Contact.objects.create(account=world["account"], kind="person", surname="Vos", name="Vos")
    world["call"] = add_call(world["account"], datetime.now(UTC), client_number="+31612340000")
    world["missed"] = add_call(world["account"], datetime.now(UTC), status="missed", follow_up="not_called_back")
    world["marker"] = Marker.objects.create(name="Complaint", icon="flag")
    world["too_long"] = TooLongRule.objects.create(limit_s=60, changed_at=datetime.now(UTC))
    world["search"] = SavedSearch.objects.create(user=world["owner"], name="Lost", query="status=missed")


def _id(name):
    return lambda world: world[name].pk


_call = {"call_id": _id("call")}
_missed = {"call_id": _id("missed")}
_marker = {"marker_id": _id("marker")}
_too_long = {"rule_id": _id("too_long")}
_outcome = {"outcome_id": 1}
_search = {"search_id": _id("search")}

_no_export = {"export_id": "00000000-0000-0000-0000-000000000000"}

ROWS = {
    "calls/": agents(),
    "calls/rows/": agents(),
    "calls/live/": agents(),
    "calls/summary/": agents(),
    "calls/filters/": agents(),
    "calls/columns/": agents(),
    "calls/history/<int:contact_id>/": own_account(names={"contact_id": _id("caller")}),
    "calls/searches/": posted(agents(data={"name": "Mine", "query": ""})),
    "calls/searches/<int:search_id>/delete/": posted(agents(names={"search_id": _id("search")})),
    "calls/views/": agents(),
    "calls/views/order/": posted(agents(), "204"),
    "calls/views/<int:search_id>/": Row("302 404 404 403 login", "POST", _search, {"name": "Lost"}),
    "calls/views/<int:search_id>/save/": Row("302 404 404 403 login", "POST", _search),
    "calls/views/<int:search_id>/copy/": Row("302 404 404 403 login", "POST", _search),
    "calls/views/<int:search_id>/open/": Row("302 404 404 403 login", "POST", _search),
    "calls/marker/": posted(agents(data={"ids": "", "marker": _id("marker")}), "200"),
    "calls/markers/": not_agents(),
    "calls/markers/order/": posted(not_agents()),
    "calls/markers/<int:marker_id>/": not_agents(names=_marker),
    "calls/markers/<int:marker_id>/retire/": posted(not_agents(names=_marker)),
    "calls/markers/contacts/<int:contact_id>/": own_account(names={"contact_id": _id("caller")}),
    "calls/markers/<int:marker_id>/picture/": Row("404 404 404 403 login", names=_marker),  # it is an icon
    "calls/too-long/": not_agents(),
    "calls/too-long/totals/": not_agents(),
    "calls/too-long/totals/file/": not_agents(),
    "calls/too-long/rules/": not_agents(),
    "calls/too-long/rules/try/": not_agents(),
    "calls/too-long/rules/<int:rule_id>/": not_agents(names=_too_long),
    "calls/too-long/rules/<int:rule_id>/retire/": posted(not_agents(names=_too_long)),
    "calls/too-long/outcomes/": not_agents(),
    "calls/too-long/outcomes/order/": posted(not_agents()),
    "calls/too-long/outcomes/<int:outcome_id>/": not_agents(names=_outcome),
    "calls/too-long/outcomes/<int:outcome_id>/retire/": posted(not_agents(names=_outcome)),
    "calls/too-long/<uuid:call_id>/row/": not_agents(names=_call),
    "calls/too-long/<uuid:call_id>/review/": not_agents(names=_call),
    "calls/<uuid:call_id>/too-long/": agents(names=_call),  # it is empty where there is nothing to see
    "calls/retention/": not_agents(),
    "calls/persons/<int:contact_id>/export/": posted(not_agents(names={"contact_id": _id("caller")})),
    "calls/persons/<int:contact_id>/erase/": not_agents(names={"contact_id": _id("caller")}),
    "calls/export/": posted(not_agents()),
    "calls/exports/": agents(),
    "calls/exports/new/": not_agents(),
    "calls/exports/<uuid:export_id>/file/": Row("404 404 404 403 login", names=_no_export),
    "calls/exports/<uuid:export_id>/cancel/": posted(agents(names=_no_export)),
    "calls/missed/": agents(controller="403"),
    "calls/missed/rows/": agents(controller="403"),
    "calls/missed/live/": agents(controller="403"),
    "calls/missed/counts/": agents(controller="403"),
    "calls/missed/number/": agents(controller="403"),
    "calls/missed/totals/": agents(controller="200"),
    "calls/missed/totals/file/": not_agents(),
    "calls/missed/reasons/": not_agents(controller="403"),
    "calls/missed/reasons/order/": posted(not_agents(controller="403")),
    "calls/missed/reasons/<int:reason_id>/retire/": posted(not_agents(names={"reason_id": 1}, controller="403")),
    "calls/missed/<uuid:call_id>/": own_account(names=_missed, controller="403"),
    "calls/missed/<uuid:call_id>/part/": own_account(names=_missed, controller="403"),
    "calls/missed/<uuid:call_id>/call/": posted(own_account(names=_missed, controller="403"), "200"),
    "calls/missed/<uuid:call_id>/assign/": posted(own_account(names=_missed, controller="403"), "200"),
    "calls/missed/<uuid:call_id>/close/": posted(own_account(names=_missed, controller="403"), "200"),
    "calls/missed/<uuid:call_id>/counted/": posted(own_account(names=_missed, controller="403"), "200"),
    "calls/missed/<uuid:call_id>/reopen/": posted(own_account(names=_missed, controller="403"), "200"),
    "calls/<uuid:call_id>/": own_account(names=_call),
    "calls/<uuid:call_id>/now/": own_account(names=_call),
    "calls/<uuid:call_id>/contacts/": own_account(names=_call),
    "calls/<uuid:call_id>/marker/": posted(own_account(names=_call, data={"marker": _id("marker")}), "200"),
    "calls/<uuid:call_id>/comment/": posted(own_account(names=_call, data={"comment": "Late again"}), "200"),
    "calls/<uuid:call_id>/keep/": posted(own_account(names=_call), "200"),
    "calls/<uuid:call_id>/attach/": posted(own_account(names=_call, data={"contact": _id("caller")}), "200"),
}
