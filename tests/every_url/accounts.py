from tests.every_url import Row, not_agents, own_account, posted


def build(world):
    from callwright.accounts.models import AccountPerson, ForwardingRule, KnowledgeEntry, Line, NoteRecipient

    world["line"] = Line.objects.create(account=world["account"], number="+31201234567")
    world["recipient"] = NoteRecipient.objects.create(account=world["account"], name="Rita")
    world["person"] = AccountPerson.objects.create(account=world["account"], name="Paula")
    world["rule"] = ForwardingRule.objects.create(account=world["account"], otherwise="Take a note")
    world["entry"] = KnowledgeEntry.objects.create(account=world["account"], title="Opening hours", text="At nine.")


_account = {"account_id": lambda world: world["account"].pk}
_line = {**_account, "line_id": lambda world: world["line"].pk}
_recipient = {**_account, "recipient_id": lambda world: world["recipient"].pk}
_person = {**_account, "person_id": lambda world: world["person"].pk}
_rule = {**_account, "rule_id": lambda world: world["rule"].pk}
_entry = {**_account, "entry_id": lambda world: world["entry"].pk}

ROWS = {
    "accounts/": Row("302 302 302 403 login"),  # with one account, straight to its page
    "accounts/find/": Row("200 200 200 403 login"),
    "accounts/new/": not_agents(),
    "accounts/organisation/": not_agents(),
    "accounts/<int:account_id>/": own_account(names=_account),
    "accounts/<int:account_id>/hours/": own_account(names=_account),
    "accounts/<int:account_id>/closed-days/": posted(not_agents(names=_account)),
    "accounts/<int:account_id>/lines/": own_account(names=_account),
    "accounts/<int:account_id>/lines/<int:line_id>/": posted(not_agents(names=_line)),
    "accounts/<int:account_id>/recipients/": own_account(names=_account),
    "accounts/<int:account_id>/recipients/<int:recipient_id>/": posted(not_agents(names=_recipient)),
    "accounts/<int:account_id>/people/": own_account(names=_account),
    "accounts/<int:account_id>/people/new/": not_agents(names=_account),
    "accounts/<int:account_id>/people/order/": posted(not_agents(names=_account)),
    "accounts/<int:account_id>/people/<int:person_id>/": own_account(names=_person),
    "accounts/<int:account_id>/people/<int:person_id>/absences/": posted(not_agents(names=_person)),
    "accounts/<int:account_id>/forwarding/new/": not_agents(names=_account),
    "accounts/<int:account_id>/forwarding/order/": posted(not_agents(names=_account)),
    "accounts/<int:account_id>/forwarding/<int:rule_id>/": not_agents(names=_rule),
    "accounts/<int:account_id>/knowledge/": own_account(names=_account),
    "accounts/<int:account_id>/knowledge/new/": not_agents(names=_account),
    "accounts/<int:account_id>/knowledge/order/": posted(not_agents(names=_account)),
    "accounts/<int:account_id>/knowledge/preview/": posted(not_agents(names=_account)),
    "accounts/<int:account_id>/knowledge/<int:entry_id>/": own_account(names=_entry),
    "accounts/<int:account_id>/knowledge/<int:entry_id>/retired/": posted(not_agents(names=_entry)),
}
