"""Orders of a contact: lines, stage, payments. The amount always is the sum of the lines (CON-7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.numbers import is_currency
from django.db import connection, transaction

from callwright.contacts.models import Order, OrderLine, OrderStage, OrderStageChange
from callwright.contacts.operations.contact_values import employee_of
from callwright.contacts.operations.errors import ContactRefused
from callwright.contacts.operations.keep_contact import announce, locked_contact
from callwright.contacts.rules import Line, order_amount, round_money
from callwright.kit.texts import clean_line

MOST_LINES = 500
_LARGEST = Decimal(10) ** 11


class OrderMissing(Exception):
    """There is no such order in this account."""


class OrderRefused(Exception):
    """The order cannot be so; `field` and `reason` (empty, too_long, negative, unknown …) tell why, `line` where."""

    def __init__(self, field: str, reason: str, line: int | None = None) -> None:
        super().__init__(field, reason, line)
        self.field = field
        self.reason = reason
        self.line = line


class OrderChanged(Exception):
    """Someone changed the order after it was read; `by` is their name, empty when it was no employee."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


@dataclass(frozen=True, slots=True)
class LineWish:
    """One line: up to 3 places of quantity, up to 4 of price."""

    text: str
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class OrderWish:
    """An order as someone wants it. `number` empty: the next one of the account and year."""

    title: str
    currency: str
    ordered_on: date
    lines: Sequence[LineWish]
    number: str = ""
    stage_id: int | None = None
    responsible_id: int | None = None
    paid: Decimal = Decimal("0.00")


@transaction.atomic
def create_order(*, account_id: int, contact_id: int, wish: OrderWish, by: int | None, now: datetime) -> int:
    """A new order in the wished stage, else the first open one; returns its id. Raises ContactMissing, OrderRefused."""
    locked_contact(account_id, contact_id)
    order = Order(account_id=account_id, contact_id=contact_id, stage=_stage(wish.stage_id))
    order.number, order.updated_by_id = _number(account_id, wish), by
    _fill(order, wish)
    order.save()
    _write_lines(order, wish.lines)
    _note_stage(order, None, by, now)
    announce(account_id, contact_id, by=by, now=now)
    return order.pk


@transaction.atomic
def update_order(
    *, account_id: int, order_id: int, wish: OrderWish, by: int | None, now: datetime, seen: datetime | None = None
) -> None:
    """Change what was ordered, by whom it is handled and what is paid; the stage has its own operation.

    `seen`: the moment of the last change that the writer knows of. Raises OrderMissing, OrderChanged, OrderRefused.
    """
    order = _locked(account_id, order_id)
    if seen is not None and order.updated_at != seen:
        raise OrderChanged(order.updated_by.name if order.updated_by else "")
    if wish.number and clean_line(wish.number) != order.number:
        order.number = _number(account_id, wish)
    _fill(order, wish)
    OrderLine.objects.filter(account_id=account_id, order_id=order_id).delete()
    _write_lines(order, wish.lines)
    _keep(order, by, now, "number", "title", "responsible_id", "currency", "amount", "paid", "ordered_on")
    announce(account_id, order.contact_id, by=by, now=now)


@transaction.atomic
def set_stage(*, account_id: int, order_id: int, stage_id: int, by: int | None, now: datetime) -> bool:
    """Move an order to a stage and write it into its history; False when it stands there already.

    Raises OrderMissing, OrderRefused.
    """
    order = _locked(account_id, order_id)
    if order.stage_id == stage_id:
        return False
    before = order.stage_id
    order.stage = _stage(stage_id)
    _keep(order, by, now, "stage_id")
    _note_stage(order, before, by, now)
    announce(account_id, order.contact_id, by=by, now=now)
    return True


@transaction.atomic
def set_paid(*, account_id: int, order_id: int, paid: Decimal, by: int | None, now: datetime) -> None:
    """Say how much of the order is paid in all. More than its amount is a credit. Raises OrderMissing, OrderRefused."""
    order = _locked(account_id, order_id)
    order.paid = _money("paid", paid, order.currency)
    _keep(order, by, now, "paid")
    announce(account_id, order.contact_id, by=by, now=now)


def _locked(account_id: int, order_id: int) -> Order:
    order = Order.objects.select_for_update().filter(account_id=account_id, pk=order_id).first()
    if order is None:
        raise OrderMissing(account_id, order_id)
    return order


