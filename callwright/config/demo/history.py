"""Sixty days of invented calls, as the events a PBX would have told; the same for the same seed and day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from callwright.config.demo.contacts import Known
from callwright.config.demo.house import DemoLine, Organisation
from callwright.config.demo.logins import AGENTS
from callwright.config.demo.numbers import RANGES, Numbers
from callwright.config.demo.talk import Story, talk_s
from callwright.telephony.events import AnyCallEvent, Direction, LegResult

_PER_DAY = 330
_WEEKDAYS = (1.15, 1.06, 1.0, 1.0, 0.9, 0.24, 0.1)  # from Monday
_HOURS = (
    0.15, 0.1, 0.1, 0.1, 0.1, 0.15, 0.4, 1.2, 5.0, 11.0, 13.0, 12.0, 8.0, 8.0, 11.0, 11.5, 10.0, 7.0, 3.0, 1.6, 1.1,
    0.7, 0.4, 0.2,
)  # fmt: skip
_ZONE = ZoneInfo("Europe/London")
_NIGHT = tuple(agent.extension for agent in AGENTS[-2:])
_ALL = tuple(agent.extension for agent in AGENTS)
_UNRETURNED = timedelta(hours=5)
_QUIET = timedelta(minutes=30)  # no invented call runs into the present


@dataclass
class History:
    plan: Organisation
    known: Sequence[Known]
    numbers: Numbers
    random: Random
    pbx: str
    _free: dict[str, datetime] = field(default_factory=dict)
    _count: int = 0

    def __post_init__(self) -> None:
        self._of_account: dict[str, list[Known]] = {}
        for one in self.known:
            self._of_account.setdefault(one.account, []).append(one)
        self._strangers = [self.numbers.take(self.random.choice(list(RANGES)))[0] for _ in range(250)]
        self._shares = list(accumulate(account.weight for account in self.plan.accounts))
        self._queues = {queue.name: queue.members for queue in self.plan.queues}

    def calls(self, *, days: int, now: datetime) -> Iterator[list[AnyCallEvent]]:
        """The events of each call, calls in order of their start, none in the last half hour before `now`."""
        today = now.astimezone(_ZONE).date()
        for back in range(days, -1, -1):
            day = today - timedelta(days=back)
            wanted = _PER_DAY * _WEEKDAYS[day.weekday()] * self.random.lognormvariate(0, 0.08)
            midnight = datetime.combine(day, time(), tzinfo=_ZONE).astimezone(UTC)
            hours = self.random.choices(range(24), weights=_HOURS, k=round(wanted))
            for at_s in sorted(hour * 3600 + self.random.uniform(0, 3600) for hour in hours):
                at = midnight + timedelta(seconds=round(at_s, 3))
                if at < now - _QUIET:
                    yield self._call(at)

    def unreturned(self, *, now: datetime) -> Iterator[list[AnyCallEvent]]:
        """A few calls of today's last hours that rang at everybody of a queue in vain, two for each queue."""
        zones = {ZoneInfo(agent.time_zone) for agent in AGENTS}
        since = max(datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone) for zone in zones)
        window_s = max(120.0, min((now - since).total_seconds(), _UNRETURNED.total_seconds()) - 60.0)
        queues = self.plan.queues * 2
        for index, queue in enumerate(queues):
            self._count += 1
            at = now - timedelta(seconds=60 + window_s * (1 - index / len(queues)) ** 2)
            story = Story(self.pbx, f"{at.timestamp():.0f}.{self._count}", at)
            lines = [(account, one) for account in self.plan.accounts for one in account.lines]
            account, line = self.random.choice([pair for pair in lines if pair[1].queue == queue.name])
            contact = self.random.choice(self._of_account.get(account.name) or self.known)
            story.start(
                Direction.INBOUND, from_number=contact.number, from_name=contact.name, to_number=line.number,
                dialled=line.number,
            )  # fmt: skip
            story.join(queue.name)
            self._gives_up(story, [story.ring(member, queue=queue.name) for member in queue.members], queued=True)
            yield story.events

    def _call(self, at: datetime) -> list[AnyCallEvent]:
        self._count += 1
        story = Story(self.pbx, f"{at.timestamp():.0f}.{self._count}", at)
        share = self.random.random()
        if share < 0.78:
            self._inbound(story)
        elif share < 0.96:
            self._outbound(story)
        else:
            self._internal(story)
        return story.events

    # ── who ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _on_duty(self, at: datetime, members: Sequence[str]) -> list[str]:
        local = at.astimezone(_ZONE)
        working = _ALL if local.weekday() < 5 and 8 <= local.hour < 18 else _NIGHT
        return [m for m in members if m in working and self._free.get(m, at) <= at]

    def _client(self, account: str) -> tuple[str | None, str]:
        share = self.random.random()
        if share < 0.05:
            return None, ""
        contacts = self._of_account.get(account)
        if share < 0.2 or not contacts:
            return self.random.choice(self._strangers), ""
        chosen = contacts[min(int(self.random.expovariate(4 / len(contacts))), len(contacts) - 1)]
        return chosen.number, chosen.name  # the first contacts call most: regulars

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────────────

    def _inbound(self, story: Story) -> None:
        account = self.random.choices(self.plan.accounts, cum_weights=self._shares)[0]
        line = self.random.choice(account.lines)
        number, name = self._client(account.name)
        story.start(Direction.INBOUND, from_number=number, from_name=name, to_number=line.number, dialled=line.number)
        members = self._queues[line.queue] if line.queue else (line.extension,)
        free = self._on_duty(story.now, members)
        if line.queue:
            story.join(line.queue)
        if not free:
            self._nobody(story, line)
            return
        rung = self.random.sample(free, min(3, len(free)))
        legs = [story.ring(extension, queue=line.queue) for extension in rung]
        share = self.random.random()
        if share < 0.07:
            self._gives_up(story, legs, queued=bool(line.queue))
        elif share < 0.11:
            story.wait(self.random.uniform(18, 25))
            for leg in legs:
                story.refuse(leg, LegResult.NO_ANSWER, cause=19)
            self._nobody(story, line)
        else:
            self._answered(story, rung, legs)

    def _gives_up(self, story: Story, legs: Sequence[str], *, queued: bool) -> None:
        story.wait(min(self.random.expovariate(1 / 25) + 4, 55))
        for leg in legs:
            story.refuse(leg, LegResult.CANCELLED)
        story.abandon(queued=queued)

    def _nobody(self, story: Story, line: DemoLine) -> None:
        story.wait(self.random.uniform(8, 40))
        story.time_out(queued=bool(line.queue), voicemail=self.random.random() < 0.5)

    def _answered(self, story: Story, rung: Sequence[str], legs: Sequence[str]) -> None:
        story.wait(self.random.expovariate(1 / 5) + 2)
        winner = self.random.randrange(len(rung))
        for index, leg in enumerate(legs):
            if index != winner:
                story.refuse(leg, LegResult.ANSWERED_ELSEWHERE)
        story.answer(legs[winner])
        self._talk(story, legs[winner], rung[winner])

    def _talk(self, story: Story, leg: str, extension: str) -> None:
        if self.random.random() < 0.06 and (others := self._on_duty(story.now, [e for e in _ALL if e != extension])):
            story.wait(talk_s(self.random) / 3)
            self._free[extension] = story.now
            extension = self.random.choice(others)
            leg = story.hand_over(leg, extension, ring_s=self.random.uniform(2, 7))
        if self.random.random() < 0.09:
            story.wait(self.random.uniform(8, 40))
            story.hold(leg, self.random.uniform(6, 70))
        story.wait(talk_s(self.random))
        story.finish(leg, by_client=self.random.random() < 0.62)
        self._free[extension] = story.now + timedelta(seconds=self.random.uniform(5, 40))

    def _outbound(self, story: Story) -> None:
        free = self._on_duty(story.now, _ALL) or [_NIGHT[0]]
        extension = self.random.choice(free)
        number, _ = self._client(self.plan.accounts[0].name)
        number = number or self.random.choice(self._strangers)
        story.start(Direction.OUTBOUND, from_number=extension, to_number=number, dialled=number, extension=extension)
        story.wait(1.5)
        leg = story.ring_outside(number)
        share = self.random.random()
        if share < 0.72:
            story.wait(self.random.expovariate(1 / 8) + 3)
            story.answer(leg)
            story.wait(talk_s(self.random))
            story.finish(leg, by_client=self.random.random() < 0.4)
        else:
            story.wait(self.random.uniform(3, 32))
            result, cause = self.random.choice(
                ((LegResult.NO_ANSWER, 19), (LegResult.BUSY, 17), (LegResult.NO_ANSWER, 19))
            )
            story.refuse(leg, result, cause=cause)
            story.end(by_client=False, cause=cause)
        self._free[extension] = story.now

    def _internal(self, story: Story) -> None:
        caller, called = self.random.sample(_ALL, 2)
        story.start(Direction.INTERNAL, from_number=caller, to_number=called, dialled=called, extension=caller)
        leg = story.ring(called)
        story.wait(self.random.uniform(2, 14))
        if self.random.random() < 0.8:
            story.answer(leg)
            story.wait(talk_s(self.random) / 2)
            story.finish(leg, by_client=self.random.random() < 0.5)
        else:
            story.refuse(leg, LegResult.NO_ANSWER, cause=19)
            story.end(by_client=True, cause=19)
