"""Traffic: an endless, seeded stream of calls through a house, and how both are read from a file."""

import itertools
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random
from typing import Any

from callwright.telephony.fake.house import REFERENCE_HOUSE, Caller, Extension, House, Line, Phone, Queue, Strategy
from callwright.telephony.fake.plan import CallPlan, Hold, Kind, Transfer, TransferKind


class BadScenario(ValueError):
    """The scenario file says something that cannot be played; the text says what."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Rates are shares of 1, times are seconds; ranges are (least, most).

    `per_s` is the mean number of calls a second; `curve` gives 24 factors, one for each hour of the day in UTC
    (empty: even traffic). What is neither outbound nor internal is inbound; `direct_rate` of it to lines without a
    queue. The first call comes in after `first_s`
    at the latest.
    """

    per_s: float = 0.2
    curve: tuple[float, ...] = ()
    answer_rate: float = 0.85
    answer_s: tuple[float, float] = (2.0, 8.0)
    patience_s: tuple[float, float] = (15.0, 60.0)
    abandon_rate: float = 0.05
    busy_rate: float = 0.02
    talk_s: tuple[float, float] = (20.0, 240.0)
    blind_rate: float = 0.04
    attended_rate: float = 0.03
    hold_rate: float = 0.08
    outbound_rate: float = 0.2
    internal_rate: float = 0.08
    known_rate: float = 0.75
    withheld_rate: float = 0.05
    caller_hangs_up_rate: float = 0.6
    direct_rate: float = 0.25
    first_s: float = 3.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A house, its traffic, and the pool of outside parties; the rest of the callers are strangers."""

    house: House = REFERENCE_HOUSE
    traffic: Traffic = field(default_factory=Traffic)
    callers: tuple[Caller, ...] = ()
    seed: int = 1

    def plans(self, *, count: int | None = None, start: float = 0.0) -> Iterator[CallPlan]:
        """The calls in the order of their start; `start` (epoch seconds) is where the daily curve begins."""
        return itertools.islice(_stream(self, start), count)


def _stream(scenario: Scenario, start: float) -> Iterator[CallPlan]:
    random, traffic = Random(scenario.seed), scenario.traffic  # noqa: S311 - simulation, no secret
    at_s = min(traffic.first_s, random.expovariate(max(traffic.per_s, 1e-6)))
    yield _draw(random, scenario, at_s, first=True)
    while True:
        at_s += random.expovariate(max(traffic.per_s * _factor(traffic, start + at_s), 1e-6))
        yield _draw(random, scenario, at_s)


def _factor(traffic: Traffic, at: float) -> float:
    if not traffic.curve:
        return 1.0
    hour = at / 3600 % 24
    now, then = traffic.curve[int(hour)], traffic.curve[(int(hour) + 1) % 24]
    return now + (then - now) * (hour - math.floor(hour))


def _draw(random: Random, scenario: Scenario, at_s: float, *, first: bool = False) -> CallPlan:
    traffic, house = scenario.traffic, scenario.house
    kind = Kind.INBOUND if first else _kind(random, traffic)
    phones = [e.number for e in house.extensions if e.registered and e.phone is Phone.AUTO]
    if kind is not Kind.INBOUND and len(phones) < 2:
        kind = Kind.INBOUND
    own = random.choice(phones) if phones else ""
    caller = _party(random, scenario, withheld=kind is Kind.INBOUND)
    match kind:
        case Kind.INBOUND:
            dialled, extension = _line(random, house, traffic).number, ""
        case Kind.OUTBOUND:
            dialled, extension = caller.number or "", own
        case _:
            dialled, extension = random.choice([p for p in phones if p != own]), own
    gives_up = random.random() < traffic.abandon_rate
    answered = random.random() < traffic.answer_rate
    return CallPlan(
        kind=kind,
        dialled=dialled,
        at_s=at_s,
        caller=caller,
        extension=extension,
        answer_s=random.uniform(*traffic.answer_s) if answered and not gives_up else None,
        busy=random.random() < traffic.busy_rate,
        patience_s=random.uniform(*traffic.patience_s) * (0.5 if gives_up else 1.0),
        talk_s=_talk(random, traffic),
        hangup_by="caller" if random.random() < traffic.caller_hangs_up_rate else "agent",
        holds=_holds(random, traffic),
        transfers=_transfers(random, traffic, phones) if kind is Kind.INBOUND else (),
    )


def _line(random: Random, house: House, traffic: Traffic) -> Line:
    queued = [line for line in house.lines if line.queue]
    direct = [line for line in house.lines if not line.queue]
    if not queued or (direct and random.random() < traffic.direct_rate):
        return random.choice(direct)
    return random.choice(queued)


def _kind(random: Random, traffic: Traffic) -> Kind:
    share = random.random()
    if share < traffic.outbound_rate:
        return Kind.OUTBOUND
    return Kind.INTERNAL if share < traffic.outbound_rate + traffic.internal_rate else Kind.INBOUND


def _talk(random: Random, traffic: Traffic) -> float:
    """Most talks are short, few are long: a log-normal shape within the range."""
    least, most = traffic.talk_s
    middle = math.sqrt(max(least, 0.01) * most)
    return min(most, max(least, random.lognormvariate(math.log(middle), 0.6)))


def _holds(random: Random, traffic: Traffic) -> tuple[Hold, ...]:
    if random.random() >= traffic.hold_rate:
        return ()
    least = traffic.talk_s[0]
    return (Hold(after_s=least * 0.2, for_s=least * random.uniform(0.1, 0.6)),)


def _transfers(random: Random, traffic: Traffic, phones: list[str]) -> tuple[Transfer, ...]:
    share = random.random()
    if not phones or share >= traffic.blind_rate + traffic.attended_rate:
        return ()
    kind = TransferKind.BLIND if share < traffic.blind_rate else TransferKind.ATTENDED
    after_s = random.uniform(0.3, 1.0) * traffic.talk_s[0]
    answer_s = random.uniform(*traffic.answer_s) if random.random() < 0.9 else None
    return (Transfer(kind, random.choice(phones), after_s=after_s, answer_s=answer_s, consult_s=after_s),)


def _party(random: Random, scenario: Scenario, *, withheld: bool) -> Caller:
    if withheld and random.random() < scenario.traffic.withheld_rate:
        return Caller(None)
    if scenario.callers and random.random() < scenario.traffic.known_rate:
        return random.choice(scenario.callers)
    return Caller(f"7495{random.randrange(10**7):07d}")


# -- files -----------------------------------------------------------------------------------------------------


def read_scenario(path: Path) -> Scenario:
    """Reads a JSON scenario; a relative `callers_file` is looked for beside it. Raises BadScenario, OSError."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return parse_scenario(raw, folder=path.parent)
    except (json.JSONDecodeError, TypeError, KeyError, AttributeError) as error:
        raise BadScenario(f"{path}: {error}") from error


