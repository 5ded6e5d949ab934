from typing import Any

import pytest

from journeys.ground import one_web, page_of, web  # noqa: F401


@pytest.fixture
def stage(transactional_db: None) -> Any:
    from journeys.stage import build_stage  # models can be imported only now

    return build_stage()
