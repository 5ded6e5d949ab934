"""Keys that lead through the whole product: each leads to one place, whichever capability declared it."""

import re
from collections import Counter
from typing import Any

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["supervisor", "controller", "administrator"])
def test_no_two_entries_of_the_navigation_have_the_same_key(role: str, make_user: Any, browser_of: Any) -> None:
    user = make_user("ada", role=role, all_accounts=True)
    page = browser_of(user).get("/me/").text
    keys = Counter(re.findall(r'data-key="(g \w)"', page))
    assert len(keys) > 8 and {key: count for key, count in keys.items() if count > 1} == {}
