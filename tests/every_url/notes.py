from datetime import UTC, datetime

from tests.every_url import Row, agents, not_agents, own_account, posted

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def build(world):
    from callwright.accounts.models import NoteRecipient
    from callwright.calls.models import CallNote, NoteCopy
    from callwright.calls.operations.save_note import save_note

    known = {"account_id": world["account"].pk, "call_id": world["call"].id, "by": world["owner"].pk, "now": NOW}
    to = NoteRecipient.objects.create(account=world["account"], name="The office", email="office@baker.example")
    save_note(**known, text="Wants bread", recipient_ids=[to.pk])
    world["note"] = CallNote.objects.get()
    world["note_copy"] = NoteCopy.objects.create(
        account=world["account"], email="coach@example.org", all_agents=True, changed_at=NOW
    )


_note = {"note_id": lambda world: world["note"].pk}
_copy = {"copy_id": lambda world: world["note_copy"].pk}
_account = {"account_id": lambda world: world["account"].pk}
_call = {"call_id": lambda world: world["call"].pk}

ROWS = {
    "calls/notes/": agents(controller="200"),
    "calls/notes/copies/": not_agents(controller="403"),
    "calls/notes/copies/<int:copy_id>/": not_agents(names=_copy, controller="403"),
    "calls/notes/copies/<int:copy_id>/remove/": posted(not_agents(names=_copy, controller="403")),
    "calls/notes/accounts/<int:account_id>/": own_account(names=_account, controller="200"),
    "calls/notes/accounts/<int:account_id>/sending/": not_agents(names=_account, controller="403"),
    "calls/notes/contacts/<int:contact_id>/": own_account(names={"contact_id": lambda world: world["caller"].pk}),
    "calls/notes/<int:note_id>/row/": Row("200 200 200 403 login", names=_note),  # an outsider's is empty
    # Its author alone, and supervisors; a controller reads.
    "calls/notes/<int:note_id>/send/": Row("200 403 404 403 login", "POST", _note, controller="403"),
    "calls/notes/<int:note_id>/comments/": Row(
        "403 403 404 403 login", "POST", _note, {"text": "Well done"}, controller="403"
    ),
    "calls/notes/<int:note_id>/read/": posted(own_account(names=_note), "204"),
    "calls/<uuid:call_id>/notes/": own_account(names=_call, controller="200"),
    "desk/comments": agents(),
}
