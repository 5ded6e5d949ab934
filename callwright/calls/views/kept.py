"""What a user keeps for the register: columns in their order, and views (searches under a name)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.accounts import is_house
from callwright.calls.columns import ALL, ALWAYS, chosen_columns
from callwright.calls.operations.choose_columns import choose_columns
from callwright.calls.operations.save_search import (
    SearchRefused,
    Sharing,
    change_search,
    delete_search,
    open_with,
    order_searches,
    save_over,
    save_search,
)
from callwright.calls.queries.kept import KeptSearch, kept_search, kept_searches, opening_search
from callwright.calls.queries.screen import choices_for, columns_of
from callwright.calls.search import Search, parse_search
from callwright.calls.views.asked import staff_user
from callwright.calls.views.shown import address
from callwright.calls.views.wording import COLUMNS, problem_in_words
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.staff.rules import RIGHTS_OF_ROLE

SHARING_ROLES = tuple(role for role, rights in RIGHTS_OF_ROLE.items() if "see_register" in rights)


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


# ── views ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def opening_address(request: HttpRequest) -> str:
    """Where the register opens for the user when its bare address is asked for; empty for today's calls."""
    if request.GET or request.headers.get("HX-Request"):
        return ""
    view = opening_search(staff_user(request))
    return address_of(view) if view else ""


def address_of(view: KeptSearch) -> str:
    return address(view.search, view=str(view.id))


def view_shown(request: HttpRequest, search: Search) -> dict[str, Any]:
    """The view that the address names, whether the search is still the view's, and where the page is."""
    wanted = id_in(request.GET.get("view"))
    view = kept_search(staff_user(request), wanted)
    more = {"view": str(view.id)} if view else {}
    return {
        "view": view,
        "view_address": address_of(view) if view else "",
        "view_edited": view is not None and view.is_edited(search),
        "view_gone": wanted is not None and view is None,
        "view_problems": [problem_in_words(one) for one in view.problems] if view else [],
        "view_suffix": f"&view={view.id}" if view else "",
        "address": address(search, **more),
        "today_url": address(Search()),
    }


def _given_search(request: HttpRequest) -> Search:
    return parse_search(parse_qs(request.POST.get("query", "")[:4000]))[0]


@requires("see_register")
@require_POST
def keep_search(request: HttpRequest) -> HttpResponse:
    """Keep the search of the address under a name."""
    search, user = _given_search(request), staff_user(request)
    try:
        shared = request.POST.get("shared") == "1"
        kept = save_search(user_id=user.pk, name=request.POST.get("name", ""), search=search, shared=shared)
    except SearchRefused as refused:
        messages.error(request, _refusal(refused.reason))
        return redirect(address(search))
    messages.success(request, _("The search is kept."))
    return redirect(address(search, view=str(kept)))


@requires("see_register")
@require_POST
def save_view(request: HttpRequest, search_id: int) -> HttpResponse:
    """Make the user's own view find what the list shows now."""
    search, user = _given_search(request), staff_user(request)
    if _own(request, search_id) is None:
        raise Http404
    save_over(user_id=user.pk, search_id=search_id, search=search)
    messages.success(request, _("The view is saved as you see it."))
    return redirect(address(search, view=str(search_id)))


@requires("see_register")
@require_POST
def copy_view(request: HttpRequest, search_id: int) -> HttpResponse:
    """Make an own view of one that somebody shares, as it is kept or as the list shows it now."""
    user = staff_user(request)
    view = kept_search(user, search_id)
    if view is None:
        raise Http404
    search = _given_search(request) if "query" in request.POST else view.search
    try:
        kept = save_search(user_id=user.pk, name=view.name, search=search, new=True)
    except SearchRefused as refused:
        messages.error(request, _refusal(refused.reason))
        return redirect("calls:views")
    messages.success(request, _("The view is yours now: change it as you like."))
    return redirect(address(search, view=str(kept)))


@requires("see_register")
@require_POST
def forget_search(request: HttpRequest, search_id: int) -> HttpResponse:
    """Forget a search of one's own."""
    if delete_search(user_id=staff_user(request).pk, search_id=search_id):
        messages.success(request, _("The search is forgotten."))
    return redirect("calls:views" if request.POST.get("back") == "views" else address(Search()))


@requires("see_register")
@require_GET
def views(request: HttpRequest) -> HttpResponse:
    """All views that the user sees, to put in order, rename, share, copy and forget."""
    return _views_page(request)


def _views_page(request: HttpRequest, *, open_id: int | None = None, problem: str = "") -> HttpResponse:
    user = staff_user(request)
    words = dict(user._meta.get_field("role").flatchoices)
    roles = [(role, str(words.get(role, role))) for role in SHARING_ROLES]
    shown = [
        {
            "view": one, "url": address_of(one), "problems": [problem_in_words(bad) for bad in one.problems],
            "roles": [str(words.get(role, role)) for role in one.roles],
            "user_ids": {id for id, _name in one.users},
        }
        for one in kept_searches(user)
    ]  # fmt: skip
    employees = [one for one in choices_for(user).employees if one[0] != user.pk]
    page = {"shown": shown, "roles": roles, "employees": employees, "open_id": open_id, "problem": problem}
    return render(request, "calls/views.html", page)


@requires("see_register")
@require_POST
def change_view(request: HttpRequest, search_id: int) -> HttpResponse:
    """Rename a view of one's own, and say with whom it is shared."""
    user = staff_user(request)
    if _own(request, search_id) is None:
        raise Http404
    known = {id for id, _name in choices_for(user).employees}
    users = {id for text in request.POST.getlist("user")[:2000] if (id := id_in(text)) in known and id is not None}
    sharing = Sharing(
        everyone=request.POST.get("shared") == "1",
        roles=tuple(role for role in SHARING_ROLES if role in request.POST.getlist("role")),
        users=tuple(sorted(users)),
    )
    return _done(
        request,
        lambda: change_search(user_id=user.pk, search_id=search_id, name=request.POST.get("name", ""), sharing=sharing),
        search_id,
    )


@requires("see_register")
@require_POST
def open_with_view(request: HttpRequest, search_id: int) -> HttpResponse:
    """Let the register open with this view, or with `not` = 1 with today's calls again."""
    user = staff_user(request)
    if kept_search(user, search_id) is None:
        raise Http404
    open_with(user_id=user.pk, search_id=None if request.POST.get("not") == "1" else search_id)
    return redirect("calls:views")


@requires("see_register")
@require_POST
def order_views(request: HttpRequest) -> HttpResponse:
    """Put the views in the order of the list, for this user."""
    user = staff_user(request)
    seen = {one.id for one in kept_searches(user)}
    ids = [id for text in request.POST.getlist("view")[:1000] if (id := id_in(text)) is not None and id in seen]
    order_searches(user_id=user.pk, ids=ids)
    return HttpResponse(status=204)


def _own(request: HttpRequest, search_id: int) -> KeptSearch | None:
    view = kept_search(staff_user(request), search_id)
    return view if view is not None and view.is_own else None


def _done(request: HttpRequest, act: Callable[[], object], search_id: int) -> HttpResponse:
    try:
        act()
    except SearchRefused as refused:
        return _views_page(request, open_id=search_id, problem=_refusal(refused.reason))
    messages.success(request, _("Saved."))
    return redirect("calls:views")


def _refusal(reason: str) -> str:
    match reason:
        case "too_many":
            return _("You keep a hundred searches already. Delete one that you no longer use.")
        case "name_taken":
            return _("You have another view with this name. Choose a different one.")
        case "gone":
            return _("This view does not exist any more.")
    return _("Give the search a name.")
