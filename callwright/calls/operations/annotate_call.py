"""What people add to a call in the register: a marker, a comment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from callwright.calls.models import Call, Marker
from callwright.calls.operations.set_contact import CallMissing
from callwright.kit.texts import clean_lines
from callwright.live.operations.publish import Change, publish

LONGEST_COMMENT = 5_000


class MarkerMissing(Exception):
    """There is no such marker (any more)."""


class CommentTooLong(Exception):
    """A comment has at most `LONGEST_COMMENT` characters."""


@transaction.atomic
def set_marker(*, account_id: int, call_id: UUID, marker_id: int | None, now: datetime) -> int | None:
    """Gives the call a marker, None takes it away; returns the one it had, for an undo.

    The caller has checked that the viewer may see the call. Raises CallMissing, MarkerMissing.
    """
    if marker_id is not None and not Marker.objects.filter(pk=marker_id, retired=False).exists():
        raise MarkerMissing(marker_id)
    call = _locked(account_id, call_id)
    if call.marker_id != marker_id:
        _keep(call, "marker", now, marker_id=marker_id)
    return call.marker_id


MOST_AT_ONCE = 200


@transaction.atomic
def set_markers(*, calls: Sequence[tuple[int, UUID]], marker_id: int | None, now: datetime) -> int:
    """Gives calls, (account, id) each, a marker, None takes theirs away; returns how many changed. All or none.

    The caller has checked that the viewer may see the calls; beyond `MOST_AT_ONCE` they are left alone. Raises
    MarkerMissing.
    """
    if marker_id is not None and not Marker.objects.filter(pk=marker_id, retired=False).exists():
        raise MarkerMissing(marker_id)
    changed = 0
    for account_id, call_id in sorted(calls)[:MOST_AT_ONCE]:  # in one order, so that nobody waits in a ring
        call = Call.objects.select_for_update().filter(account_id=account_id, id=call_id).first()
        if call is not None and call.marker_id != marker_id:
            _keep(call, "marker", now, marker_id=marker_id)
            changed += 1
    return changed


@transaction.atomic
def set_comment(*, account_id: int, call_id: UUID, text: str, now: datetime) -> bool:
    """Keeps the comment on the call, an empty one removes it; returns whether it changed.

    The caller has checked that the viewer may see the call. Raises CallMissing, CommentTooLong.
    """
    text = clean_lines(text)
    if len(text) > LONGEST_COMMENT:
        raise CommentTooLong
    call = _locked(account_id, call_id)
    if call.comment == text:
        return False
    _keep(call, "comment", now, comment=text)
    return True


def _locked(account_id: int, call_id: UUID) -> Call:
    call = Call.objects.select_for_update().filter(account_id=account_id, id=call_id).first()
    if call is None:
        raise CallMissing(account_id, call_id)
    return call


def _keep(call: Call, name: str, now: datetime, **values: Any) -> None:
    Call.objects.filter(account_id=call.account_id, id=call.id).update(**values, updated_at=now)
    publish([Change("calls", name, str(call.id), call.account_id)], now=now)
