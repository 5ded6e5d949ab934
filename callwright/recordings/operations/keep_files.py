"""Puts files into the storage so that none is lost, none is left behind, and no half one is ever named by a row."""

import errno
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DatabaseError

from callwright.recordings.models import StoredFile
from callwright.recordings.sources.reading import SourceProblem

_LEFT_AFTER = timedelta(hours=26)
"""Longer than any fetch: a file that no part names by then never will be."""


@contextmanager
def room() -> Iterator[None]:
    """Turns what a full disk raises into a problem that has words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise SourceProblem("disk_full", error.strerror or "") from error
        raise


class Keeping:
    """The files that one attempt puts into the storage. Those that no part names at its end are taken out again."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._names: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(DatabaseError):  # the worker finds them a day later
            _take_out(self._names, self._now)

    def keep(self, path: Path, *, ending: str) -> str:
        """Copies a finished file into the storage under a name that nobody can guess; returns the name.

        The name is written down first: whatever happens then, the worker knows what to remove. Raises SourceProblem.
        """
        name = f"recordings/{self._now:%Y/%m}/{secrets.token_urlsafe(24)}.{ending}"
        StoredFile.objects.create(name=name, created_at=self._now)
        self._names.append(name)
        size = path.stat().st_size
        try:
            with room(), path.open("rb") as content:
                default_storage.save(name, File(content))
            stored = default_storage.size(name)
        except SourceProblem:
            raise
        except Exception as error:  # each storage has errors of its own
            raise SourceProblem("storage_failed", f"{type(error).__name__}: {error}") from error
        if stored != size:
            raise SourceProblem("storage_failed", f"{stored} / {size}")
        return name


def _take_out(names: Sequence[str], now: datetime) -> None:
    left = StoredFile.objects.filter(name__in=names, kept=False)
    if names and left.update(created_at=now - _LEFT_AFTER):
        for name in list(left.values_list("name", flat=True)):
            _remove(name)


def mark_kept(names: Iterable[str]) -> None:
    """In the transaction that writes the parts which name them."""
    StoredFile.objects.filter(name__in=set(names)).update(kept=True)


def give_up_files(names: Iterable[str], now: datetime) -> None:
    """No part names them any more; they are removed once the transaction is committed, by the worker at the latest."""
    long_ago = now - _LEFT_AFTER
    StoredFile.objects.filter(name__in=set(names)).update(kept=False, created_at=long_ago)


def remove_left_behind(now: datetime, *, limit: int = 200) -> int:
    """Removes files that no part names: of erased recordings, and what a killed worker left; returns how many."""
    names = list(
        StoredFile.objects.filter(kept=False, created_at__lte=now - _LEFT_AFTER).values_list("name", flat=True)[:limit]
    )
    return sum(_remove(name) for name in names)


def _remove(name: str) -> bool:
    try:
        default_storage.delete(name)
    except Exception:  # away, or read-only: tried again by the worker
        return False
    StoredFile.objects.filter(name=name, kept=False).delete()
    return True
