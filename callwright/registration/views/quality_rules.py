"""The rules of quality, when they are applied, and where findings are reported to (REG-5)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.accounts import may_set_for_all, visible_accounts
from callwright.accounts.queries.choosing import account_chooser
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.messaging.rules import AddressRefused
from callwright.registration.forms_quality import RuleForm, SettingsForm, initial_of
from callwright.registration.models import QualityRule
from callwright.registration.operations import quality_rules as operations
from callwright.registration.queries.quality_rules import (
    changeable_quality_rules,
    quality_addresses,
    quality_rule_rows,
    quality_settings,
    rules_in_force,
)
from callwright.registration.rules_quality import KINDS, Conflict, all_conflicts
from callwright.registration.views.asked import user_of
from callwright.registration.views.quality_words import conditions_in_words, conflict_words, names_of
from callwright.registration.words_quality import KINDS as WORDS
from callwright.registration.words_quality import rule_refusal


@requires("set_up_quality")
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """All rules with what contradicts what, the hour of the night, and the addresses."""
    return render(request, "registration/quality_rules.html", _page(request))


def _page(request: HttpRequest, form: SettingsForm | None = None, problem: str = "") -> dict[str, Any]:
    user = user_of(request)
    rows = quality_rule_rows(user)
    names = names_of(rows, user)
    seen = {row.row.pk for row in rows}
    conflicts = [one for one in all_conflicts(rules_in_force()) if {one.rule_id, one.other_id} <= seen]
    words = [(row, conditions_in_words(row, names)) for row in rows]
    kept = quality_settings()
    return {
        "rows": [one for one in words if one[0].row.retired_at is None], "kinds": WORDS.items(), "tab": "rules",
        "retired": [one for one in words if one[0].row.retired_at is not None],
        "conflicts": [conflict_words(one, rows, names) for one in conflicts],
        "settings": form or SettingsForm(initial={"at_hour": kept.at_hour, "look_back_days": kept.look_back_days}),
        "addresses": quality_addresses(user), "chooser": account_chooser(user), "problem": problem,
        "for_all": may_set_for_all(user, "set_up_quality"), "given": request.POST.get("email", ""),
    }  # fmt: skip


@requires("set_up_quality")
def rule(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    """The form of one rule, or of a new one of a `kind`; a POST saves it."""
    user = user_of(request)
    edited = changeable_quality_rules(user).filter(pk=rule_id).first() if rule_id is not None else None
    kind = edited.kind if edited else request.GET.get("kind", "")
    if (rule_id is not None and edited is None) or kind not in KINDS:
        raise Http404
    form = RuleForm(request.POST or None, kind=kind, viewer=user, edited=edited, initial=initial_of(edited, user))
    conflicts: list[str] = []
    if request.method == "POST" and form.is_valid():
        conflicts = _saved(request, form, edited)
        if not conflicts and not form.errors:
            messages.success(request, _("Saved. The next evaluation looks at all registrations by it."))
            return redirect("registration:quality_rules")
    page = {"form": form, "edited": edited, "kind": kind, "kind_words": WORDS[kind], "conflicts": conflicts}
    status = 422 if form.errors or conflicts else 200
    return render(request, "registration/quality_rule.html", page, status=status)


def _saved(request: HttpRequest, form: RuleForm, edited: QualityRule | None) -> list[str]:
    """Saves it; returns in words what it contradicts, where the person has not said that it is to be so."""
    try:
        operations.save_quality_rule(
            rule_id=edited.pk if edited else None, wish=form.wish(), by=user_of(request).pk,
            seen_at=form.seen or (edited.changed_at if edited else None),
            although_contradicting="although" in request.POST, now=timezone.now(),
        )  # fmt: skip
    except operations.RuleRefused as refused:
        if refused.reason == "contradicts":
            return _contradictions(request, refused.conflicts, edited)
        field, words = rule_refusal(refused.reason)
        form.add_error(field if field in form.fields else None, forms.ValidationError(words))
    return []


def _contradictions(request: HttpRequest, found: tuple[Conflict, ...], edited: QualityRule | None) -> list[str]:
    rows = quality_rule_rows(user_of(request))
    names = names_of(rows, user_of(request))
    mine = request.POST.get("name", "").strip() or (edited.name if edited else "") or _("this rule")
    return [conflict_words(one, rows, names, first=mine) for one in found]


def _say_conflicts(request: HttpRequest, found: Sequence[Conflict]) -> None:
    """A rule is back, but not in force."""
    user = user_of(request)
    rows = quality_rule_rows(user)
    names = names_of(rows, user)
    words = [conflict_words(one, rows, names) for one in found]
    messages.warning(request, " ".join([*words, _("It is not in force yet: look at it first.")]))


@requires("set_up_quality")
@require_POST
def retire(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Takes a rule out of force for good, or with `again` puts it back."""
    user = user_of(request)
    if not changeable_quality_rules(user).filter(pk=rule_id).exists():
        raise Http404
    retired = request.POST.get("again") != "1"
    found = operations.retire_quality_rule(rule_id=rule_id, retired=retired, by=user.pk, now=timezone.now())
    if found:
        _say_conflicts(request, found)
    return redirect("registration:quality_rules")


@requires("set_up_quality")
@require_POST
def settings(request: HttpRequest) -> HttpResponse:
    """When it is evaluated, and how far back: for whoever may set it for all accounts."""
    user, form = user_of(request), SettingsForm(request.POST)
    if not may_set_for_all(user, "set_up_quality"):
        raise Http404
    if not form.is_valid():
        return render(request, "registration/quality_rules.html", _page(request, form), status=422)
    operations.save_quality_settings(**form.cleaned_data, by=user.pk, now=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("registration:quality_rules")


@requires("set_up_quality")
@require_POST
def add_address(request: HttpRequest) -> HttpResponse:
    """Findings are reported there too."""
    user, account_id = user_of(request), id_in(request.POST.get("account"))
    if account_id is None and not may_set_for_all(user, "set_up_quality"):
        raise Http404
    if account_id is not None and not visible_accounts(user).filter(pk=account_id).exists():
        raise Http404
    problem = ""
    try:
        operations.add_quality_address(email=request.POST.get("email", ""), language="", account_id=account_id,
                                       by=user.pk, now=timezone.now())  # fmt: skip
    except AddressRefused:
        problem = _("This is no e-mail address. Write it like name@example.com.")
    except operations.AddressTaken:
        problem = _("Findings are reported to this address already.")
    if problem:
        return render(request, "registration/quality_rules.html", _page(request, problem=problem), status=422)
    return redirect("registration:quality_rules")


@requires("set_up_quality")
@require_POST
def remove_address(request: HttpRequest, address_id: int) -> HttpResponse:
    """Nothing more is reported there."""
    user = user_of(request)
    if not any(one.id == address_id and one.may_change for one in quality_addresses(user)):
        raise Http404
    operations.remove_quality_address(address_id=address_id, by=user.pk, now=timezone.now())
    return redirect("registration:quality_rules")
