from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.ground import Installation, Postgres

AGENTS = 8


@pytest.fixture(scope="session")
def postgres(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    folder = tmp_path_factory.mktemp("postgres")
    for above in (folder, *folder.parents[:2]):
        above.chmod(0o755)  # the server's own user must be able to enter
    made = Postgres(folder)
    try:
        made.furnish(databases.clone(), agents=AGENTS)
        yield made
    finally:
        made.server.stop()


@pytest.fixture
def house(postgres: Postgres, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Installation]:
    installation = Installation(postgres, tmp_path)
    failed_before = request.session.testsfailed
    yield installation
    installation.end()
    if request.session.testsfailed > failed_before:
        print(installation.last_words())
