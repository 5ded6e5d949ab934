"""The rules by which callers of an account are handed on (ACC-5)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from callwright.accounts.operations.save_forwarding import RuleWish, order_rules, remove_rule, save_rule
from callwright.accounts.people_form import RuleForm
from callwright.accounts.queries.accounts import is_house
from callwright.accounts.queries.people import RuleRow, names_of_people, rules_of
from callwright.accounts.views.asking import is_saved, visible_account
from callwright.kit.access import requires
from callwright.kit.identity import id_in


@requires("set_up_accounts")
@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest, account_id: int) -> HttpResponse:
    account = visible_account(request, account_id)
    return _save(request, account, None) if request.method == "POST" else _page(request, account, None)


@requires("set_up_accounts")
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, account_id: int, rule_id: int) -> HttpResponse:
    """Change a rule, or take it away."""
    account = visible_account(request, account_id)
    kept = next((one for one in rules_of(account.pk) if one.id == rule_id), None)
    if kept is None:
        raise Http404
    if request.method == "GET":
        return _page(request, account, kept)
    if "remove" in request.POST:
        remove_rule(account_id=account.pk, rule_id=kept.id, now=timezone.now())
        return redirect("accounts:people", account.pk)
    return _save(request, account, kept)


@requires("set_up_accounts")
@require_POST
def order(request: HttpRequest, account_id: int) -> HttpResponse:
    account = visible_account(request, account_id)
    order_rules(account_id=account.pk, rule_ids=_ids(request, "rule"), now=timezone.now())
    return HttpResponse(status=204)


def _ids(request: HttpRequest, name: str) -> list[int]:
    return [id for text in request.POST.getlist(name) if (id := id_in(text)) is not None]


def _save(request: HttpRequest, account: Any, kept: RuleRow | None) -> HttpResponse:
    form, chosen = RuleForm(request.POST), _ids(request, "people")
    key: dict[str, Any] = {"account_id": account.pk, "rule_id": kept.id if kept else None, "now": timezone.now()}
    if is_saved(form, lambda values: save_rule(**key, wish=RuleWish(**values, people=chosen))):
        return redirect("accounts:people", account.pk)
    return _page(request, account, kept, form=form, chosen=chosen)


def _page(
    request: HttpRequest, account: Any, kept: RuleRow | None, *, form: RuleForm | None = None,
    chosen: list[int] | None = None,
) -> HttpResponse:  # fmt: skip
    said = {"topic": kept.topic, "when": kept.when, "otherwise": kept.otherwise} if kept else {}
    ticked = chosen if chosen is not None else [id for id, _ in kept.people] if kept else []
    names = dict(names_of_people(account.pk))
    order = [*(id for id in ticked if id in names), *(id for id in names if id not in ticked)]
    page = {
        "account": account,
        "house": is_house(),
        "rule": kept,
        "form": form or RuleForm(initial=said or None),
        "people": [(id, names[id], id in ticked) for id in order],
    }
    return render(request, "accounts/rule.html", page)
