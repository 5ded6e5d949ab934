"""How calls are registered in this organisation, and where they must be (REG-2, REG-3)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from callwright.accounts.operations.save_wrap_up import save_account_wrap_up, save_more_time
from callwright.registration.models import MustRegister, PanelSettings
from callwright.registration.rules import DIRECTIONS
from callwright.staff.operations.record_audit import record_audit


@dataclass(frozen=True, slots=True)
class PanelWish:
    """`correct_within_s`: how long after its call a registration can be corrected; `wrap_up_times` and
    `wrap_up_more_s`: how often wrap-up can be extended and by how many seconds.
    """

    form: str
    comment_limit: int
    correct_within_s: int
    wrap_up_times: int
    wrap_up_more_s: int


@transaction.atomic
def save_panel(wish: PanelWish, *, by: int, now: datetime) -> None:
    PanelSettings.objects.update_or_create(
        pk=1,
        defaults={
            "form": wish.form, "comment_limit": wish.comment_limit, "correct_within_s": wish.correct_within_s,
        },
    )  # fmt: skip
    save_more_time(times=wish.wrap_up_times, seconds=wish.wrap_up_more_s)
    record_audit(action="registration_panel_changed", subject="registration:panel", by=by, detail=asdict(wish), now=now)


@transaction.atomic
def force(*, account_id: int | None, queue_id: int | None, directions: Sequence[str], by: int, now: datetime) -> None:
    """Calls of the account, of the queue, or of both together must be registered from now on (both None: all calls).
    Raises ValueError for a direction that does not exist.
    """
    if not set(directions) <= set(DIRECTIONS):
        raise ValueError(f"no such direction among {list(directions)}")
    chosen = [] if set(directions) == set(DIRECTIONS) else list(directions)
    place: dict[str, Any] = {"account_id": account_id, "queue_id": queue_id}
    MustRegister.objects.update_or_create(
        **place,
        defaults={"directions": chosen, "changed_at": now, "changed_by_id": by},
    )  # fmt: skip
    detail = {"queue_id": queue_id, "directions": chosen}
    record_audit(
        action="registration_forced", subject="registration:forced", by=by, account_id=account_id, detail=detail,
        now=now,
    )  # fmt: skip


@transaction.atomic
def do_not_force(*, must_id: int, by: int, now: datetime) -> None:
    """Nothing is demanded there any more. Who is held for such a call stays held until they register it."""
    must = MustRegister.objects.filter(pk=must_id).first()
    if must is None:
        return
    must.delete()
    record_audit(
        action="registration_not_forced", subject="registration:forced", by=by, account_id=must.account_id,
        detail={"queue_id": must.queue_id}, now=now,
    )  # fmt: skip


@transaction.atomic
def set_wrap_up(*, account_id: int, seconds: int | None, by: int, now: datetime) -> None:
    """The wrap-up of an account's calls; None: as the queue has it."""
    save_account_wrap_up(account_id=account_id, seconds=seconds)
    record_audit(
        action="wrap_up_changed", subject=f"account:{account_id}", by=by, account_id=account_id,
        detail={"seconds": seconds}, now=now,
    )  # fmt: skip
