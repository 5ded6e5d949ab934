"""The rules of talk time on one page, with what would hold for a call (CALL-7)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.accounts import organisation
from callwright.accounts.queries.choosing import account_chooser
from callwright.calls.forms_too_long import RuleForm, TryOutForm
from callwright.calls.operations.too_long_rules import RuleRefused, retire_rule, save_rule
from callwright.calls.queries.too_long_rules import RuleRow, changeable_rules, rule_book, rule_rows
from callwright.calls.views.asked import staff_user
from callwright.calls.views.too_long_words import conditions_in_words, rule_refusal
from callwright.kit.access import requires
from callwright.kit.clock import format_duration
from callwright.kit.identity import id_in
from callwright.kit.phone_numbers import parse_number


@requires("set_up_too_long")
def rules(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    """The rules, the most specific ones first; a POST saves one of them, or a new one without `rule_id`."""
    user = staff_user(request)
    rows = rule_rows(user)
    edited = next((row for row in rows if row.rule.id == rule_id and row.may_change), None)
    if rule_id is not None and edited is None:
        raise Http404
    form = RuleForm(request.POST or None, viewer=user, initial=_initial(edited))
    if request.method == "POST" and _saved(form, rule_id, user.pk):
        messages.success(request, _("Saved. It holds from now on; what was flagged before stays as it is."))
        return redirect("calls:too_long_rules")
    chosen = edited.rule.account_id if edited else None
    if request.method == "POST":
        chosen = id_in(request.POST.get("account"))
    page = {
        "rows": [(row, _words(row)) for row in rows if not row.retired],
        "retired": [(row, _words(row)) for row in rows if row.retired],
        "edited": edited, "form": form, "chooser": account_chooser(user, chosen),
        "trial": TryOutForm(viewer=user, auto_id="try_%s"), "trial_chooser": account_chooser(user),
    }  # fmt: skip
    return render(request, "calls/too_long_rules.html", page)


def _initial(edited: RuleRow | None) -> dict[str, Any]:
    if edited is None:
        return {"active": True}
    rule = edited.rule
    return {
        "limit": format_duration(rule.limit_s), "prefix": rule.prefix, "direction": rule.direction,
        "queue": rule.queue_id or "", "name": edited.name, "active": edited.active,
    }  # fmt: skip


def _saved(form: RuleForm, rule_id: int | None, by: int) -> bool:
    if not form.is_valid():
        return False
    try:
        save_rule(rule_id=rule_id, wish=form.wish(), by=by, now=timezone.now())
    except RuleRefused as refused:
        field, words = rule_refusal(refused.reason)
        form.add_error(field or None, forms.ValidationError(words))
        return False
    return True


def _words(row: RuleRow) -> Any:
    return conditions_in_words(
        {"prefix": row.rule.prefix, "queue": row.queue, "account": row.account, "direction": row.rule.direction}
    )


@requires("set_up_too_long")
@require_POST
def retire(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Take a rule out of force for good, or with `again` put it back."""
    user, again = staff_user(request), request.POST.get("again") == "1"
    if not changeable_rules(user).filter(pk=rule_id).exists():
        raise Http404
    try:
        retire_rule(rule_id=rule_id, retired=not again, by=user.pk, now=timezone.now())
    except RuleRefused as refused:
        messages.error(request, rule_refusal(refused.reason)[1])
    return redirect("calls:too_long_rules")


@requires("set_up_too_long")
@require_GET
def try_out(request: HttpRequest) -> HttpResponse:
    """Which rule would hold for a call, in words."""
    user = staff_user(request)
    form = TryOutForm(request.GET, viewer=user)
    if not form.is_valid():
        return render(request, "calls/too_long_trial.html", {"form": form})
    account = account_chooser(user, id_in(request.GET.get("account"))).chosen or account_chooser(user).only
    given = form.cleaned_data
    country = account.home_country if account else organisation().home_country
    parsed = parse_number(given["number"], country)
    number = parsed.e164 or parsed.as_received or ""
    rule = rule_book().rule_for(
        direction=given["direction"], number=number, queue_id=id_in(given["queue"]),
        account_id=account.id if account else None,
    )  # fmt: skip
    row = next((one for one in rule_rows(user) if rule and one.rule.id == rule.id), None)
    page = {
        "rule": rule, "row": row, "words": _words(row) if row else "", "number": number, "country": country,
        "account": account,
    }  # fmt: skip
    return render(request, "calls/too_long_trial.html", page)
