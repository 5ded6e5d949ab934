"""A small house for the journeys: two agents at their phones, a few contacts, and calls that are made from events."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from callwright.accounts.models import Account, Line, NoteRecipient, Organisation
from callwright.calls.models import Call
from callwright.calls.operations.apply_events import apply_events
from callwright.contacts.models import Category, Order, OrderStage
from callwright.contacts.operations.create_contact import create_contact
from callwright.contacts.operations.numbers import NewNumber
from callwright.staff.models import Extension, PauseReason, User
from callwright.staff.operations.set_state import set_state
from callwright.staff.operations.take_extension import take_extension
from callwright.telephony import events as e
from callwright.telephony.models import Pbx, Queue, QueueMember

LINE = "+31201234567"
JAN = "+31612345678"
STRANGER = "+31301234567"


def zone_where_it_is_noon() -> str:
    """A zone in which calls of an hour ago are of today, whenever the test runs."""
    east = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


@dataclass
class Stage:
    account: Account
    pbx: Pbx
    olivia: User
    carl: User
    jan: int
    _numbers: Any = field(default_factory=lambda: count(1))

    def ring(
        self, *, number: str | None = JAN, to: tuple[str, ...] = ("201",), name: str = "", ago_s: float = 0
    ) -> "Ringing":
        """A call comes in over the queue and rings at these extensions."""
        call = Ringing(self, f"call-{next(self._numbers)}", datetime.now(UTC) - timedelta(seconds=ago_s))
        call.tell(
            e.CallStarted(
                **call.base, at=call.now(), direction=e.Direction.INBOUND, from_number=number, from_name=name,
                to_number=LINE, dialled_number=LINE,
            ),
            *(e.LegRinging(**call.base, at=call.now(), leg=f"{call.key}-{one}", party=one) for one in to),
        )  # fmt: skip
        return call


@dataclass
class Ringing:
    stage: Stage
    key: str
    began: datetime
    later_s: float = 0

    @property
    def base(self) -> dict[str, str]:
        return {"pbx": "main", "call": self.key}

    @property
    def id(self) -> str:
        return str(Call.objects.get(pbx_key=self.key).id)

    def now(self) -> datetime:
        return self.began + timedelta(seconds=self.later_s)

    def tell(self, *events: e.AnyCallEvent) -> None:
        apply_events(events, now=datetime.now(UTC))

    def answer(self, extension: str = "201", *, others: tuple[str, ...] = (), after_s: float = 1) -> "Ringing":
        self.later_s += after_s
        self.tell(
            e.LegAnswered(**self.base, at=self.now(), leg=f"{self.key}-{extension}"),
            e.TalkStarted(**self.base, at=self.now()),
            *(
                e.LegEnded(**self.base, at=self.now(), leg=f"{self.key}-{other}", result=e.LegResult.ANSWERED_ELSEWHERE)
                for other in others
            ),
        )
        return self

    def hold(self, extension: str = "201") -> None:
        self.later_s += 1
        self.tell(e.LegHeld(**self.base, at=self.now(), leg=f"{self.key}-{extension}"))

    def hand_over_to(self, colleague: str, *, by: str = "201") -> None:
        """The agent transfers the call to a colleague, who talks at once."""
        self.later_s += 1
        self.tell(
            e.LegAnswered(**self.base, at=self.now(), leg=f"{self.key}-{colleague}"),
            e.LegEnded(**self.base, at=self.now(), leg=f"{self.key}-{by}", result=e.LegResult.ANSWERED),
        )

    def ring_again(self, extension: str = "201") -> None:
        """The call comes back to somebody whom it left: it rings there once more, now."""
        self.tell(e.LegRinging(**self.base, at=datetime.now(UTC), leg=f"{self.key}-{extension}-again", party=extension))

    def consult(self, colleague: str = "202", *, by: str = "201") -> "Ringing":
        """The agent asks a colleague first: a call of its own, talked while the client waits."""
        other = Ringing(self.stage, f"{self.key}-consult", datetime.now(UTC))
        base, at = other.base, other.now()
        self.tell(
            e.LegHeld(**self.base, at=at, leg=f"{self.key}-{by}"),
            e.CallStarted(
                **base, at=at, direction=e.Direction.INTERNAL, from_number=by, to_number=colleague, extension=by
            ),
            e.LegRinging(**base, at=at, leg=f"{other.key}-{colleague}", party=colleague),
            e.LegAnswered(**base, at=at, leg=f"{other.key}-{colleague}"),
            e.TalkStarted(**base, at=at),
        )
        return other

    def take_in(self, consultation: "Ringing", colleague: str = "202", *, by: str = "201") -> None:
        """The agent hands over: the consultation becomes part of the client's call."""
        at = datetime.now(UTC)
        leg = f"{self.key}-{by}"
        self.tell(
            e.CallMerged(**consultation.base, at=at, into=self.key),
            e.CallTransferred(**self.base, at=at, kind=e.TransferKind.ATTENDED, to=colleague, by_leg=leg),
            e.LegEnded(**self.base, at=at, leg=leg, result=e.LegResult.ANSWERED),
        )

    def end(self, extension: str = "201", *, after_s: float = 2, answered: bool = True) -> "Ringing":
        self.later_s += after_s
        result = e.LegResult.ANSWERED if answered else e.LegResult.CANCELLED
        talk = [e.TalkEnded(**self.base, at=self.now())] if answered else []
        self.tell(
            *talk,
            e.LegEnded(**self.base, at=self.now(), leg=f"{self.key}-{extension}", result=result),
            e.CallEnded(**self.base, at=self.now(), hangup_by=e.Side.CALLER, cause=16),
        )
        return self


