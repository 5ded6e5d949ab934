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

from callwright.kit.private_folders import private_folder
from callwright.recordings.audio import NotAudio, NothingRecorded, RawAs, Sound, examine
from callwright.recordings.joining import join_sides
from callwright.recordings.operations.keep_files import Keeping, room
from callwright.recordings.rules import Named
from callwright.recordings.sources.reading import Found, Reader, SourceProblem

_SETTLED_S = 3.0
"""A file that was not written to for so long is complete."""
BESIDE = " + "
"""Stands between the names of two files that became one recording."""


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
    """What was there: the files with sound, and how many hold nothing; `missing`: recordings of which nothing was."""

    fetched: tuple[Fetched, ...]
    empty: int
    missing: int


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept of the call already: when that began, and the files that need not be fetched again."""

    times: frozenset[datetime | None] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _AtSource:
    """A recording at the source: one file, or two of which each holds one side."""

    files: tuple[Found, ...]
    began_at: datetime | None

    @property
    def name(self) -> str:
        return BESIDE.join(one.name for one in self.files)


def fetch_files(
    reader: Reader, wanted: Sequence[Named], files: Keeping, *, raw_as: RawAs, whole: bool, held: Held,
    alive: Callable[[], None],
) -> Harvest:  # fmt: skip
    """Puts what is there into `files`. `whole`: nothing is fetched while something is missing; what is `held` is not.
    `alive` raises to stop. Raises SourceProblem.
    """
    found: dict[str, _AtSource] = {}
    missing = 0
    for one in wanted:
        there = _look_for(reader, one, whole=whole)
        if not there and (one.began_at is None or one.began_at not in held.times):
            if whole:
                raise SourceProblem("not_found")
            missing += 1
        for each in there:
            if not held.names.issuperset(file.name for file in each.files):
                found.setdefault(each.name, each)
    fetched, empty = [], 0
    for each in found.values():
        try:
            fetched.append(_fetch(reader, each, files, raw_as, alive))
        except NothingRecorded:
            empty += 1
    return Harvest(tuple(fetched), empty, missing)


def _look_for(reader: Reader, wanted: Named, *, whole: bool) -> list[_AtSource]:
    """The files of one recording: both sides of it, else those of its name, else the one side that is there."""
    half: list[Found] = []
    for names in wanted.sides:
        sides = [found[0] for name in names if (found := reader.find(name))]
        if len(sides) == len(names):
            return [_AtSource(tuple(sides), wanted.began_at)]
        half = half or sides
    if half and whole:
        return []
    files = next((files for name in wanted.names if (files := reader.find(name))), half)
    return [_AtSource((file,), wanted.began_at) for file in files]


def _fetch(reader: Reader, recording: _AtSource, files: Keeping, raw_as: RawAs, alive: Callable[[], None]) -> Fetched:
    with room():
        folder = tempfile.TemporaryDirectory(dir=private_folder(spool()), ignore_cleanup_errors=True)
    with folder as name:
        path, copy = Path(name) / "file", Path(name) / "playable"
        try:
            named, digest = _brought(reader, recording, path, raw_as, alive)
            with room():
                sound = examine(path, name=named, raw_as=raw_as, copy_to=copy)
        except NotAudio as error:
            raise SourceProblem("not_audio", f"{recording.name}: {error}") from error
        alive()
        stored = files.keep(path, ending=named.rpartition(".")[2].lower()[:8])
        size = path.stat().st_size
        playable, playable_size = stored, size
        if not sound.playable:
            playable, playable_size = files.keep(copy, ending="wav"), copy.stat().st_size
        return Fetched(recording.name[:400], recording.began_at, stored, size, digest, playable, playable_size, sound)


def _brought(
    reader: Reader, recording: _AtSource, path: Path, raw_as: RawAs, alive: Callable[[], None]
) -> tuple[str, str]:
    """Brings a recording to `path`, two files as the two channels of one; its name and its SHA-256."""
    if len(recording.files) == 1:
        return recording.name, _download(reader, recording.files[0], path, alive)
    sides = []
    for number, file in enumerate(recording.files):
        side = path.with_name(f"side-{number}")
        _download(reader, file, side, alive)
        sides.append((side, file.name))
    with room():
        join_sides(sides, path, raw_as=raw_as)
    with path.open("rb") as joined:
        return "both.wav", hashlib.file_digest(joined, "sha256").hexdigest()


def _download(reader: Reader, file: Found, path: Path, alive: Callable[[], None]) -> str:
    """The SHA-256 of what was fetched. Raises SourceProblem, also when the file still grows."""
    digest = hashlib.sha256()
    with path.open("wb") as out:

        def write(piece: bytes) -> None:
            alive()
            with room():
                out.write(piece)
            digest.update(piece)

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
