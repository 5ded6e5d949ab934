"""The working hours of an account, its closed days and how soon it wants missed callers called back."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callwright.accounts.hours_form import ClosedDayForm, HoursForm, initial_of
from callwright.accounts.models import Account
from callwright.accounts.operations.save_hours import (
    CalendarRefused,
    add_closed_day,
    remove_closed_day,
    save_hours,
)
from callwright.accounts.queries.accounts import is_house
from callwright.accounts.queries.hours import closed_days_of, holiday_countries, next_holidays, spans_of
from callwright.accounts.queries.on_card import account_on_card
from callwright.accounts.views.asking import visible_account
from callwright.kit.access import no_right, requires
from callwright.kit.clock import local_day
from callwright.kit.templatetags.kit import written_day


@requires("see_accounts")
def hours(request: HttpRequest, account_id: int) -> HttpResponse:
    """The hours of an account; whoever may set it up saves them here."""
    account = visible_account(request, account_id)
    if request.method != "POST":
        return _page(request, account)
    if not cast(Any, request.user).may("set_up_accounts"):
        return no_right(request)
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _page(request, account, form=form)
    save_hours(account_id=account.pk, **form.values(), now=timezone.now())
    messages.success(request, _("The hours are saved."))
    return redirect("accounts:hours", account.pk)


@requires("set_up_accounts")
@require_POST
def closed_day(request: HttpRequest, account_id: int) -> HttpResponse:
    """Add a closed day, or take one away."""
    account, form = visible_account(request, account_id), ClosedDayForm(request.POST)
    if "remove" in request.POST:
        try:
            remove_closed_day(account_id=account.pk, on=date.fromisoformat(request.POST["remove"]), now=timezone.now())
        except ValueError as wrong:
            raise Http404 from wrong
        return redirect("accounts:hours", account.pk)
    if form.is_valid():
        try:
            add_closed_day(account_id=account.pk, **form.cleaned_data, now=timezone.now())
            return redirect("accounts:hours", account.pk)
        except CalendarRefused:
            form.add_error("on", _("There are too many closed days already. Remove those that are past."))
    return _page(request, account, day_form=form)


def _page(request: HttpRequest, account: Account, **forms_with_errors: Any) -> HttpResponse:
    now = timezone.now()
    today = local_day(now, account.time_zone)
    spans = spans_of(account.pk)
    following = next_holidays(account.holidays_country, account.holidays_subdivision, now=now, zone=account.time_zone)
    page = {
        "account": account,
        "house": is_house(),
        "may_edit": cast(Any, request.user).may("set_up_accounts"),
        "form": HoursForm(initial=initial_of(account, spans)),
        "day_form": ClosedDayForm(auto_id="closed_%s"),
        "around_the_clock": not any(spans.values()),
        "closed_days": [(day, written_day(day), name) for day, name in closed_days_of(account.pk, since=today)],
        "holidays": [(written_day(day), name) for day, name in following],
        "open": card.open if (card := account_on_card(account.pk, now=now)) else None,
        "now": now,
        "regions": holiday_countries().get(account.holidays_country, []),
        **forms_with_errors,
    }
    return render(request, "accounts/hours.html", page)
