import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.ground import Installation, Postgres

AGENTS = 8


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Not pytest's: that is removed by the third test run after this one, and these tests take long."""
    folder = Path(tempfile.mkdtemp(prefix="callwright-fault-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(databases: Any) -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="callwright-fault-pg-"))
    made = Postgres(folder)
    try:
        made.furnish(databases.clone(), agents=AGENTS)
        yield made
    finally:
        made.server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def house(postgres: Postgres, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Installation]:
    installation = Installation(postgres, tmp_path)
    failed_before = request.session.testsfailed
    yield installation
    installation.end()
    if request.session.testsfailed > failed_before:
        print(installation.last_words())