def parse_scenario(raw: dict[str, Any], *, folder: Path = Path()) -> Scenario:
    """A scenario from decoded JSON. Raises BadScenario for what does not fit together."""
    house = _house(raw["house"]) if "house" in raw else REFERENCE_HOUSE
    callers = [Caller(c.get("number"), c.get("name", "")) for c in raw.get("callers", [])]
    if "callers_file" in raw:
        callers += read_callers(folder / raw["callers_file"])
    given = raw.get("traffic", {})
    known = {f.name for f in fields(Traffic)}
    if unknown := set(given) - known:
        raise BadScenario(f"unknown in traffic: {', '.join(sorted(unknown))}")
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
    traffic = Traffic(**values)
    if len(traffic.curve) not in (0, 24):
        raise BadScenario("traffic.curve needs 24 factors, one for each hour")
    return Scenario(house, traffic, tuple(callers), int(raw.get("seed", 1)))


def _house(raw: dict[str, Any]) -> House:
    house = House(
        extensions=tuple(Extension(**{**e, "phone": Phone(e.get("phone", "auto"))}) for e in raw["extensions"]),
        queues=tuple(
            Queue(**{**q, "members": tuple(q["members"]), "strategy": Strategy(q.get("strategy", "ringall"))})
            for q in raw.get("queues", [])
        ),
        lines=tuple(Line(**line) for line in raw.get("lines", [])),
        **{k: raw[k] for k in ("trunk", "company_number", "system_name") if k in raw},
    )
    numbers, queues = {e.number for e in house.extensions}, {q.name for q in house.queues}
    for line in house.lines:
        if (line.queue and line.queue not in queues) or (line.extension and line.extension not in numbers):
            raise BadScenario(f"line {line.number} leads nowhere")
    for queue in house.queues:
        if lost := set(queue.members) - numbers:
            raise BadScenario(f"queue {queue.name} has members without a phone: {', '.join(sorted(lost))}")
    return house


def read_callers(path: Path) -> list[Caller]:
    """Outside parties, one a line: number, then a tab or comma and the name. Empty lines and # are left out."""
    callers = []
    for line in path.read_text(encoding="utf-8").splitlines():
        number, _, name = line.replace("\t", ",", 1).partition(",")
        if number.strip() and not line.startswith("#"):
            callers.append(Caller(number.strip(), name.strip()))
    return callers
