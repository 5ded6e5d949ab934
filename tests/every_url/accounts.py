from tests.every_url import Row, not_agents, own_account, posted


def build(world):
    from callwright.accounts.models import Line, NoteRecipient

    world["line"] = Line.objects.create(account=world["account"], number="+31201234567")
    world["recipient"] = NoteRecipient.objects.create(account=world["account"], name="Rita")


_account = {"account_id": lambda world: world["account"].pk}
_line = {**_account, "line_id": lambda world: world["line"].pk}
_recipient = {**_account, "recipient_id": lambda world: world["recipient"].pk}

ROWS = {
    "accounts/": Row("302 302 302 403 login"),  # with one account, straight to its page
    "accounts/find/": Row("200 200 200 403 login"),
    "accounts/new/": not_agents(),
    "accounts/organisation/": not_agents(),
    "accounts/<int:account_id>/": own_account(names=_account),
    "accounts/<int:account_id>/hours/": own_account(names=_account),
    "accounts/<int:account_id>/closed-days/": posted(not_agents(names=_account)),
    "accounts/<int:account_id>/lines/": posted(not_agents(names=_account)),
    "accounts/<int:account_id>/lines/<int:line_id>/": posted(not_agents(names=_line)),
    "accounts/<int:account_id>/recipients/": posted(not_agents(names=_account)),
    "accounts/<int:account_id>/recipients/<int:recipient_id>/": posted(not_agents(names=_recipient)),
}
