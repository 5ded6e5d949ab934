"""What is known of an account: the list of entries, and one of them as it is written (ACC-5)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from callwright.accounts.forms import EntryForm
from callwright.accounts.operations.save_knowledge import (
    LONGEST_TEXT,
    EntryChanged,
    EntryRefused,
    order_entries,
    restore_entry,
    retire_entry,
    save_entry,
)
from callwright.accounts.queries.accounts import is_house
from callwright.accounts.queries.knowledge import Entry, changes_of, entries_of, entry_of, find_entries
from callwright.accounts.queries.on_card import PINNED
from callwright.accounts.views.asking import is_saved, user_of, visible_account
from callwright.accounts.views.wording import worded
from callwright.accounts.written import written
from callwright.kit.access import no_right, requires
from callwright.kit.identity import id_in

_SEARCHED = 60


@requires("see_accounts")
@require_GET
def entries(request: HttpRequest, account_id: int) -> HttpResponse:
    """All entries in their order, those that a search finds, or the retired ones."""
    account = visible_account(request, account_id)
    search = request.GET.get("search", "").replace("\x00", "").strip()[:100]
    retired = "retired" in request.GET
    found, more = find_entries(account.pk, search, limit=_SEARCHED) if search else ([], False)
    page: dict[str, Any] = {
        "account": account,
        "house": is_house(),
        "may_edit": user_of(request).may("edit_knowledge"),
        "entries": [] if search else entries_of(account.pk, retired=retired),
        "found": found,
        "there_is_more": more,
        "search": search,
        "retired": retired,
        "pinned_shown": PINNED,
    }
    part = request.headers.get("HX-Request") and "HX-History-Restore-Request" not in request.headers
    return render(request, "accounts/knowledge_rows.html" if part else "accounts/knowledge.html", page)


@requires("see_accounts")
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, account_id: int, entry_id: int) -> HttpResponse:
    """One entry with how it came about; whoever may write entries changes it here."""
    account = visible_account(request, account_id)
    kept = entry_of(account.pk, entry_id)
    if kept is None:
        raise Http404
    if request.method == "GET":
        return _page(request, account, kept)
    return _save(request, account, kept) if user_of(request).may("edit_knowledge") else no_right(request)


@requires("edit_knowledge")
@require_http_methods(["GET", "POST"])
def new_entry(request: HttpRequest, account_id: int) -> HttpResponse:
    account = visible_account(request, account_id)
    return _save(request, account, None) if request.method == "POST" else _page(request, account, None)


def _save(request: HttpRequest, account: Any, kept: Entry | None) -> HttpResponse:
    form = EntryForm(request.POST)
    key: dict[str, Any] = {
        "account_id": account.pk, "entry_id": kept.id if kept else None, "by": user_of(request).pk,
        "version": id_in(request.POST.get("version")) or 0, "now": timezone.now(),
    }  # fmt: skip
    try:
        if is_saved(form, lambda values: save_entry(**key, **values)):
            messages.success(request, _("“%(title)s” is saved.") % {"title": form.cleaned_data["title"]})
            return redirect("accounts:knowledge", account.pk)
    except EntryChanged:
        return _page(request, account, kept, form, is_newer=True)
    return _page(request, account, kept, form)


def _page(
    request: HttpRequest, account: Any, kept: Entry | None, form: EntryForm | None = None, *, is_newer: bool = False
) -> HttpResponse:
    said = {"title": kept.title, "text": kept.text, "pinned": kept.pinned} if kept else {}
    page = {
        "account": account,
        "house": is_house(),
        "may_edit": user_of(request).may("edit_knowledge"),
        "entry": kept,
        "form": form or EntryForm(initial=said),
        "changes": changes_of(account.pk, kept.id) if kept else [],
        "is_newer": is_newer,
    }
    return render(request, "accounts/entry.html", page, status=409 if is_newer else 200)


@requires("edit_knowledge")
@require_POST
def preview(request: HttpRequest, account_id: int) -> HttpResponse:
    """The text as agents read it, while it is written."""
    visible_account(request, account_id)
    return HttpResponse(written(request.POST.get("text", "").replace("\x00", "")[:LONGEST_TEXT].replace("\r\n", "\n")))


@requires("edit_knowledge")
@require_POST
def retire(request: HttpRequest, account_id: int, entry_id: int) -> HttpResponse:
    """Agents find it no longer; `restore` puts it back."""
    account = visible_account(request, account_id)
    kept = entry_of(account.pk, entry_id)
    if kept is None:
        raise Http404
    change = restore_entry if "restore" in request.POST else retire_entry
    try:
        change(account_id=account.pk, entry_id=kept.id, by=user_of(request).pk, now=timezone.now())
    except EntryRefused as refused:
        messages.error(request, worded(refused))
        return redirect("accounts:knowledge", account.pk)
    said = _("“%(title)s” is shown again.") if "restore" in request.POST else _("“%(title)s” is no longer shown.")
    messages.success(request, said % {"title": kept.title})
    return redirect("accounts:knowledge", account.pk)


@requires("edit_knowledge")
@require_POST
def order(request: HttpRequest, account_id: int) -> HttpResponse:
    account = visible_account(request, account_id)
    ids = [id for text in request.POST.getlist("entry") if (id := id_in(text)) is not None]
    order_entries(account_id=account.pk, entry_ids=ids, now=timezone.now())
    return HttpResponse(status=204)
