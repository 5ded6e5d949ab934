"""What the demonstration's agents are asked about calls: categories and their topics."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from callwright.config.demo.base import Base
from callwright.config.demo.house import Kind
from callwright.registration.models import Category, Topic

# A topic, or a topic with those under it; "!" after its name: it asks for a comment.
Plan = tuple[str | tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class DemoCategory:
    name: str
    topics: Plan
    several: bool = False
    directions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    customers: tuple[int, ...] = ()
    """Offered for these customers of the bureau only, by their place in the list."""
    for_campaigns: bool = False
    retired: tuple[str, ...] = ()


_OUTCOME = DemoCategory(
    "What came of it",
    ("Answered at once", "Note taken", "Put through", "Call back promised!", "Caller hung up"),
    directions=("inbound",), channels=("call",),
)  # fmt: skip
_MOOD = DemoCategory(
    "Mood of the caller", ("Friendly", "Neutral", "Annoyed", "Angry!"), directions=("inbound",), channels=("call",),
    retired=("Do not know",),
)  # fmt: skip
_OUTBOUND = DemoCategory(
    "Result of our call", ("Reached", "Message left", "Not reached", "Wrong number", "Call again!"),
    directions=("outbound",),
)  # fmt: skip
_CAMPAIGN = DemoCategory(
    "Result of the campaign",
    (
        ("Interested", ("Wants a visit", "Wants documents", "Wants a price")),
        ("Not interested", ("Too expensive", "Has a supplier", "No need")),
        "Call later!", "Never call again",
    ),
    directions=("outbound",), for_campaigns=True,
)  # fmt: skip

HOUSE = (
    DemoCategory(
        "Reason for the call",
        (
            ("Order", ("New order", "Change of an order", "Cancellation!", "Where is my order?")),
            ("Question", ("Product", "Price", "Opening hours", "Invoice")),
            ("Complaint!", ("Delivery", "Quality", "Invoice is wrong", "Unfriendly treatment!")),
            "For somebody else", "Wrong number", "Advertising",
        ),
        retired=("Fax",),
    ),
    DemoCategory(
        "Interested in", ("Balances", "Microscopes", "Thermometers", "Pressure gauges", "Calibration", "Rental"),
        several=True, queues=("sales",),
    ),
    DemoCategory(
        "Kind of fault",
        (
            ("Does not start", ("No display", "Battery", "Power supply")),
            ("Measures wrongly", ("Drifts", "Off by a constant", "Jumps")),
            "Broken in transport", "Handling", "Other!",
        ),
        queues=("support",),
    ),
    _OUTCOME, _MOOD, _OUTBOUND, _CAMPAIGN,
)  # fmt: skip
BUREAU = (
    DemoCategory(
        "Reason for the call",
        (
            ("Appointment", ("Make one", "Move one", "Cancel one")),
            ("Order", ("New order", "Change of an order", "Cancellation!")),
            ("Question", ("Price", "Opening hours", "Directions", "Other question!")),
            ("Complaint!", ("Not called back", "Work not done", "Invoice is wrong")),
            "Message for a person", "Wrong number", "Advertising",
        ),
        retired=("Fax",),
    ),
    DemoCategory(
        "Emergency",
        (("Water", ("Burst pipe", "Blocked drain")), ("Heating", ("No heating", "No hot water")), "Locked out", "Gas!"),
        customers=(0, 1, 2),
    ),
    DemoCategory("Heard of us", ("From a friend", "Internet", "Newspaper", "Drove past", "Old customer"), several=True,
                 directions=("inbound",), customers=(3, 7, 11, 15)),
    _OUTCOME, _MOOD, _OUTBOUND, _CAMPAIGN,
)  # fmt: skip


def load_topics(base: Base, *, now: datetime) -> None:
    """Adds the categories of the house or of the bureau, with their topics."""
    house = base.plan.kind is Kind.HOUSE
    customers = [base.accounts[one.name] for one in base.plan.accounts[1:]]
    queues = {one.name: one for one in base.pbx.queues.all()}
    for position, plan in enumerate(HOUSE if house else BUREAU):
        category = Category.objects.create(
            name=plan.name, several=plan.several, directions=list(plan.directions), channels=list(plan.channels),
            for_campaigns=plan.for_campaigns, position=position, changed_at=now - timedelta(days=90),
        )  # fmt: skip
        category.accounts.set(customers[place] for place in plan.customers)
        category.queues.set(queues[name] for name in plan.queues)
        _add(category, plan.topics, None)
        gone = [Topic(category=category, name=one, position=90, retired_at=now) for one in plan.retired]
        Topic.objects.bulk_create(gone)


def _add(category: Category, plan: Plan, parent: Topic | None) -> None:
    for position, one in enumerate(plan):
        text, under = (one, ()) if isinstance(one, str) else one
        topic = Topic.objects.create(
            category=category, parent=parent, name=text.rstrip("!"), wants_comment=text.endswith("!"),
            position=position,
        )  # fmt: skip
        _add(category, under, topic)
