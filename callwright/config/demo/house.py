"""The demonstration's organisations: accounts with their lines, queues with their members."""

from dataclasses import dataclass, field
from enum import StrEnum

from callwright.config.demo import names
from callwright.config.demo.logins import AGENTS
from callwright.config.demo.numbers import line

CUSTOMERS = 40
_ZONES = {"FR": "Europe/Paris", "DE": "Europe/Berlin", "SE": "Europe/Stockholm", "GB": "Europe/London"}


class Kind(StrEnum):
    """`house`: one account that answers its own calls. `bureau`: its own office and 40 customers."""

    HOUSE = "house"
    BUREAU = "bureau"


@dataclass(frozen=True)
class DemoLine:
    number: str
    label: str
    queue: str = ""
    extension: str = ""


@dataclass(frozen=True)
class DemoAccount:
    name: str
    number: str
    greeting: str
    instructions: str = ""
    country: str = "GB"
    weight: float = 1.0
    """Its share of the calls and contacts."""
    unknown_callers: str = ""
    lines: tuple[DemoLine, ...] = ()
    is_default: bool = False

    @property
    def time_zone(self) -> str:
        return _ZONES[self.country]


@dataclass(frozen=True)
class DemoQueue:
    name: str
    label: str
    members: tuple[str, ...]
    account: str = ""


@dataclass(frozen=True)
class Organisation:
    kind: Kind
    name: str
    accounts: tuple[DemoAccount, ...]
    queues: tuple[DemoQueue, ...] = field(default=())


_EXTENSIONS = tuple(agent.extension for agent in AGENTS)
_INSTRUCTIONS = (
    "Emergencies after hours: transfer to the duty number. Everything else: take a note.",
    "Ask for the postcode first. Appointments are on Tuesdays and Thursdays.",
    "Never give out mobile numbers of the staff.",
    "New customers: ask how they heard of us.",
)


def organisation(kind: Kind) -> Organisation:
    """The house, or the bureau whose own office comes first and takes calls on lines that nobody else claims."""
    house = kind is Kind.HOUSE
    name = "Whitlock Instruments" if house else "Harbour Desk"
    office = DemoAccount(
        name=name,
        number="1000",
        greeting=f"{name}, good day, you are speaking with …",
        weight=9.0,
        unknown_callers="create" if house else "offer",
        is_default=True,
        lines=(
            DemoLine(line(0), "Main number", queue="reception"),
            DemoLine(line(1), "Sales", queue="sales"),
            DemoLine(line(2), "Support", queue="support"),
            *(DemoLine(line(5 + i), f"Direct: {a.name}", extension=a.extension) for i, a in enumerate(AGENTS[:4])),
        ),
    )
    queues = (
        DemoQueue("reception", "Reception", _EXTENSIONS[:6], name),
        DemoQueue("sales", "Sales", _EXTENSIONS[3:8], name),
        DemoQueue("support", "Support", _EXTENSIONS[0:4] + _EXTENSIONS[8:], name),
    )
    if house:
        return Organisation(kind, name, (office,), queues)
    return Organisation(
        kind, name, (office, *_customers()), (*queues, DemoQueue("bureau", "Answering service", _EXTENSIONS))
    )


def _customers() -> list[DemoAccount]:
    countries = ["GB"] * 7 + ["FR", "DE", "SE"]
    policies = ("", "", "create", "never")
    return [
        DemoAccount(
            name=name,
            number=f"{1001 + index}",
            greeting=f"{name}, good day, how can I help you?",
            instructions=_INSTRUCTIONS[index % len(_INSTRUCTIONS)],
            country=countries[index % len(countries)],
            weight=3.0 / (1 + index % 8) + 0.3,
            unknown_callers=policies[index % len(policies)],
            lines=(DemoLine(line(20 + index), name, queue="bureau"),),
        )
        for index, name in enumerate(names.customers(CUSTOMERS))
    ]
