from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from journeys.ground import one_web, page_of, web  # noqa: F401


@pytest.fixture
def stage(transactional_db: None) -> Any:
    from journeys.stage import build_stage  # models can be imported only now

    return build_stage()


@pytest.fixture
def topics(stage: Any) -> dict[str, Any]:
    """Two questions about calls, by the names of their answers; Olivia is ready."""
    from django.utils import timezone

    from callwright.registration.testing import make_category
    from callwright.staff.operations.set_state import set_state

    _, reasons = make_category("Reason", "Order", "Delivery", "Complaint")
    _, solved = make_category("Solved?", "Yes", "No", several=False, position=1)
    set_state(user_id=stage.olivia.pk, choice="ready", now=timezone.now())
    return {one.name: one for one in (*reasons, *solved)}


@pytest.fixture
def page(stage: Any, topics: Any, page_of: Callable[..., Page]) -> Page:  # noqa: F811
    """Olivia's desk, on which calls are registered."""
    from journeys.test_desk import open_desk

    return open_desk(page_of(stage.olivia))
