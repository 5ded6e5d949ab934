"""The disk is full: the journal cannot be written, calls are kept all the same."""

import resource

import pytest

from tests.faults.ground import Installation
from tests.faults.load import begun, busy_pbx, is_true, linked, make_calls, until

pytestmark = pytest.mark.fault


async def test_the_disk_is_full(house: Installation) -> None:
    """No file of the link may be larger than 300 kB: about a hundred calls fit into its journal."""

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    async with busy_pbx() as pbx:
        house.link_to(pbx.port)
        link = house.start("link", preexec_fn=small_files)
        await linked(pbx)
        make_calls(pbx, 150)
        await begun(pbx, 100)
        journal = house.home / "journal" / "main" / "000000000001.log"
        await until(lambda: journal.stat().st_size > 290_000, 30, "the journal is full")
        await pbx.until_quiet(60)
        await is_true(house, pbx)
        assert house.rows("SELECT state, problem FROM telephony_pbx") == [("up", "journal_unwritable")]
        assert link.runs
