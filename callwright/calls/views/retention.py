"""How long calls are kept: the organisation's choice, accounts with one of their own, and what goes tonight."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callwright.accounts.queries.accounts import visible_accounts
from callwright.accounts.queries.choosing import account_chooser
from callwright.calls.operations.retention_settings import (
    NeedsConfirmation,
    PeriodRefused,
    forget_own_retention,
    save_retention,
)
from callwright.calls.queries.retention import accounts_over, calls_over, default_retention, retention_of_accounts
from callwright.calls.retention import LONGEST_MONTHS
from callwright.calls.views.asked import staff_user
from callwright.kit.access import requires
from callwright.kit.identity import id_in


class NoAccount(Exception):
    """The form names no account that the viewer sees."""


@requires("administer_organisation")
def retention(request: HttpRequest) -> HttpResponse:
    """The periods, with what goes tonight; a POST chooses one, and asks first when calls would go."""
    page = _shown(request)
    if request.method != "POST":
        return render(request, "calls/retention.html", page)
    asked = {name: request.POST.get(name, "") for name in ("account", "all", "months", "manner", "forget")}
    try:
        _chosen(request, asked)
    except NeedsConfirmation as needed:
        more = {"question": _question(needed), "asked": asked}
        return render(request, "calls/retention.html", {**page, **more}, status=409)
    except (PeriodRefused, NoAccount) as refused:
        return render(request, "calls/retention.html", {**page, "problem": _refusal(refused)}, status=422)
    messages.success(request, _("How long calls are kept is saved."))
    return redirect("calls:retention")


def _question(needed: NeedsConfirmation) -> str:
    said = ngettext(
        "%(calls)s call would go tonight that stays now. It cannot be brought back.",
        "%(calls)s calls would go tonight that stay now. They cannot be brought back.",
        needed.calls,
    )
    return said % {"calls": needed.calls}


def _refusal(refused: Exception) -> str:
    if isinstance(refused, NoAccount):
        return _("Choose an account.")
    said = _("A period is a number of months from 1 to %(most)s; leave it empty to keep calls for ever.")
    return said % {"most": LONGEST_MONTHS}


def _chosen(request: HttpRequest, asked: dict[str, str]) -> None:
    """Keeps the choice. Raises NeedsConfirmation, PeriodRefused, NoAccount."""
    user, now, confirmed = staff_user(request), timezone.now(), request.POST.get("confirmed") == "1"
    account_id = id_in(asked["account"])
    if not asked["all"] and not visible_accounts(user).filter(pk=account_id or 0).exists():
        raise NoAccount
    if asked["forget"] and account_id is not None:
        forget_own_retention(account_id=account_id, by=user.pk, now=now, confirmed=confirmed)
        return
    text = asked["months"].strip()
    months = id_in(text) if text else None
    if text and months is None:
        raise PeriodRefused
    save_retention(
        account_id=None if asked["all"] else account_id,
        months=months,
        manner=asked["manner"],
        by=user.pk,
        now=now,
        confirmed=confirmed,
    )


def _shown(request: HttpRequest) -> dict[str, Any]:
    kept = retention_of_accounts()
    over = accounts_over(kept, timezone.now())
    due = calls_over(over)
    tonight = [(one.kept, one.day, due[one.kept.account_id]) for one in over if one.kept.account_id in due]
    return {
        "default": default_retention(),
        "own": [one for one in kept if one.is_own],
        "tonight": tonight,
        "total": sum(due.values()),
        "chooser": account_chooser(staff_user(request)),
        "longest": LONGEST_MONTHS,
    }
