"""The page of one order."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callwright.contacts.forms import OrderForm, TypedLine, read_lines, wished_lines
from callwright.contacts.operations.orders import (
    OrderChanged,
    OrderRefused,
    OrderWish,
    create_order,
    set_stage,
    update_order,
)
from callwright.contacts.queries.lists import stages
from callwright.contacts.queries.orders import OrderPage, order_page
from callwright.contacts.templatetags.contacts import plain_decimal
from callwright.contacts.views.asked import staff_user
from callwright.contacts.views.contacts import shown_contact
from callwright.contacts.views.numbers import key_of
from callwright.contacts.views.wording import worded
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.staff.queries.account_staff import employees_for


def _typed(request: HttpRequest) -> list[TypedLine]:
    return read_lines(*(request.POST.getlist(name) for name in ("text", "quantity", "price")))


def _wish(form: OrderForm, lines: list[TypedLine]) -> OrderWish | None:
    wishes = wished_lines(lines)
    if not form.is_valid() or wishes is None:
        return None
    given = form.cleaned_data
    return OrderWish(
        title=given["title"], currency=given["currency"], ordered_on=given["ordered_on"], lines=wishes,
        number=given["number"], stage_id=given.get("stage"), responsible_id=given["responsible"], paid=given["paid"],
    )  # fmt: skip


def _refuse(form: OrderForm, lines: list[TypedLine], refused: OrderRefused) -> None:
    if refused.line is not None:
        lines[refused.line].errors[refused.field] = worded(refused)
    else:
        form.add_error(refused.field if refused.field in form.fields else None, worded(refused))


@requires("edit_contacts")
def new_order(request: HttpRequest, contact_id: int) -> HttpResponse:
    card = shown_contact(request, contact_id)
    form = OrderForm(
        request.POST or None,
        stages=stages(),
        employees=employees_for(card.account_id),
        initial={"responsible": request.user.pk},
    )
    lines = _typed(request) if request.method == "POST" else [TypedLine()]
    if request.method == "POST" and (wish := _wish(form, lines)):
        try:
            made = create_order(**key_of(request, contact_id), wish=wish)
            return redirect("contacts:order", made)
        except OrderRefused as refused:
            _refuse(form, lines, refused)
    return render(request, "contacts/new_order.html", {"form": form, "lines": lines, "card": card})


def _shown(request: HttpRequest, order_id: int) -> OrderPage:
    shown = order_page(staff_user(request), order_id)
    if shown is None:
        raise Http404
    return shown


@requires("see_contacts")
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    shown = _shown(request, order_id)
    may_edit = staff_user(request).may("edit_contacts")
    page: dict[str, Any] = {"shown": shown, "stages": stages(), "may_edit": may_edit}
    if may_edit:
        form, lines = _order_form(request, shown, page["stages"])
        if request.method == "POST" and (wish := _wish(form, lines)) and _updated(request, shown, form, lines, wish):
            messages.success(request, _("The order is saved."))
            return redirect("contacts:order", order_id)
        page |= {"form": form, "lines": lines}
    return render(request, "contacts/order.html", page)


def _updated(request: HttpRequest, shown: OrderPage, form: OrderForm, lines: list[TypedLine], wish: OrderWish) -> bool:
    """Whether the order is saved; else the form says why, and holds what was typed."""
    seen = form.cleaned_data["version"]
    try:
        update_order(
            account_id=shown.account_id, order_id=shown.row.id, wish=wish, by=request.user.pk, now=timezone.now(),
            seen=seen,
        )  # fmt: skip
    except OrderRefused as refused:
        _refuse(form, lines, refused)
    except OrderChanged as changed:
        form.add_error(None, _changed(changed))
        now_known = _shown(request, shown.row.id)
        version = now_known.updated_at.isoformat(timespec="microseconds")  # the next save is meant
        typed = request.POST.copy()
        typed["version"] = version
        form.data = typed
    return form.is_valid()


def _changed(changed: OrderChanged) -> str:
    words = (
        _("%(name)s changed this order meanwhile. What you typed still stands here: look at the order as it is now, "
          "then save again if yours shall hold.")
        if changed.by
        else _("This order was changed meanwhile. What you typed still stands here: look at the order as it is now, "
               "then save again if yours shall hold.")
    )  # fmt: skip
    return words % {"name": changed.by}


def _order_form(request: HttpRequest, shown: OrderPage, offered: Any) -> tuple[OrderForm, list[TypedLine]]:
    row = shown.row
    initial = {
        "title": row.title, "number": row.number, "ordered_on": row.ordered_on, "currency": row.currency,
        "paid": row.paid, "responsible": shown.responsible_id,
        "version": shown.updated_at.isoformat(timespec="microseconds"),
    }  # fmt: skip
    form = OrderForm(request.POST or None, stages=offered, employees=employees_for(shown.account_id), initial=initial)
    if request.method == "POST":
        return form, _typed(request)
    return form, [
        TypedLine(line.text, plain_decimal(line.quantity), plain_decimal(line.price)) for line in shown.lines
    ] or [TypedLine()]


@requires("edit_contacts")
@require_POST
def stage(request: HttpRequest, order_id: int) -> HttpResponse:
    shown, wanted = _shown(request, order_id), id_in(request.POST.get("stage"))
    try:
        set_stage(
            account_id=shown.account_id, order_id=order_id, stage_id=wanted or 0, by=request.user.pk, now=timezone.now()
        )
    except OrderRefused as refused:
        messages.error(request, worded(refused))
    return redirect("contacts:order", order_id)
