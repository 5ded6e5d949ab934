"""What stands in the simulated house: extensions, queues, lines, and the people who call them."""

from dataclasses import dataclass
from enum import StrEnum


class Phone(StrEnum):
    """Who picks up an extension's phone."""

    AUTO = "auto"  # a simulated colleague: follows the call's plan
    PERSON = "person"  # somebody sits there: rings until answered by command, or a colleague takes the call
    DRIVEN = "driven"  # a test decides: never answers and never gives up by itself


class Strategy(StrEnum):
    RING_ALL = "ringall"
    ONE_BY_ONE = "linear"


@dataclass(frozen=True, slots=True)
class Extension:
    number: str
    name: str
    phone: Phone = Phone.AUTO
    registered: bool = True


@dataclass(frozen=True, slots=True)
class Queue:
    """`ring_s` is how long members ring in one round, `wait_s` how long a caller may wait in all (seconds)."""

    name: str
    members: tuple[str, ...]
    strategy: Strategy = Strategy.RING_ALL
    ring_s: float = 8.0
    retry_s: float = 1.0
    wait_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Line:
    """A number that callers dial: leads to a queue, an extension, or (`forward`) an outside number."""

    number: str
    queue: str = ""
    extension: str = ""
    forward: str = ""
    ring_s: float = 8.0


@dataclass(frozen=True, slots=True)
class Caller:
    """An outside party; number None is a withheld number."""

    number: str | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class House:
    extensions: tuple[Extension, ...]
    queues: tuple[Queue, ...] = ()
    lines: tuple[Line, ...] = ()
    trunk: str = "trunk"
    company_number: str = "74951000100"
    system_name: str = "pbx1"

    def extension(self, number: str) -> Extension | None:
        return next((e for e in self.extensions if e.number == number), None)

    def line(self, number: str) -> Line | None:
        return next((x for x in self.lines if x.number == number), None)


REFERENCE_HOUSE = House(
    extensions=(
        Extension("101", "Anna Agent"),
        Extension("102", "Boris Agent"),
        Extension("103", "Web Agent", registered=False),
    ),
    queues=(Queue("support", ("101", "102")),),
    lines=(
        Line("74951000100", queue="support"),
        Line("74951000101", extension="101"),
        Line("74951000102", extension="102"),
        Line("74951000103", extension="103"),
        Line("74951000109", forward="79990001122", ring_s=20.0),
    ),
)
"""The same house as the real test PBX's dialplan, so that one test suite can run against both."""
