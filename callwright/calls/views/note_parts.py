"""What templates are given of notes."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from callwright.calls.models import Call
from callwright.calls.note_rules import LONGEST_COMMENT
from callwright.calls.note_words import mail_state
from callwright.calls.queries.note_comments import comments_on, sendings_of
from callwright.calls.queries.note_list import NoteRow, notes_with_calls
from callwright.calls.views.asked import staff_user
from callwright.calls.views.note_wording import standing_of_row


def shown_notes(request: HttpRequest, rows: Sequence[NoteRow]) -> list[dict[str, Any]]:
    """Notes with how they stand and what the viewer may do with them."""
    mail = mail_state([one.state for one in rows])
    return [{"row": one, "standing": standing_of_row(one, mail), "may_send": may_send(request, one.by)} for one in rows]


def may_send(request: HttpRequest, author: int | None) -> bool:
    """Its author, and who looks after notes, so that none is forgotten."""
    user = staff_user(request)
    return bool(user.may("set_up_notes") or (author == user.pk and user.may("use_desk")))


def part_of(request: HttpRequest, call: Call) -> dict[str, Any]:
    """The notes on a call for the part of its page, oldest first."""
    user = staff_user(request)
    rows = notes_with_calls(user, call.account_id, [call.id])[::-1]
    ids = [one.id for one in rows]
    said = comments_on(user, call.account_id, ids) if ids else {}
    sent = sendings_of(call.account_id, ids) if ids else {}
    shown = [
        {
            **one, "comments": said.get(one["row"].id, []), "sendings": sent.get(one["row"].id, []),
            "may_comment": user.may("comment_notes") or (one["row"].by == user.pk and one["row"].id in said),
        }
        for one in shown_notes(request, rows)
    ]  # fmt: skip
    return {"notes": shown, "longest_note_comment": LONGEST_COMMENT}
