"""The text inside a file: unpacked, its character set and line ends known, cut into lines of bearable length."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from charset_normalizer import from_bytes

LONGEST_LINE = 65_536
"""Characters; no record of a PBX comes near. What is longer is skipped to its end."""
SAMPLE_BYTES = 262_144
_LATER, _LATER_BYTES = 8, 16_384
_RATIO = 300
_RATIO_FROM = 64 * 1024 * 1024
LARGEST_TEXT = 64 * 1024**3
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CANDIDATES = ["utf_8", "cp1250", "cp1252", "iso8859_2", "cp1251", "cp1256", "iso8859_1"]


class Unreadable(Exception):
    """The file cannot be read at all; `reason` is a code."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


class _Measured(io.RawIOBase):
    """Bytes on their way out of a packed file: raises once they are more than any honest file would give."""

    def __init__(self, inner: IO[bytes], packed: int) -> None:
        self._inner, self._limit = inner, min(LARGEST_TEXT, max(_RATIO_FROM, packed * _RATIO))
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._inner.read(len(buffer))
        except (EOFError, zipfile.BadZipFile, gzip.BadGzipFile, ValueError, NotImplementedError, RuntimeError) as error:
            raise Unreadable("damaged", str(error)[:200]) from error
        except Exception as error:  # zlib.error has no common base with the others
            if type(error).__module__ == "zlib":
                raise Unreadable("damaged", str(error)[:200]) from error
            raise
        self.count += len(data)
        if self.count > self._limit:
            raise Unreadable("bomb")
        buffer[: len(data)] = data
        return len(data)


class Source:
    """An opened file; `raw` counts the bytes of the file that were read, packed or not."""

    def __init__(self, path: Path) -> None:
        try:
            self.raw = path.open("rb")
        except OSError as error:
            raise Unreadable("not_there", str(error)[:200]) from error
        self.size = path.stat().st_size
        self.is_packed = True
        self.stream = io.BufferedReader(self._unpacked(), 131_072)

    def _unpacked(self) -> io.RawIOBase:
        head = self.raw.read(4)
        self.raw.seek(0)
        if head[:2] == b"\x1f\x8b":
            return _Measured(gzip.GzipFile(fileobj=self.raw), self.size)  # type: ignore[arg-type]
        if head == b"PK\x03\x04":
            return _Measured(self._member(), self.size)
        self.is_packed = False
        return _Measured(self.raw, LARGEST_TEXT)

    def _member(self) -> IO[bytes]:
        try:
            packed = zipfile.ZipFile(self.raw)
            files = [one for one in packed.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX")]
        except zipfile.BadZipFile as error:
            raise Unreadable("damaged", str(error)[:200]) from error
        if len(files) != 1:
            raise Unreadable("several_files" if files else "empty")
        if files[0].flag_bits & 1:
            raise Unreadable("password")
        return packed.open(files[0])

    @property
    def position(self) -> int:
        return self.raw.tell()

    def close(self) -> None:
        self.raw.close()


def sample_of(path: Path) -> bytes:
    """The first bytes of the text. Raises Unreadable."""
    source = Source(path)
    try:
        return source.stream.read(SAMPLE_BYTES)
    finally:
        source.close()


def later_samples(path: Path) -> list[bytes]:
    """Whole lines from further on in a text that is not packed; none of a short one. Raises Unreadable."""
    source = Source(path)
    try:
        if source.size <= SAMPLE_BYTES or source.is_packed:
            return []
        pieces = []
        for part in range(1, _LATER + 1):
            source.raw.seek((source.size - _LATER_BYTES) * part // _LATER)
            piece = source.raw.read(_LATER_BYTES)
            pieces.append(piece[piece.find(b"\n") + 1 : piece.rfind(b"\n") + 1])
        return pieces
    finally:
        source.close()


def encoding_of(sample: bytes) -> str:
    """The character set of a text: by its mark, as UTF-8 where it is that, else by what the letters look like."""
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return name
    if sample[1:200:2].count(0) > len(sample[:200]) // 3:
        return "utf-16-le"
    if sample[0:200:2].count(0) > len(sample[:200]) // 3:
        return "utf-16-be"
    if _is_utf8(sample):
        return "utf-8"
    odd = b"\n".join(line for line in sample.splitlines() if not line.isascii())  # the rest tells nothing
    best = from_bytes(odd[:20_000], cp_isolation=_CANDIDATES).best()
    return best.encoding if best is not None else "cp1252"


def _is_utf8(sample: bytes) -> bool:
    try:
        sample[: sample.rfind(b"\n") + 1 or len(sample)].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(sample) - 4  # a letter cut in two by the end of the sample
    return True


def lines_of(stream: IO[bytes], encoding: str) -> Iterator[tuple[str, bool]]:
    """Each line with its end, and whether it is whole; what is longer than LONGEST_LINE is cut and skipped."""
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline=None)
    while line := text.readline(LONGEST_LINE):
        whole = line.endswith("\n") or len(line) < LONGEST_LINE
        yield line, whole
        while not whole and (rest := text.readline(LONGEST_LINE)):
            whole = rest.endswith("\n")