def _keep(order: Order, by: int | None, now: datetime, *names: str) -> None:
    values: dict[str, Any] = {name: getattr(order, name) for name in names}
    Order.objects.filter(account_id=order.account_id, pk=order.pk).update(**values, updated_at=now, updated_by_id=by)


def _stage(stage_id: int | None) -> OrderStage:
    if stage_id is not None:
        stage = OrderStage.objects.filter(pk=stage_id).first()
        if stage is None:
            raise OrderRefused("stage", "unknown")
        return stage
    first = OrderStage.objects.order_by("-is_open", "position", "pk").first()
    if first is None:
        raise OrderRefused("stage", "no_stages")
    return first


def _number(account_id: int, wish: OrderWish) -> str:
    with connection.cursor() as cursor:
        # Two orders made at once must not get the same number; a gap is no harm, a refusal to the agent is.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 12))", [str(account_id)])
    number = clean_line(wish.number)
    if number:
        if len(number) > 40:
            raise OrderRefused("number", "too_long")
        if Order.objects.filter(account_id=account_id, number=number).exists():
            raise OrderRefused("number", "taken")
        return number
    year = f"{wish.ordered_on.year}-"
    used = Order.objects.filter(account_id=account_id, number__regex=rf"^{year}\d{{1,9}}$")
    last = max((int(number.removeprefix(year)) for number in used.values_list("number", flat=True)), default=0)
    return f"{year}{last + 1:04}"


def _fill(order: Order, wish: OrderWish) -> None:
    order.title = clean_line(wish.title)
    if len(order.title) > 200:
        raise OrderRefused("title", "too_long")
    order.currency = wish.currency.strip().upper()
    if not is_currency(order.currency):
        raise OrderRefused("currency", "unknown")
    try:
        order.responsible_id = employee_of(order.account_id, "responsible", wish.responsible_id, order.responsible_id)
    except ContactRefused as refused:
        raise OrderRefused("responsible", refused.reason) from refused
    if not 1990 <= wish.ordered_on.year <= 2200:
        raise OrderRefused("ordered_on", "not_a_date")
    order.ordered_on = wish.ordered_on
    order.amount = _sum(order.currency, wish.lines)
    order.paid = _money("paid", wish.paid, order.currency)


def _sum(currency: str, lines: Sequence[LineWish]) -> Decimal:
    if len(lines) > MOST_LINES:
        raise OrderRefused("lines", "too_many")
    for place, line in enumerate(lines):
        _check_line(line, place)
    amount = order_amount((Line(line.quantity, line.price) for line in lines), currency)
    if amount < 0:
        raise OrderRefused("lines", "negative")
    if amount >= _LARGEST:
        raise OrderRefused("lines", "too_large")
    return amount


def _check_line(line: LineWish, place: int) -> None:
    text = clean_line(line.text)
    if not text:
        raise OrderRefused("text", "empty", place)
    if len(text) > 200:
        raise OrderRefused("text", "too_long", place)
    for field, value, places, largest in (("quantity", line.quantity, 3, 10**8), ("price", line.price, 4, 10**9)):
        if not value.is_finite() or abs(value) >= largest:
            raise OrderRefused(field, "too_large", place)
        if -int(value.normalize().as_tuple().exponent) > places:
            raise OrderRefused(field, "too_fine", place)


def _money(field: str, amount: Decimal, currency: str) -> Decimal:
    if not amount.is_finite() or amount >= _LARGEST:
        raise OrderRefused(field, "too_large")
    if amount < 0:
        raise OrderRefused(field, "negative")
    rounded = round_money(amount, currency)
    if rounded != amount:
        raise OrderRefused(field, "too_fine")
    return rounded


def _write_lines(order: Order, lines: Sequence[LineWish]) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(
            account_id=order.account_id,
            order_id=order.pk,
            position=place,
            text=clean_line(line.text),
            quantity=line.quantity,
            price=line.price,
        )
        for place, line in enumerate(lines)
    )


def _note_stage(order: Order, before: int | None, by: int | None, now: datetime) -> None:
    OrderStageChange.objects.create(
        account_id=order.account_id,
        order_id=order.pk,
        from_stage_id=before,
        to_stage_id=order.stage_id,
        by_id=by,
        at=now,
    )
