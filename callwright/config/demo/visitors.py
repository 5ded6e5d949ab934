"""People who really sit at the demonstration's desks: their phones ring until they answer, and callers find them soon.

Everybody else of the house is simulated and answers by itself.
"""

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connections
from django.utils import timezone

from callwright.config.demo.house import DemoLine, Organisation
from callwright.config.demo.panel import register_for_others
from callwright.staff.models import Extension, State
from callwright.telephony.fake.house import Caller, Phone
from callwright.telephony.fake.pbx import FakePbx
from callwright.telephony.fake.plan import CallPlan, Kind

LOOK_EVERY_S = 1.0
FIRST_CALL_S = 3.0
_PAUSE_S = (20.0, 50.0)
_AFTER_CALL_S = (12.0, 25.0)
_DIRECT_SHARE = 0.4
_KNOWN_SHARE = 0.85

_RANDOM = Random(7)  # noqa: S311 - simulation, no secret

log = logging.getLogger("callwright.demo")


@dataclass(frozen=True)
class Visitor:
    extension: str
    is_ready: bool


def logged_in(now: datetime) -> set[int]:
    """The ids of those who are logged in."""
    sessions = [session.get_decoded() for session in Session.objects.filter(expire_date__gt=now)]
    return {int(session[SESSION_KEY]) for session in sessions if SESSION_KEY in session}


def visitors(now: datetime) -> list[Visitor]:
    """Who is logged in and has an extension."""
    taken = Extension.objects.filter(employee__in=logged_in(now)).order_by("number")
    return [
        Visitor(number, wanted == State.READY)
        for number, wanted in taken.values_list("number", "employee__agent_state__wanted")
    ]


class Attention:
    """Gives visitors their phones, and sends callers to those who take calls and have nothing to do.

    `callers` are the contacts of each account by its name, and strangers by the empty name.
    """

    def __init__(self, pbx: FakePbx, plan: Organisation, callers: Mapping[str, Sequence[Caller]], *, seed: int) -> None:
        self._pbx, self._callers = pbx, callers
        self._account_of = {line.number: account.name for account in plan.accounts for line in account.lines}
        self._office = plan.accounts[0].name
        self._random = Random(seed)  # noqa: S311 - simulation, no secret
        self._lines = [line for account in plan.accounts for line in account.lines]
        self._members = {queue.name: queue.members for queue in plan.queues}
        self._next_call: dict[str, float] = {}

    async def follow(self) -> None:
        """Looks every second, until it is cancelled."""
        while True:
            try:
                self.notice(await sync_to_async(_look)(), at=time.monotonic())
            except DatabaseError as error:
                log.warning("Who is logged in could not be read: %s", error)
            await asyncio.sleep(LOOK_EVERY_S)

    def believable(self, plans: Iterator[CallPlan]) -> Iterator[CallPlan]:
        """Who calls an account is mostly its contact; and no visitor's phone makes calls by itself."""
        for plan in plans:
            if plan.kind is Kind.INBOUND and plan.caller.number is not None:
                yield replace(plan, caller=self._caller(self._account_of.get(plan.dialled, self._office)))
            elif plan.kind is Kind.OUTBOUND and plan.extension not in self._next_call:
                caller = self._caller(self._office)
                yield replace(plan, caller=caller, dialled=caller.number or plan.dialled)
            elif plan.extension not in self._next_call:
                yield plan

    def _caller(self, account: str) -> Caller:
        known = self._callers.get(account)
        is_known = known and self._random.random() < _KNOWN_SHARE
        return self._random.choice(known if known and is_known else self._callers[""])

    def notice(self, present: Sequence[Visitor], *, at: float) -> None:
        """Acts on who sits there now; `at` in seconds of any clock that only grows."""
        for extension in set(self._next_call) - {one.extension for one in present}:
            del self._next_call[extension]
            self._pbx.set_phone(extension, Phone.AUTO)
        for one in present:
            phone = self._pbx.exchange.phones.get(one.extension)
            if phone is None:
                continue
            if one.extension not in self._next_call:
                self._pbx.set_phone(one.extension, Phone.PERSON)
                self._next_call[one.extension] = at + FIRST_CALL_S
                if phone.channels:  # the call of the simulated colleague who sat here ends
                    self._pbx.hangup(one.extension)
            elif phone.channels or not one.is_ready:
                soonest = at + self._random.uniform(*_AFTER_CALL_S)
                self._next_call[one.extension] = max(self._next_call[one.extension], soonest)
            elif at >= self._next_call[one.extension]:
                self._next_call[one.extension] = at + self._random.uniform(*_PAUSE_S)
                self._pbx.place(self._call_to(one.extension))

    def _call_to(self, extension: str) -> CallPlan:
        direct = [line for line in self._lines if line.extension == extension]
        queued = [line for line in self._lines if extension in self._members.get(line.queue, ())]
        lines: list[DemoLine] = direct if direct and self._random.random() < _DIRECT_SHARE else queued or direct
        number = self._random.choice(lines).number
        return CallPlan(
            kind=Kind.INBOUND,
            dialled=number,
            caller=self._caller(self._account_of[number]),
            answer_s=self._random.uniform(6, 14),  # when a colleague takes it; people at desks are given longer
            patience_s=self._random.uniform(25, 50),
            talk_s=self._random.uniform(40, 240),
        )


def _look() -> list[Visitor]:
    try:
        now = timezone.now()
        register_for_others(logged_in(now), _RANDOM, now=now)
        return visitors(now)
    finally:
        connections.close_all()
