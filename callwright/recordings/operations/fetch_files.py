"""Fetches the files of one recording from its source, checks them, and puts them into the storage."""

import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from callwright.recordings.audio import NotAudio, NothingRecorded, RawAs, Sound, examine
from callwright.recordings.operations.keep_files import keep_file, room
from callwright.recordings.rules import Named
from callwright.recordings.sources.reading import Found, Reader, SourceProblem

_SETTLED_S = 3.0
"""A file that was not written to for so long is complete."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file in the storage. `playable`: its name there as browsers play it, and the size of that."""

    source_name: str
    began_at: datetime | None
    file: str
    size: int
    sha256: str
    playable: str
    playable_size: int
    sound: Sound


@dataclass(frozen=True, slots=True)
class Harvest:
    """What was there: the files with sound, how many hold nothing, how many of those announced are missing."""

    fetched: tuple[Fetched, ...]
    empty: int
    missing: int


def fetch_files(
    reader: Reader, wanted: Sequence[Named], *, raw_as: RawAs, now: datetime, alive: Callable[[], None]
) -> Harvest:
    """`alive` is called every few seconds and raises to stop. Raises SourceProblem."""
    found: dict[str, tuple[Found, datetime | None]] = {}
    missing = 0
    for one in wanted:
        files = next((files for name in one.names if (files := reader.find(name))), [])
        missing += not files
        for file in files:
            found.setdefault(file.name, (file, one.began_at))
    fetched, empty = [], 0
    for file, began_at in found.values():
        try:
            fetched.append(_fetch(reader, file, began_at, raw_as, now, alive))
        except NothingRecorded:
            empty += 1
    return Harvest(tuple(fetched), empty, missing)


def _fetch(
    reader: Reader, file: Found, began_at: datetime | None, raw_as: RawAs, now: datetime, alive: Callable[[], None]
) -> Fetched:
    with room():
        spool().mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = tempfile.TemporaryDirectory(dir=spool(), ignore_cleanup_errors=True)
    with folder as name:
        ending = file.name.rpartition(".")[2].lower()[:8]
        path, copy = Path(name) / "file", Path(name) / "playable"
        digest = _download(reader, file, path, alive)
        try:
            with room():
                sound = examine(path, name=file.name, raw_as=raw_as, copy_to=copy)
        except NotAudio as error:
            raise SourceProblem("not_audio", f"{file.name}: {error}") from error
        alive()
        stored = keep_file(path, ending=ending, now=now)
        size = path.stat().st_size
        playable, playable_size = stored, size
        if not sound.playable:
            playable, playable_size = keep_file(copy, ending="wav", now=now), copy.stat().st_size
        return Fetched(file.name, began_at, stored, size, digest, playable, playable_size, sound)


def _download(reader: Reader, file: Found, path: Path, alive: Callable[[], None]) -> str:
    """The SHA-256 of what was fetched. Raises SourceProblem, also when the file still grows."""
    digest = hashlib.sha256()
    last = time.monotonic()
    with path.open("wb") as out:

        def write(piece: bytes) -> None:
            nonlocal last
            with room():
                out.write(piece)
            digest.update(piece)
            if time.monotonic() - last > 5:
                last = time.monotonic()
                alive()

        total = reader.fetch(file.name, write)
        with room():
            out.flush()
    if file.size is not None and total != file.size:
        raise SourceProblem("growing" if total > file.size else "broken_off", f"{total} / {file.size}")
    if file.written is None or time.time() - file.written < _SETTLED_S:
        time.sleep(1.0)
        again = reader.find(file.name)
        if not again or (again[0].size is not None and again[0].size != total):
            raise SourceProblem("growing", file.name)
    return digest.hexdigest()


def spool() -> Path:
    """Where files stand while they are fetched and checked."""
    return Path(settings.HOME) / "spool" / "recordings"


def clear_spool(now: datetime) -> None:
    """Removes what killed workers left there more than a day ago."""
    for left in spool().glob("tmp*") if spool().exists() else ():
        if now.timestamp() - left.stat().st_mtime > 26 * 3600:
            shutil.rmtree(left, ignore_errors=True)
