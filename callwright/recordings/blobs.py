"""Pieces of files in the storage, wherever it keeps them, without reading the rest."""

import os
from typing import Any, Protocol

from django.core.files.storage import FileSystemStorage, default_storage


class Blob(Protocol):
    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes; fewer only at the end. Raises OSError, FileNotFoundError for a file that is gone."""
        ...

    def close(self) -> None: ...


class _LocalBlob:
    def __init__(self, path: str) -> None:
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def read(self, offset: int, length: int) -> bytes:
        return os.pread(self._handle, length, offset)

    def close(self) -> None:
        os.close(self._handle)


class _S3Blob:
    """Each piece is a request of its own: a connection held open for as long as a person listens is one too many."""

    def __init__(self, storage: Any, name: str) -> None:
        self._client, self._bucket = storage.connection.meta.client, storage.bucket_name
        self._key = storage._normalize_name(name)

    def read(self, offset: int, length: int) -> bytes:
        asked = f"bytes={offset}-{offset + length - 1}"
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key, Range=asked)
            content: bytes = answer["Body"].read()
        except self._client.exceptions.NoSuchKey as error:
            raise FileNotFoundError(self._key) from error
        except Exception as error:  # botocore's, of which there are hundreds
            raise OSError(str(error)) from error
        return content

    def close(self) -> None:
        return


class _OtherBlob:
    def __init__(self, name: str) -> None:
        self._file = default_storage.open(name)

    def read(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        content: bytes = self._file.read(length)
        return content

    def close(self) -> None:
        self._file.close()


def open_blob(name: str) -> Blob:
    """Raises OSError. Some storages say only at the first piece that the file is not there."""
    if isinstance(default_storage, FileSystemStorage) or isinstance(
        getattr(default_storage, "_wrapped", None), FileSystemStorage
    ):
        return _LocalBlob(default_storage.path(name))
    if hasattr(default_storage, "bucket_name") and hasattr(default_storage, "connection"):
        return _S3Blob(default_storage, name)
    return _OtherBlob(name)
