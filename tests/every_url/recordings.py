from datetime import UTC, datetime

from tests.every_url import Row, own_account, posted

ADMIN = "403 403 403 403 login"


def build(world):
    from callwright.recordings.models import NeverRule, Recording, Source

    now = datetime.now(UTC)
    Source.objects.create(pbx=world["pbx"], kind="folder", folder="/nowhere", pattern="{uniqueid}.*")
    world["never_rule"] = NeverRule.objects.create(account=world["account"])
    call = world["call"]
    Recording.objects.create(account_id=call.account_id, id=call.id, pbx=world["pbx"], state="failed", asked_at=now)


def _id(name):
    return lambda world: world[name].pk


_call = {"call_id": _id("call")}
_pbx = {"pbx_id": _id("pbx")}

ROWS = {
    "recordings/": Row(ADMIN),
    "recordings/sources/<int:pbx_id>/": Row(ADMIN, names=_pbx),
    "recordings/sources/<int:pbx_id>/try/": posted(Row(ADMIN, names=_pbx), "403"),
    "recordings/sources/<int:pbx_id>/host-key/": posted(Row(ADMIN, names=_pbx), "403"),
    "recordings/sources/<int:pbx_id>/again/": posted(Row(ADMIN, names=_pbx), "403"),
    "recordings/accounts/<int:account_id>/": Row(ADMIN, names={"account_id": _id("account")}),
    "recordings/rules/": posted(Row(ADMIN), "403"),
    "recordings/rules/<int:rule_id>/delete/": posted(Row(ADMIN, names={"rule_id": _id("never_rule")}), "403"),
    "recordings/calls/<uuid:call_id>/": own_account(names=_call),
    "recordings/calls/<uuid:call_id>/listen/": posted(Row(ADMIN, names=_call), "403"),
    "recordings/calls/<uuid:call_id>/parts/<uuid:part_id>/download/": posted(
        Row(ADMIN, names={**_call, "part_id": _id("call")}), "403"
    ),
    "recordings/calls/<uuid:call_id>/erase/": posted(Row(ADMIN, names=_call), "403"),
    "recordings/calls/<uuid:call_id>/again/": posted(Row(ADMIN, names=_call), "403"),
}
