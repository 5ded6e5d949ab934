"""Giving orders as the desk gives them, to the link process that runs in this one, and waiting for what becomes of
them.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async

from callwright.calls.models import Call, Leg
from callwright.telephony.link.run import run_link
from callwright.telephony.models import Command, Pbx
from callwright.telephony.operations.send_command import send_command
from tests.link.rig import configured, until_found


@dataclass(frozen=True, slots=True)
class Live:
    """A call that stands in the register: the PBX's names for it and for one of its legs."""

    call: str
    leg: str


class Desk:
    """Whoever gives orders to one PBX."""

    def __init__(self, slug: str = "main") -> None:
        self.slug = slug
        self._link: asyncio.Task[None] | None = None

    async def begin_link(self) -> None:
        """Returns when the PBX is linked."""
        self._link = asyncio.create_task(run_link())
        await until_found(sync_to_async(Pbx.objects.filter(slug=self.slug, state="up").exists))

    async def end_link(self) -> None:
        """As when its process is stopped."""
        if self._link is not None:
            self._link.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._link

    async def order(self, verb: str, **arguments: Any) -> UUID:
        """Gives an order; returns its id."""
        return await sync_to_async(self._send)(verb, arguments)

    def _send(self, verb: str, arguments: dict[str, Any]) -> UUID:
        pbx = Pbx.objects.get(slug=self.slug)
        return send_command(pbx.id, verb, arguments, by=None, account_id=None, now=datetime.now(UTC))

    async def outcome(self, order: UUID, *, timeout_s: float = 12) -> str:
        """Waits until an order is finished: "done", or the code of its refusal."""
        finished = Command.objects.filter(id=order, finished_at__isnull=False)
        find = sync_to_async(finished.values_list("state", "refusal", "detail").first)
        state, refusal, detail = await until_found(find, timeout_s=timeout_s)
        print(order, state, refusal, detail)  # what the PBX said, for whoever reads a failure
        return str(refusal or state)

    async def do(self, verb: str, **arguments: Any) -> str:
        """Gives an order and waits for its outcome."""
        return await self.outcome(await self.order(verb, **arguments))

    async def dial(self, extension: str, number: str = "+79165550000") -> UUID:
        return await self.order("originate", extension=extension, number=number, account_id=1)

    async def live(self, extension: str, *, status: str = "talking") -> Live:
        """The live call in which this extension has a leg."""
        return await until_found(lambda: sync_to_async(self._live)(extension, status))

    def _live(self, extension: str, status: str) -> Live | None:
        legs = Leg.objects.filter(party=extension, ended_at=None, call__ended_at=None, call__status=status)
        leg = legs.select_related("call").order_by("-rung_at").first()
        return Live(leg.call.pbx_key, leg.pbx_key) if leg else None

    async def until_over(self, count: int = 1, *, timeout_s: float = 20) -> list[Call]:
        """Waits until the register has so many calls and all are over."""

        def find() -> list[Call]:
            calls = list(Call.objects.filter(pbx__slug=self.slug).order_by("id"))
            return calls if len(calls) >= count and all(call.ended_at for call in calls) else []

        return await until_found(sync_to_async(find), timeout_s=timeout_s)


@contextlib.asynccontextmanager
async def at_work(**fields: Any) -> AsyncIterator[Desk]:
    """The link process as `callwright link` runs it, with one PBX that is up."""
    await configured(**fields)
    desk = Desk()
    try:
        await desk.begin_link()
        yield desk
    finally:
        await desk.end_link()
