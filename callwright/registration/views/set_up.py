"""Categories and their topics on one page, with what an agent would see (REG-1)."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from callwright.accounts.queries.accounts import visible_accounts
from callwright.accounts.queries.choosing import account_chooser
from callwright.kit.access import requires
from callwright.kit.identity import id_in
from callwright.registration import words
from callwright.registration.drawing import draw_choices
from callwright.registration.forms import CategoryForm
from callwright.registration.operations import put_in_order
from callwright.registration.operations import retire as retiring
from callwright.registration.operations.refusals import Refused
from callwright.registration.operations.save_category import save_category
from callwright.registration.operations.save_topic import TopicWish, save_topic
from callwright.registration.queries.categories import (
    ShownCategory,
    changeable_categories,
    may_set_offer_for_all,
    set_up_rows,
)
from callwright.registration.queries.offer import offered_for
from callwright.registration.queries.places import queue_choices
from callwright.registration.rules import CHANNELS, DIRECTIONS, Subject


@requires("set_up_registration")
@require_GET
def set_up(request: HttpRequest) -> HttpResponse:
    """All categories in their order, those no longer offered after them."""
    return render(request, "registration/set_up.html", _page(request))


@requires("set_up_registration")
def category(request: HttpRequest, category_id: int | None = None) -> HttpResponse:
    """The form of one category, or of a new one; a POST saves it."""
    rows = set_up_rows(_user(request))
    edited = next((row for row in rows if row.id == category_id and row.may_change), None)
    if category_id is not None and edited is None:
        raise Http404
    form = CategoryForm(request.POST or None, viewer=_user(request), edited=edited, initial=_initial(edited))
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_category(category_id=category_id, wish=form.wish(), by=_user(request).pk, now=timezone.now())
        except Refused as refused:
            form.add_error("name", forms.ValidationError(words.refusal(refused.reason)))
        else:
            messages.success(request, _("Saved. What was registered before stays as it is."))
            return redirect(_address(saved))
    page = {"form": form, "edited": edited, "chooser": account_chooser(_user(request))}
    status = 422 if form.errors else 200
    return render(request, "registration/category.html", page, status=status)


@requires("set_up_registration")
@require_POST
def topic(request: HttpRequest, category_id: int) -> HttpResponse:
    """Saves a topic of a category, or adds one."""
    _changeable(request, category_id)
    wish = TopicWish(
        name=request.POST.get("name", ""), parent_id=id_in(request.POST.get("parent")),
        wants_comment="wants_comment" in request.POST,
    )  # fmt: skip
    try:
        save_topic(topic_id=id_in(request.POST.get("id")), category_id=category_id, wish=wish, by=_user(request).pk,
                   now=timezone.now())  # fmt: skip
    except Refused as refused:
        messages.error(request, words.refusal(refused.reason))
    return redirect(_address(category_id))


@requires("set_up_registration")
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Puts the categories in the order of the list."""
    allowed = list(changeable_categories(_user(request)).values_list("pk", flat=True))
    put_in_order.order_categories(_ids(request, "category"), allowed=allowed)
    return HttpResponse(status=204)


@requires("set_up_registration")
@require_POST
def order_topics(request: HttpRequest, category_id: int) -> HttpResponse:
    """Puts topics of a category in the order of the list."""
    _changeable(request, category_id)
    put_in_order.order_topics(_ids(request, "topic"), category_id=category_id)
    return HttpResponse(status=204)


@requires("set_up_registration")
@require_POST
def retire(request: HttpRequest, category_id: int) -> HttpResponse:
    """No longer offers a category, or offers it again."""
    _changeable(request, category_id)
    retired = "again" not in request.POST
    retiring.retire_category(category_id=category_id, retired=retired, by=_user(request).pk, now=timezone.now())
    return redirect(_address(category_id))


@requires("set_up_registration")
@require_POST
def retire_topic(request: HttpRequest, category_id: int, topic_id: int) -> HttpResponse:
    """No longer offers a topic, or offers it again."""
    _changeable(request, category_id)
    try:
        retiring.retire_topic(topic_id=topic_id, category_id=category_id, retired="again" not in request.POST,
                              by=_user(request).pk, now=timezone.now())  # fmt: skip
    except Refused as refused:
        if refused.reason == "missing":
            raise Http404 from refused
        messages.error(request, words.refusal(refused.reason))
    return redirect(_address(category_id))


@requires("set_up_registration")
@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """What an agent is asked about a call or request such as the one chosen."""
    return render(request, "registration/preview.html", _preview(request))


def _page(request: HttpRequest) -> dict[str, Any]:
    rows = [(row, words.places(row)) for row in set_up_rows(_user(request))]
    return {
        "offered": [one for one in rows if not one[0].retired],
        "retired": [one for one in rows if one[0].retired],
        "may_set_for_all": may_set_offer_for_all(_user(request)),
        **_preview(request),
    }


def _preview(request: HttpRequest) -> dict[str, Any]:
    user = _user(request)
    chooser = account_chooser(user, id_in(request.GET.get("account")))
    chosen = _subject(request, chooser.chosen.id if chooser.chosen else _first_account(user))
    return {
        "choices": draw_choices(offered_for(chosen)), "chosen": chosen, "chooser": chooser, "queues": queue_choices(user),
        "directions": words.DIRECTIONS.items(), "channels": words.CHANNELS.items(),
    }  # fmt: skip


def _first_account(user: Any) -> int:
    return visible_accounts(user).order_by("-is_default", "name").values_list("pk", flat=True).first() or 0


def _subject(request: HttpRequest, account_id: int) -> Subject:
    direction, channel = request.GET.get("direction", ""), request.GET.get("channel", "")
    return Subject(
        account_id=account_id,
        direction=direction if direction in DIRECTIONS else DIRECTIONS[0],
        channel=channel if channel in CHANNELS else CHANNELS[0],
        queue_id=id_in(request.GET.get("queue")),
        of_campaign="campaign" in request.GET,
    )


def _initial(edited: ShownCategory | None) -> dict[str, Any]:
    if edited is None:
        return {"several": ""}
    place = edited.place
    return {
        "name": edited.name, "several": "1" if edited.several else "", "directions": list(place.directions),
        "channels": list(place.channels), "queues": list(place.queue_ids), "accounts": list(place.account_ids),
        "for_campaigns": place.for_campaigns,
    }  # fmt: skip


def _changeable(request: HttpRequest, category_id: int) -> None:
    if not changeable_categories(_user(request)).filter(pk=category_id).exists():
        raise Http404


def _ids(request: HttpRequest, name: str) -> list[int]:
    return [one for one in map(id_in, request.POST.getlist(name)[:500]) if one is not None]


def _user(request: HttpRequest) -> Any:
    """The user behind `requires`: one of ours, whatever Django's types say."""
    return cast(Any, request.user)


def _address(category_id: int) -> str:
    return f"{reverse('registration:set_up')}#category-{category_id}"
