"""A folder that this server can read. Nothing outside of it is ever opened: every step is taken from an open folder,
and no symbolic link below it is followed.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from callwright.recordings.rules import is_safe_name
from callwright.recordings.sources.reading import CHUNK, LARGEST, Found, SourceProblem, Write, walk

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NO_LINK = os.O_NOFOLLOW | os.O_NONBLOCK


class FolderReader:
    can_list = True

    def __init__(self, folder: str) -> None:
        self._path = folder
        self._root = -1

    def __enter__(self) -> Self:
        try:
            self._root = os.open(self._path, _FOLDER)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise SourceProblem("folder_missing", self._path) from error
        except OSError as error:
            raise _problem(error, self._path) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._root >= 0:
            os.close(self._root)
            self._root = -1

    def check(self) -> str:
        try:
            return str(len(os.listdir(self._root)))  # noqa: PTH208 - an open folder
        except OSError as error:
            raise _problem(error, self._path) from error

    def find(self, name: str) -> list[Found]:
        found = []
        for one in walk(name, self._listing) if is_safe_name(name) else []:
            try:
                with self._opened(one) as handle:
                    known = os.fstat(handle)
                    found.append(Found(one, known.st_size, known.st_mtime))
            except FileNotFoundError:
                continue
            except OSError as error:
                raise _problem(error, one) from error
        return found

    def fetch(self, name: str, write: Write) -> int:
        total = 0
        try:
            with self._opened(name) as handle:
                while True:
                    try:
                        piece = os.read(handle, CHUNK)
                    except OSError as error:
                        raise _problem(error, name) from error
                    if not piece:
                        return total
                    total += len(piece)
                    if total > LARGEST:
                        raise SourceProblem("too_large", name)
                    write(piece)
        except FileNotFoundError as error:
            raise SourceProblem("not_found", name) from error

    def _listing(self, folder: str) -> list[str]:
        try:
            with self._folder(folder.split("/") if folder else []) as handle:
                return os.listdir(handle)  # noqa: PTH208 - an open folder
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise _problem(error, folder) from error

    @contextmanager
    def _folder(self, parts: list[str]) -> Iterator[int]:
        handle = os.dup(self._root)
        try:
            for part in parts:
                following = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
                os.close(handle)
                handle = following
            yield handle
        finally:
            os.close(handle)

    @contextmanager
    def _opened(self, name: str) -> Iterator[int]:
        if not is_safe_name(name):
            raise SourceProblem("unsafe_name", name)
        *folders, last = name.split("/")
        try:
            with self._folder(folders) as folder:
                handle = os.open(last, os.O_RDONLY | os.O_CLOEXEC | _NO_LINK, dir_fd=folder)
        except NotADirectoryError as error:
            raise FileNotFoundError(name) from error
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise SourceProblem("unsafe_name", name) from error
            if error.errno in (errno.ENOENT, errno.ENXIO):
                raise FileNotFoundError(name) from error
            raise _problem(error, name) from error
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise SourceProblem("unsafe_name", name)
            yield handle
        finally:
            with suppress(OSError):
                os.close(handle)


def _problem(error: OSError, what: str) -> SourceProblem:
    code = "not_permitted" if error.errno in (errno.EACCES, errno.EPERM) else "broken_off"
    return SourceProblem(code, f"{what}: {error.strerror}")
