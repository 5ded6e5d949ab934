"""What a user keeps for the register: columns in their order, searches under a name."""

from urllib.parse import parse_qs

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from callwright.accounts.queries.accounts import is_house
from callwright.calls.columns import ALL, ALWAYS, chosen_columns
from callwright.calls.operations.choose_columns import choose_columns
from callwright.calls.operations.save_search import SearchRefused, delete_search, save_search
from callwright.calls.queries.screen import columns_of
from callwright.calls.search import parse_search
from callwright.calls.views.asked import staff_user
from callwright.calls.views.shown import address
from callwright.calls.views.wording import COLUMNS
from callwright.kit.access import requires


@requires("see_register")
def columns(request: HttpRequest) -> HttpResponse:
    """The columns to choose from, in the user's order; a POST keeps the choice and shows the list again."""
    user = staff_user(request)
    search, _problems = parse_search(parse_qs(request.POST.get("query", request.GET.get("query", ""))[:4000]))
    if request.method == "POST":
        wanted = [] if "usual" in request.POST else request.POST.getlist("column")[: len(ALL)]
        choose_columns(user_id=user.pk, columns=wanted)
        return redirect(address(search))
    shown = chosen_columns(columns_of(user.pk), house=is_house())
    rest = [name for name in ALL if name not in shown]
    choices = [(name, COLUMNS[name], name in shown, name == ALWAYS) for name in (*shown, *rest)]
    return render(request, "calls/columns.html", {"choices": choices, "query": search.query})


@requires("see_register")
@require_POST
def keep_search(request: HttpRequest) -> HttpResponse:
    """Keep the search of the address under a name."""
    search, _problems = parse_search(parse_qs(request.POST.get("query", "")[:4000]))
    try:
        save_search(
            user_id=staff_user(request).pk,
            name=request.POST.get("name", ""),
            search=search,
            shared=request.POST.get("shared") == "1",
        )
        messages.success(request, _("The search is kept."))
    except SearchRefused as refused:
        messages.error(request, _refusal(refused.reason))
    return redirect(address(search))


@requires("see_register")
@require_POST
def forget_search(request: HttpRequest, search_id: int) -> HttpResponse:
    """Forget a search of one's own."""
    if delete_search(user_id=staff_user(request).pk, search_id=search_id):
        messages.success(request, _("The search is forgotten."))
    return redirect("calls:register")


def _refusal(reason: str) -> str:
    if reason == "too_many":
        return _("You keep a hundred searches already. Delete one that you no longer use.")
    return _("Give the search a name.")
