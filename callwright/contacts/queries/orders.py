"""Orders as a viewer may see them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from callwright.contacts.models import Order, OrderLine, OrderStageChange
from callwright.contacts.queries.contacts import contact_accounts
from callwright.contacts.queries.lists import Stage
from callwright.contacts.rules import Line, Money, debt_totals, line_amount
from callwright.staff.queries.rights import Viewer


def visible_orders(viewer: Viewer) -> QuerySet[Order]:
    """The orders of the contacts the viewer may see."""
    allowed = contact_accounts(viewer)
    return Order.objects.all() if allowed is None else Order.objects.filter(account_id__in=allowed)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order; `debt` is amount less what is paid, below zero for a credit, and nothing where its stage says so."""

    id: int
    number: str
    title: str
    stage: Stage
    responsible: str
    currency: str
    amount: Decimal
    paid: Decimal
    ordered_on: date

    @property
    def debt(self) -> Decimal:
        return self.amount - self.paid if self.stage.counts_as_debt else Decimal(0)

    @property
    def credit(self) -> Decimal:
        """How much was paid too much."""
        return max(-self.debt, Decimal(0))


_ORDERS = """
    SELECT o.id, o.number, o.title, s.id, s.name, s.colour, s.is_open, s.counts_as_debt, coalesce(u.name, ''),
        o.currency, o.amount, o.paid, o.ordered_on
    FROM contacts_order o
    JOIN contacts_orderstage s ON s.id = o.stage_id
    LEFT JOIN staff_user u ON u.id = o.responsible_id
    WHERE o.account_id = %s AND o.contact_id = %s
    ORDER BY s.is_open DESC, o.ordered_on DESC, o.id DESC LIMIT %s
"""


def orders_of(account_id: int, contact_id: int, *, limit: int = 500) -> tuple[OrderRow, ...]:
    """The orders of a contact, open ones first, newest first; one query. For whoever may see the contact."""
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, [account_id, contact_id, limit])
        return tuple(
            OrderRow(id, number, title, Stage(*stage), responsible, currency, amount, paid, on)
            for id, number, title, *stage, responsible, currency, amount, paid, on in cursor.fetchall()
        )


def debts_of(orders: tuple[OrderRow, ...]) -> tuple[Money, ...]:
    """What is owed in each currency over the orders whose stage counts as debt, paid-too-much taken off."""
    return debt_totals(Money(order.debt, order.currency) for order in orders)


@dataclass(frozen=True, slots=True)
class ShownLine:
    text: str
    quantity: Decimal
    price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class StageStep:
    before: str
    after: str
    colour: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderPage:
    row: OrderRow
    account_id: int
    contact_id: int
    contact: str
    responsible_id: int | None
    updated_at: datetime
    updated_by: str
    lines: tuple[ShownLine, ...]
    history: tuple[StageStep, ...]


def order_page(viewer: Viewer, order_id: int) -> OrderPage | None:
    """An order with its lines and the history of its stages; three queries beside the rights. None when not visible."""
    joined = visible_orders(viewer).select_related("stage", "responsible", "contact", "updated_by")
    order = joined.filter(pk=order_id).first()
    if order is None:
        return None
    at = order.stage
    stage = Stage(at.pk, at.name, at.colour, at.is_open, at.counts_as_debt)
    responsible = order.responsible.name if order.responsible else ""
    row = OrderRow(
        order.pk,
        order.number,
        order.title,
        stage,
        responsible,
        order.currency,
        order.amount,
        order.paid,
        order.ordered_on,
    )
    return OrderPage(
        row, order.account_id, order.contact_id, order.contact.name, order.responsible_id,
        order.updated_at, order.updated_by.name if order.updated_by else "", _lines(order), _history(order),
    )  # fmt: skip


def _lines(order: Order) -> tuple[ShownLine, ...]:
    lines = OrderLine.objects.filter(account_id=order.account_id, order_id=order.pk).order_by("position", "id")
    return tuple(
        ShownLine(text, quantity.normalize(), price, line_amount(Line(quantity, price), order.currency))
        for text, quantity, price in lines.values_list("text", "quantity", "price")
    )


def _history(order: Order) -> tuple[StageStep, ...]:
    steps = OrderStageChange.objects.filter(account_id=order.account_id, order_id=order.pk).order_by("-at", "-id")
    columns = ("from_stage__name", "to_stage__name", "to_stage__colour", "by__name", "at")
    return tuple(
        StageStep(before or "", after, colour, by or "", at)
        for before, after, colour, by, at in steps.values_list(*columns)
    )
