"""What the views of accounts share: whose account it is, and what a refusal does to a form."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest

from callwright.accounts.models import Account
from callwright.accounts.operations.save_account import AccountRefused
from callwright.accounts.operations.save_forwarding import RuleRefused
from callwright.accounts.operations.save_knowledge import EntryRefused
from callwright.accounts.operations.save_line import LineRefused
from callwright.accounts.operations.save_person import PersonRefused
from callwright.accounts.operations.save_recipient import RecipientRefused
from callwright.accounts.queries.accounts import visible_accounts
from callwright.accounts.rules import ScreenPopRefused
from callwright.accounts.views.wording import worded


def user_of(request: HttpRequest) -> Any:
    return cast(Any, request.user)


def visible_account(request: HttpRequest, account_id: int) -> Account:
    """The account, if the viewer may see it; otherwise there is none."""
    account = visible_accounts(user_of(request)).filter(pk=account_id).first()
    if account is None:
        raise Http404
    return account


def is_saved(form: forms.Form, save: Callable[[Any], Any]) -> bool:
    """Whether the form was right and is saved; else the form says what is wrong."""
    if not form.is_valid():
        return False
    try:
        save(form.cleaned_data)
    except ScreenPopRefused as refused:
        form.add_error("screen_pop_url", worded(refused))
    except (AccountRefused, RecipientRefused, PersonRefused, RuleRefused, EntryRefused) as refused:
        form.add_error(refused.field if refused.field in form.fields else None, worded(refused))
    except LineRefused as refused:
        form.add_error("number" if "number" in form.fields else None, worded(refused))
    return form.is_valid()
