from typing import Any

import pytest

from callwright.registration.testing_lists import add_topics


@pytest.fixture
def topics(account: Any) -> list[Any]:
    return add_topics("Order", "Complaint", "Wrong number")


@pytest.fixture
def boss(make_user: Any) -> Any:
    """A controller of all accounts."""
    return make_user("kim", role="controller", all_accounts=True, name="Kim")
