"""Pages of the lists, which end when nobody would wait for them any more, and how many rows they have, counted when the
page is there.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from callwright.calls.queries.patience import SearchTooLong, patience
from callwright.registration.queries.lists import MOST_COUNTED, ListPage

PAGE_S, COUNT_S = 12.0, 3.0

Row = TypeVar("Row")


def patiently(read: Callable[[], ListPage[Row]]) -> ListPage[Row] | None:
    """The page; None where it takes too long."""
    try:
        with patience(PAGE_S):
            return read()
    except SearchTooLong:
        return None


def too_long_row(request: HttpRequest, span: int) -> HttpResponse:
    """What stands instead of a further page that takes too long."""
    return render(request, "registration/list_too_long_row.html", {"span": span})


def total(page: ListPage[Any] | None) -> dict[str, Any]:
    """How many rows there are: a page that holds all knows, else they are counted after it."""
    if page is None:
        return {"too_long": True}
    return {"count_later": True} if page.next else {"count": len(page.rows), "most": MOST_COUNTED}


def counted(request: HttpRequest, count: Callable[[], int]) -> HttpResponse:
    """The number of rows, for a page that is there."""
    try:
        with patience(COUNT_S):
            shown = {"count": count(), "most": MOST_COUNTED}
    except SearchTooLong:
        shown = {"uncounted": True}
    return render(request, "registration/list_count.html", shown)
