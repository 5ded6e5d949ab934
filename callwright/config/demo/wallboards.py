"""Wallboards of the demonstration: one for the room, one for a customer's screen that shows no names."""

from datetime import datetime

from callwright.config.demo.base import Base
from callwright.config.demo.house import Kind
from callwright.floor.models import Wallboard


def load_wallboards(base: Base, *, now: datetime) -> None:
    zone = "Europe/London"
    Wallboard.objects.create(name="The room", all_accounts=True, time_zone=zone, changed_at=now)
    if base.plan.kind is Kind.BUREAU:
        customer = base.accounts[base.plan.accounts[1].name]
        board = Wallboard.objects.create(
            name=customer.name,
            names="none",
            parts=["totals", "queues", "waiting"],
            time_zone=zone,
            theme="light",
            changed_at=now,
        )
        board.accounts.set([customer])
    else:
        Wallboard.objects.create(
            name="Management",
            all_accounts=True,
            names="short",
            parts=["totals", "agents"],
            time_zone=zone,
            theme="light",
            changed_at=now,
        )
