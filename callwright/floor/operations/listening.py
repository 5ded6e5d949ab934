"""Who may listen in, may do so until they may not any more; and when somebody listens, it is noted."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from callwright.staff.operations.record_audit import record_audit
from callwright.staff.queries.rights import may, viewer_of, visible_account_ids
from callwright.telephony.operations.listen import Begun, stop_listenings
from callwright.telephony.operations.send_command import Finished
from callwright.telephony.queries.listening import ListeningNow, listening_now, listening_of
from callwright.telephony.queries.orders import orders_given

_TRIES_AGAIN, _AT_LEAST_EVERY = timedelta(seconds=5), timedelta(minutes=5)


def stop_listening(*, viewer: Any, listening_id: UUID | None = None, now: datetime) -> UUID | None:
    """Hangs up the viewer's own phones that listen or ring to do so; with `listening_id`, that one, also of somebody
    else where the viewer may listen to such calls. Returns an order's id, None where nothing goes on.
    """
    going_on = listening_now(now=now)
    if listening_id is None:
        wanted = [one for one in going_on if one.by_id == viewer.pk]
    else:
        wanted = [one for one in going_on if one.id == listening_id and _may_end(viewer, one)]
    orders = stop_listenings([one.id for one in wanted], by=viewer.pk, now=now)
    return orders[0] if orders else None


def _may_end(viewer: Any, one: ListeningNow) -> bool:
    accounts = visible_account_ids(viewer)
    sees = accounts is None or one.account_id in accounts
    return one.by_id == viewer.pk or (may(viewer, "listen_in") and sees)


def stop_at_logout(user_id: int, *, now: datetime) -> None:
    """Who logs out listens no more."""
    stop_listenings([one.id for one in listening_now(now=now) if one.by_id == user_id], by=user_id, now=now)


def look_after_listening(now: datetime) -> int:
    """Hangs up the phones of those who may not listen any more, and tries again where a phone was not hung up, after
    longer each time; returns how many are to end.
    """
    going_on = listening_now(now=now)
    ending = [*_without_right(going_on), *_not_hung_up(going_on, now)]
    stop_listenings([one.id for one in ending], by=None, now=now)
    return len(ending)


def _not_hung_up(going_on: Collection[ListeningNow], now: datetime) -> list[ListeningNow]:
    late = {
        str(one.id): one for one in going_on
        if one.stop_asked_at is not None and one.stop_asked_at < now - _TRIES_AGAIN
    }  # fmt: skip
    if not late:
        return []
    since = min(one.stop_asked_at for one in late.values() if one.stop_asked_at is not None)
    given = orders_given("stop_listening", "listening", late, since=since)
    return [one for id, one in late.items() if id not in given or given[id].last_at < now - _patience(given[id].times)]


def _patience(times: int) -> timedelta:
    """What a PBX refused so many times it hardly does a moment later."""
    return min(_TRIES_AGAIN * (1 << min(times - 1, 10)), _AT_LEAST_EVERY)


def _without_right(going_on: Collection[ListeningNow]) -> list[ListeningNow]:
    viewers = {one.by_id: viewer_of(one.by_id) if one.by_id is not None else None for one in going_on}
    accounts = {id: visible_account_ids(viewer) for id, viewer in viewers.items() if viewer is not None}
    allowed = {id for id, viewer in viewers.items() if viewer is not None and may(viewer, "listen_in")}
    return [
        one for one in going_on
        if one.stop_asked_at is None and (
            one.by_id not in allowed or not ((seen := accounts[one.by_id]) is None or one.account_id in seen)
        )
    ]  # fmt: skip


def note_begun(begun: Begun, now: datetime) -> None:
    """It stands in the audit log once the phone was picked up, and not where it never was."""
    record_audit(
        action="listened_in", subject=f"call:{begun.call_id}", by=begun.by, account_id=begun.account_id,
        detail={"mode": begun.mode, "agent": begun.agent}, now=now,
    )  # fmt: skip


def note_ended(command: Finished, now: datetime) -> None:
    """Once the PBX has done it, the audit log says who hung up the phone of somebody else."""
    if command.verb != "stop_listening" or not command.done or command.by is None:
        return
    one = listening_of(UUID(command.arguments["listening"]))
    if one is not None and one.by_id != command.by:
        record_audit(
            action="listening_ended", subject=f"call:{one.call_id}", by=command.by, account_id=one.account_id,
            detail={"who": one.by_name}, now=now,
        )  # fmt: skip
