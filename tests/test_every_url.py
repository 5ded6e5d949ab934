"""Every URL of the product answers each kind of person as its row in `tests/every_url` says; none is without a row."""

import importlib
import pkgutil
import re
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests import every_url
from tests.every_url import Row

MODULES = [importlib.import_module(f"tests.every_url.{one.name}") for one in pkgutil.iter_modules(every_url.__path__)]
ROWS: dict[str, Row] = {route: row for module in MODULES for route, row in module.ROWS.items()}


def routes(resolver: URLResolver, before: str = "") -> list[str]:
    found = []
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        found += [route] if isinstance(one, URLPattern) else routes(one, route)
    return found


def test_every_url_has_a_row_and_every_row_a_url():
    existing = set(routes(get_resolver()))
    assert existing - ROWS.keys() == set(), "these URLs stand in no table of tests/every_url"
    assert ROWS.keys() - existing == set(), "these rows have no URL"


def test_no_url_is_listed_twice():
    listed = [route for module in MODULES for route in module.ROWS]
    assert sorted(listed) == sorted(set(listed))


@pytest.fixture
def world(owner, colleague, outsider, customer, controller, account, other_account, pbx) -> dict[str, Any]:

    world = {name: value for name, value in locals().items() if name != "world"}
    for module in MODULES:
        if hasattr(module, "build"):
            module.build(world)
    return world


def address(route: str, row: Row, world: dict[str, Any]) -> str:
    def filled(match: re.Match[str]) -> str:
        value = row.names[match.group(1)]
        return str(value(world) if callable(value) else value)

    path = re.sub(r"<(?:\w+:)?(\w+)>", filled, route)
    return "/" + path + (f"?{row.query}" if row.query else "")


@pytest.mark.parametrize("route", sorted(ROWS))
def test_each_person_gets_the_answer_that_the_row_says(route, world, browser_of):
    row = ROWS[route]
    url = address(route, row, world)
    data = {name: value(world) if callable(value) else value for name, value in row.data.items()}
    answers = {}
    for person in reversed(
        row.expected()
    ):  # those without rights first: what they may not change is still there for the rest
        browser = browser_of(world.get(person))
        send = browser.post if row.method == "POST" else browser.get
        answer = send(url, data, headers=row.headers) if row.method == "POST" else send(url, headers=row.headers)
        is_login = answer.status_code == 302 and answer.url.startswith("/login/") and person == "stranger"
        answers[person] = "login" if is_login and not route.startswith(("login", "logout")) else str(answer.status_code)
    assert answers == row.expected(), url
