"""Forced registration in the demonstration: one customer of the bureau demands it, and those whom nobody plays obey."""

from collections.abc import Collection
from datetime import datetime, timedelta
from random import Random

from callwright.accounts.operations.save_wrap_up import save_account_wrap_up
from callwright.config.demo.base import Base
from callwright.config.demo.house import Kind
from callwright.registration.models import DueRegistration, MustRegister
from callwright.registration.operations.register import Refused, register
from callwright.registration.queries.panel import panel_of

_THINKS = timedelta(seconds=8)
_WRAP_UP_S = 45


def load_forced(base: Base, *, now: datetime) -> None:
    """The bureau's first customer: every call for it that comes in is registered before the next one."""
    if base.plan.kind is not Kind.BUREAU:
        return
    account = base.accounts[base.plan.accounts[1].name]
    MustRegister.objects.create(account=account, directions=["inbound"], changed_at=now)
    save_account_wrap_up(account_id=account.pk, seconds=_WRAP_UP_S)


def register_for_others(present: Collection[int], random: Random, *, now: datetime) -> None:
    """Simulated agents tick something after a while; `present` are people who do so themselves."""
    due = DueRegistration.objects.filter(settled_at=None, at__lt=now - _THINKS).exclude(user__in=present)
    for one in due.order_by("at")[:20]:
        panel = panel_of(one.user_id, account_id=one.account_id, call_id=one.call_id, now=now)
        if panel is None or not panel.offered:
            continue
        topic = random.choice(panel.offered[0].all_topics())
        try:
            register(
                call_id=one.call_id, account_id=one.account_id, by=one.user_id, topics=[topic.id], comment="", now=now
            )
        except Refused:
            continue
