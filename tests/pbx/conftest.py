"""One Asterisk for the session; a rig with fresh phones for each test."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.pbx.pbx import NoPbxError, Pbx, free_net, install
from tests.pbx.rig import Rig


@pytest.fixture(scope="session")
def asterisk() -> Iterator[Pbx]:
    """A running PBX. Without one the tests fail where CI is set, and are skipped loudly elsewhere."""
    try:
        home = install()
    except NoPbxError as error:
        line = f"NO REAL ASTERISK, ITS TESTS DID NOT RUN: {error}"
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(line)
        # beside what pytest captures, so that nobody can miss it
        print(f"\n{'=' * 78}\n{line}\n{'=' * 78}", file=sys.__stderr__, flush=True)
        pytest.skip(line)
    folder = Path(tempfile.mkdtemp(prefix="callwright-pbx-"))
    pbx = Pbx(home=home, run=folder / "run", net=free_net())
    asyncio.run(pbx.start())
    yield pbx
    asyncio.run(pbx.stop())


@pytest.fixture
async def rig(asterisk: Pbx, tmp_path: Path) -> AsyncIterator[Rig]:
    """The carrier, phones on demand (`await rig.register([101, 102])`), a full AMI connection and a truth log."""
    rig = Rig(pbx=asterisk, folder=tmp_path)
    await rig.start()
    yield rig
    await asterisk.cli("channel request hangup all")
    await rig.stop()
