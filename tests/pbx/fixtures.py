"""One Asterisk for the session; a rig with fresh phones for each test."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.pbx.pbx import NoPbxError, Pbx, free_net, install
from tests.pbx.rig import Rig

MISSING = "NO REAL ASTERISK, ITS TESTS DID NOT RUN"


def new_pbx() -> Pbx:
    """A PBX to be started. Without Asterisk the test fails where CI is set, and is skipped loudly elsewhere."""
    try:
        home = install()
    except NoPbxError as error:
        line = f"{MISSING}: {error}"
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(line)
        pytest.skip(line)  # pytest_terminal_summary makes it loud
    folder = Path(tempfile.mkdtemp(prefix="callwright-pbx-"))
    return Pbx(home=home, run=folder / "run", net=free_net())


@pytest.fixture(scope="session")
def asterisk() -> Iterator[Pbx]:
    """A running PBX."""
    pbx = new_pbx()
    asyncio.run(pbx.start())
    yield pbx
    asyncio.run(pbx.stop())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says in red, once, that the tests on a real PBX did not run."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if MISSING in str(report.longrepr)]
    if skipped:
        terminalreporter.section(f"{len(skipped)} tests: {MISSING}", sep="!", red=True, bold=True)


@pytest.fixture
async def rig(asterisk: Pbx, tmp_path: Path) -> AsyncIterator[Rig]:
    """The carrier, phones on demand (`await rig.register([101, 102])`), a full AMI connection and a truth log."""
    rig = Rig(pbx=asterisk, folder=tmp_path)
    await rig.start()
    yield rig
    await asterisk.cli("channel request hangup all")
    await rig.stop()
