"""What a request asks of the register."""

from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from callwright.accounts.queries.accounts import organisation
from callwright.calls.search import Problem, Search, parse_search
from callwright.calls.viewpoint import Viewpoint
from callwright.kit.clock import viewer_zone

MOST_IDS = 200


def staff_user(request: HttpRequest) -> Any:
    """The user behind `requires`: one of ours, whatever Django's types say."""
    return cast(Any, request.user)


def given(query: QueryDict) -> dict[str, list[str]]:
    return {name: [str(one) for one in values] for name, values in query.lists()}


def asked(request: HttpRequest) -> tuple[Search, tuple[Problem, ...]]:
    """The search in the request's address."""
    return parse_search(given(request.GET))


def viewpoint(search: Search | None = None) -> Viewpoint:
    """Where the viewer stands: their zone; the organisation's country only where a number is to be understood."""
    zone = ZoneInfo(viewer_zone())
    country = organisation().home_country if search is not None and search.number else ""
    return Viewpoint(zone, timezone.now(), country)


def ids_of(text: str) -> list[UUID]:
    """The ids in a comma-separated text; what is none is left out."""
    found = []
    for part in text.split(",")[:MOST_IDS]:
        try:
            found.append(UUID(part))
        except ValueError:
            continue
    return found
