"""What is in a file: whether it is sound, how long, and its waveform; and the same sound as browsers play it.

Files are read a few seconds at a time, so that four hours need no more memory than four seconds.
"""

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import soundfile  # type: ignore[import-untyped]

from callwright.recordings.rules import EMPTY_WAV_BYTES, Peaks

_PIECE_S = 0.05
_BLOCK_S = 5
# raw files say nothing of themselves: their ending does
_RAW = {
    "ulaw": ("ULAW", 8000, 1), "ul": ("ULAW", 8000, 1), "pcm": ("ULAW", 8000, 1),
    "alaw": ("ALAW", 8000, 1), "al": ("ALAW", 8000, 1),
    "gsm": ("GSM610", 8000, 1), "sln": ("PCM_16", 8000, 1), "raw": ("PCM_16", 0, 0),
}  # fmt: skip
_KINDS = {"WAV": "audio/wav", "WAVEX": "audio/wav", "MP3": "audio/mpeg", "OGG": "audio/ogg", "FLAC": "audio/flac"}
# what every browser plays; WAV only with these samples
_PLAYED = frozenset(("MP3", "FLAC"))
_PLAYED_WAV = frozenset(("PCM_16", "PCM_U8"))
_NOT_SOUND = (b"<!doctype", b"<html", b"<?xml", b"{", b"%pdf", b"pk\x03\x04")


class NotAudio(Exception):
    """The file is something else, or damaged; the message is the library's."""


class NothingRecorded(Exception):
    """The file is sound of no length: the PBX opened it and wrote nothing."""


@dataclass(frozen=True, slots=True)
class Sound:
    """`playable`: browsers play the file as it is. `peaks` as `rules.Peaks` keeps them."""

    kind: str
    seconds: float
    channels: int
    rate: int
    playable: bool
    peaks: bytes


@dataclass(frozen=True, slots=True)
class RawAs:
    """How a `.raw` file is read: what MixMonitor's option D writes."""

    rate: int = 8000
    channels: int = 2


def examine(path: Path, *, name: str, raw_as: RawAs, copy_to: Path | None = None) -> Sound:
    """Reads the whole file once. Where browsers could not play it, it is written to `copy_to` as 16-bit WAV meanwhile.

    Raises NotAudio, NothingRecorded, OSError (the copy could not be written).
    """
    if not holds_sound(path):
        raise NothingRecorded
    try:
        with opened(path, name, raw_as) as sound:
            return _read(sound, copy_to)
    except soundfile.LibsndfileError as error:
        raise NotAudio(str(error.error_string)) from error


def holds_sound(path: Path) -> bool:
    """Whether more than the head of a file was written. Raises NotAudio for what is plainly text."""
    if path.stat().st_size <= EMPTY_WAV_BYTES:
        return False
    with path.open("rb") as file:
        if file.read(16).lstrip().lower().startswith(_NOT_SOUND):
            raise NotAudio("text")
    return True


def opened(path: Path, name: str, raw_as: RawAs) -> soundfile.SoundFile:
    """A file to be read as sound; raw ones as their ending in `name` says. Raises LibsndfileError."""
    ending = name.rpartition(".")[2].lower()
    if ending not in _RAW:
        return soundfile.SoundFile(path)
    subtype, rate, channels = _RAW[ending]
    return soundfile.SoundFile(
        path, format="RAW", subtype=subtype, samplerate=rate or raw_as.rate, channels=channels or raw_as.channels
    )


def _read(sound: soundfile.SoundFile, copy_to: Path | None) -> Sound:
    playable = sound.format in _PLAYED or (sound.format in ("WAV", "WAVEX") and sound.subtype in _PLAYED_WAV)
    copy = None
    if not playable and copy_to is not None:
        copy = soundfile.SoundFile(
            copy_to, "w", samplerate=sound.samplerate, channels=sound.channels, format="WAV", subtype="PCM_16"
        )
    peaks, frames = Peaks(sound.channels), 0
    piece = max(1, int(sound.samplerate * _PIECE_S))
    try:
        # read, not blocks: what is coded as GSM cannot be wound, and is asked how long it is in vain
        size = piece * int(_BLOCK_S / _PIECE_S)
        while len(block := sound.read(size, dtype="int16", always_2d=True)):
            frames += len(block)
            for loudest in _loudest(block, piece):
                peaks.add(loudest)
            if copy is not None:
                copy.write(block)
    except soundfile.LibsndfileError as error:
        if copy_to is not None and is_full(copy_to):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise
    finally:
        if copy is not None:
            copy.close()
    if frames == 0:
        raise NothingRecorded
    kind = _KINDS.get(sound.format, "application/octet-stream")
    return Sound(kind, frames / sound.samplerate, sound.channels, sound.samplerate, playable, peaks.as_bytes())


def _loudest(block: Any, piece: int) -> Any:
    """The loudest of each piece, per channel, 0 to 1; the last may be shorter."""
    whole = len(block) // piece * piece
    loud = numpy.abs(block.astype(numpy.int32))
    rows = list(loud[:whole].reshape(-1, piece, block.shape[1]).max(axis=1) / 32768)
    if whole < len(block):
        rows.append(loud[whole:].max(axis=0) / 32768)
    return rows


def is_full(path: Path) -> bool:
    """Whether there is no room left beside a file: the library does not say why it could not write."""
    free = os.statvfs(path.parent)
    return free.f_bavail * free.f_frsize < 1024 * 1024
