"""Folders that are for the user that the product runs as alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from callwright.kit.private_folders import private_folder


@pytest.fixture(autouse=True)
def lenient_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_what_is_missing_is_made_for_the_owner_alone_and_what_is_there_is_left(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for _ in range(2):
        assert private_folder(tmp_path / "a" / "b" / "c").is_dir()
    made = [tmp_path / "a", *(tmp_path / "a").rglob("*")]
    assert [stat.S_IMODE(one.stat().st_mode) for one in made] == [0o700] * 3
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
