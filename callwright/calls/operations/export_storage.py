"""Where the files of exports are: written beside, then put in their place at once, so that none is ever half there."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage

from callwright.kit.private_folders import private_folder

_FOLDER = "exports"
_MAKING = "exports/making"


def temporary_path(export_id: UUID, ending: str) -> Path:
    """Where this process writes an export: on the disk on which it will be kept, where that is a disk of ours."""
    return private_folder(_making()) / f"{export_id}.{os.getpid()}.{ending}"


def _making() -> Path:
    try:
        return Path(default_storage.path(_MAKING))
    except NotImplementedError:  # a store elsewhere
        return Path(tempfile.gettempdir()) / "callwright-exports"


def remove_leftovers(export_id: UUID, *, but: Path) -> None:
    """What a worker that was killed left of this export."""
    for path in _making().glob(f"{export_id}.*"):
        if path == but:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def keep(path: Path, export_id: UUID, ending: str) -> str:
    """Puts a finished file in its place; returns the name by which it is kept. Raises OSError."""
    name = f"{_FOLDER}/{export_id}.{ending}"
    try:
        place = Path(default_storage.path(name))
    except NotImplementedError:
        with path.open("rb") as file:
            return str(default_storage.save(name, File(file)))
    path.replace(place)
    return name


def remove(name: str) -> None:
    """Takes a kept file away; it may be gone already."""
    if name:
        with contextlib.suppress(FileNotFoundError):
            default_storage.delete(name)


def opened(name: str) -> IO[bytes] | None:
    """A kept file, to be read; None when it is gone."""
    try:
        file: IO[bytes] = default_storage.open(name, "rb")
    except FileNotFoundError:
        return None
    return file
