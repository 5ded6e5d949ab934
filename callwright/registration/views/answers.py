"""What the pages of categories and topics answer to a change, with and without scripts."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from callwright.kit.toasts import add_toast, trigger
from callwright.registration import words
from callwright.registration.operations.refusals import Refused
from callwright.registration.queries.categories import changeable_categories


def done(request: HttpRequest, category_id: int, text: str = "", *, undo_url: str = "") -> HttpResponse:
    """The lists and the preview read themselves again; without scripts the page is shown anew."""
    if not request.headers.get("HX-Request"):
        if text:
            messages.success(request, text)
        return redirect(address_of(category_id))
    response = trigger(HttpResponse(status=204), "offer-changed")
    if text:
        add_toast(response, text, undo_url=undo_url)
    return response


def refused(request: HttpRequest, category_id: int, refusal: Refused) -> HttpResponse:
    """What is wrong and what to do; the lists are read again, since somebody else may have changed them."""
    text = words.refusal(refusal.reason)
    if not request.headers.get("HX-Request"):
        messages.error(request, text)
        return redirect(address_of(category_id))
    response = trigger(HttpResponse(status=422), "offer-changed")
    add_toast(response, text, failed=True)
    return response


def check_changeable(request: HttpRequest, *category_ids: int) -> None:
    """Raises Http404 unless all of them are the viewer's to set up."""
    wanted = set(category_ids)
    if changeable_categories(user_of(request)).filter(pk__in=wanted).count() != len(wanted):
        raise Http404


def user_of(request: HttpRequest) -> Any:
    """The user behind `requires`: one of ours, whatever Django's types say."""
    return cast(Any, request.user)


def address_of(category_id: int) -> str:
    return f"{reverse('registration:set_up')}#category-{category_id}"
