"""Supervisors comment on notes, and their authors answer (ACC-6). Internal: the account never sees it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse

from callwright.calls.models import CallNote, NoteComment, NoteReading
from callwright.calls.note_rules import LONGEST_COMMENT
from callwright.calls.operations.hold_calls import hold_calls
from callwright.calls.operations.save_note import tell_of_note
from callwright.calls.operations.send_note import NoteMissing
from callwright.calls.queries.note_sendings import call_of_note
from callwright.kit.texts import clean_lines
from callwright.live.operations.publish import Change, publish
from callwright.messaging.operations.notify import notify
from callwright.staff.queries.rights import Viewer, may

COMMENTED, ANSWERED = "note_commented", "note_answered"


class CommentRefused(Exception):
    """`reason`: empty, too_long, not_yours (only the note's author and who may comment on notes take part)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_CONCERNED = """
    INSERT INTO calls_notereading (account_id, note_id, call_id, user_id, unread)
    SELECT %(account)s, %(note)s, %(call)s, u.id, 1 FROM unnest(%(users)s::bigint[]) AS u (id)
    ON CONFLICT (account_id, note_id, user_id) DO UPDATE SET unread = calls_notereading.unread + 1
"""


@transaction.atomic
def comment_note(*, viewer: Viewer, account_id: int, call_id: UUID, note_id: int, text: str, now: datetime) -> int:
    """One more comment under a note; its author and all who commented before are told. Returns its id. The caller has
    checked that the viewer may see the call. Raises NoteMissing, CommentRefused.
    """
    assert viewer.pk is not None
    text = clean_lines(text)
    if not text:
        raise CommentRefused("empty")
    if len(text) > LONGEST_COMMENT:
        raise CommentRefused("too_long")
    hold_calls(account_id, [call_id])
    note = CallNote.objects.filter(account_id=account_id, call_id=call_id, pk=note_id).first()
    if note is None:
        raise NoteMissing(note_id)
    known = set(NoteReading.objects.filter(account_id=account_id, note_id=note_id).values_list("user_id", flat=True))
    is_author = note.by_id == viewer.pk
    if not may(viewer, "comment_notes") and not (is_author and known):
        raise CommentRefused("not_yours")
    comment = NoteComment.objects.create(
        account_id=account_id, call_id=call_id, note_id=note_id, text=text, by_id=viewer.pk, at=now
    )
    others = sorted((known | ({note.by_id} if note.by_id else set())) - {viewer.pk})
    _keep_concerned(note, viewer.pk, others)
    _tell(note, comment, viewer, others, is_author=is_author, now=now)
    return comment.pk


def _keep_concerned(note: CallNote, by: int, others: list[int]) -> None:
    values: dict[str, Any] = {"account": note.account_id, "note": note.pk, "call": note.call_id, "users": others}
    with connection.cursor() as cursor:
        cursor.execute(_CONCERNED, values)
    NoteReading.objects.update_or_create(
        account_id=note.account_id, note_id=note.pk, user_id=by, defaults={"unread": 0, "call_id": note.call_id}
    )


def _tell(
    note: CallNote, comment: NoteComment, viewer: Viewer, others: list[int], *, is_author: bool, now: datetime
) -> None:
    call = call_of_note(note.account_id, note.call_id)
    if call is not None and others:
        notify(
            event=ANSWERED if is_author else COMMENTED, key=f"{note.call_id}:{note.pk}:{comment.pk}",
            account_id=note.account_id, users=others,
            path=f"{reverse('calls:call', args=[note.call_id])}#note-{note.pk}",
            values={
                "by": getattr(viewer, "name", ""), "caller": call.caller, "number": call.number,
                "country": call.home_country,
            },
            now=now,
        )  # fmt: skip
    tell_of_note(note.account_id, note.call_id, note.by_id, now=now)
    publish([Change(f"desk:{user}", "note_comments", str(note.call_id), note.account_id) for user in others], now=now)


@transaction.atomic
def read_comments(*, account_id: int, note_id: int, user_id: int, now: datetime) -> None:
    """The user has read all comments on the note that stand there now."""
    mine = NoteReading.objects.filter(account_id=account_id, note_id=note_id, user_id=user_id, unread__gt=0)
    if mine.update(unread=0):
        publish([Change(f"desk:{user_id}", "note_comments", "", account_id)], now=now)
