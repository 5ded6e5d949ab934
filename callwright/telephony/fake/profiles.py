"""Ready-made scenarios: the demo's house, and the load that benchmarks put on a reader."""

from dataclasses import replace

from callwright.telephony.fake.house import Caller, Extension, House, Line, Phone, Queue
from callwright.telephony.fake.scenario import Scenario, Traffic

NAMES = (
    "Anna de Vries", "Boris Petrov", "Clara Kovács", "Daan Bakker", "Eszter Nagy", "Fatima Al-Sayed",
    "Gábor Tóth", "Hanna Visser", "Ivan Sokolov", "Julia Smit", "Karim Haddad", "Laura Jansen",
)  # fmt: skip

DEMO_CURVE = (0.3,) * 7 + (0.8, 1.2, 1.5, 1.6, 1.5, 1.2, 1.4, 1.5, 1.4, 1.2, 0.9, 0.6) + (0.4,) * 5


def demo(callers: tuple[Caller, ...] = (), *, persons: tuple[str, ...] = ("101",), seed: int = 1) -> Scenario:
    """Twelve phones, two queues, a call every few seconds. At the phones in `persons` somebody real may sit."""
    numbers = [str(101 + i) for i in range(len(NAMES))]
    extensions = tuple(
        Extension(number, name, Phone.PERSON if number in persons else Phone.AUTO)
        for number, name in zip(numbers, NAMES, strict=True)
    )
    queues = (
        Queue("support", tuple(numbers[:6]), ring_s=20.0, wait_s=60.0),
        Queue("sales", tuple(numbers[4:10]), ring_s=20.0, wait_s=60.0),
    )
    lines = (
        Line("31201234500", queue="support"),
        Line("31201234510", queue="sales"),
        *(Line(f"312012345{n[-2:]}", extension=n, ring_s=20.0) for n in numbers[1:]),
    )
    house = House(extensions, queues, lines, company_number="31201234500", system_name="demo")
    return Scenario(house, Traffic(per_s=0.12, curve=DEMO_CURVE), callers, seed)


def load(*, extensions: int = 200, per_s: float = 20.0, seed: int = 1) -> Scenario:
    """Many phones that answer at once and talk briefly: as many calls as a reader can take."""
    numbers = [str(2000 + i) for i in range(extensions)]
    house = House(
        extensions=tuple(Extension(n, f"Agent {n}") for n in numbers),
        queues=tuple(Queue(f"q{i}", tuple(numbers[i * 4 : i * 4 + 4]), ring_s=10.0) for i in range(extensions // 8)),
        lines=(
            *(Line(f"3120800{i:04d}", queue=f"q{i}") for i in range(extensions // 8)),
            *(Line(f"3120900{n}", extension=n) for n in numbers[extensions // 2 :]),
        ),
    )
    traffic = Traffic(per_s=per_s, talk_s=(2.0, 20.0), answer_s=(0.5, 3.0), patience_s=(5.0, 20.0))
    return Scenario(house, traffic, (), seed)


PROFILES = {"demo": demo(), "load": load(), "reference": Scenario(traffic=replace(Traffic(), per_s=0.1))}