def build_stage() -> Stage:
    """The house, in the test database."""
    now = datetime.now(UTC)
    Organisation.objects.update_or_create(pk=1, defaults={"name": "Baker & Sons", "home_country": "NL"})
    account = Account.objects.create(
        name="Baker & Sons", is_default=True, greeting="Good morning, Baker & Sons, you are speaking with Olivia.",
        instructions="Ask for the order number first.\nDeliveries leave at 15:00.",
        screen_pop_url="https://crm.example.com/find?number={number}&name={name}",
    )  # fmt: skip
    Line.objects.create(account=account, number=LINE, label="Orders line")
    for name, by_default in (("Mr Baker", True), ("Bakery office", False)):
        NoteRecipient.objects.create(account=account, name=name, email="a@example.com", by_default=by_default)
    pbx = Pbx.objects.create(slug="main", name="Main", home_country="NL", simulated=True, state="up")
    for code, label in (("lunch", "Lunch"), ("training", "Training"), ("office", "Back office")):
        PauseReason.objects.create(code=code, label=label)
    queue = Queue.objects.create(pbx=pbx, name="orders", label="Orders", account=account, waiting=2)
    people = {}
    for username, name, number in (("olivia", "Olivia Bell", "201"), ("carl", "Carl Winter", "202")):
        user = User.objects.create_user(username, None, name=name, all_accounts=True, time_zone="Europe/Amsterdam")
        seat = Extension.objects.create(pbx=pbx, number=number)
        take_extension(user_id=user.pk, extension_id=seat.pk, now=now - timedelta(days=9))
        QueueMember.objects.create(queue=queue, extension=number, at=now)
        people[username] = user
    Extension.objects.create(pbx=pbx, number="203", label="Meeting room")
    set_state(user_id=people["carl"].pk, choice="ready", now=now)
    return Stage(account, pbx, people["olivia"], people["carl"], _jan(account, now))


def _jan(account: Account, now: datetime) -> int:
    vip = Category.objects.create(name="VIP", colour="violet", icon="star", advice="Put through at once.")
    company = create_contact(
        account_id=account.pk, kind="company", values={"name": "De Vries Catering BV"}, by=None, now=now
    )
    values = {
        "first_name": "Jan", "surname": "de Vries", "job_title": "Head of purchasing", "company": str(company),
        "city": "Utrecht", "region": "Utrecht", "country": "NL", "category": str(vip.pk),
        "warning": "Allergic to nuts: read the ingredients out before confirming.",
    }  # fmt: skip
    contact = create_contact(
        account_id=account.pk, kind="person", values=values, numbers=[NewNumber(JAN)], by=None, now=now
    )
    stage = OrderStage.objects.create(name="In the oven", colour="orange")
    for number, title, amount, paid in (
        ("2026-118", "40 rye breads, weekly", 220, 100),
        ("2026-121", "Wedding cake", 480, 480),
    ):
        Order.objects.create(
            account=account, contact_id=contact, number=number, title=title, stage=stage, amount=Decimal(amount),
            paid=Decimal(paid), ordered_on=date(2026, 11, 18),
        )  # fmt: skip
    return contact
