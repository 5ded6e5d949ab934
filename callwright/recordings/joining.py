"""Two files, each with one side of a call, as the two channels of one: MixMonitor's options r and t write such."""

import errno
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy
import soundfile  # type: ignore[import-untyped]

from callwright.recordings.audio import NotAudio, NothingRecorded, RawAs, holds_sound, is_full, opened

_BLOCK = 40_000  # frames
_NOTHING = numpy.zeros((0, 1), dtype=numpy.int16)


def join_sides(sides: Sequence[tuple[Path, str]], to: Path, *, raw_as: RawAs) -> None:
    """Writes a 16-bit WAV with one channel for each of the files (path, its name at the source), as long as the longest
    of them. A side in which nothing was recorded is silent. Raises NotAudio, NothingRecorded, OSError.
    """
    alone = RawAs(raw_as.rate, channels=1)
    with ExitStack() as stack:
        try:
            sounds = [
                stack.enter_context(opened(path, name, alone)) if holds_sound(path) else None for path, name in sides
            ]
            rates = {sound.samplerate for sound in sounds if sound is not None}
            if not rates:
                raise NothingRecorded
            if len(rates) > 1:
                raise NotAudio(" / ".join(f"{rate} Hz" for rate in sorted(rates)))
            joined = soundfile.SoundFile(
                to, "w", samplerate=rates.pop(), channels=len(sides), format="WAV", subtype="PCM_16"
            )
            out = stack.enter_context(joined)
            while (block := _block(sounds)) is not None:
                out.write(block)
        except soundfile.LibsndfileError as error:
            if is_full(to):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise NotAudio(str(error.error_string)) from error


def _block(sounds: Sequence[Any]) -> Any:
    """The next frames of all sides beside each other; None at the end of the longest."""
    pieces = [_NOTHING if one is None else one.read(_BLOCK, dtype="int16", always_2d=True) for one in sounds]
    length = max(len(piece) for piece in pieces)
    if not length:
        return None
    block = numpy.zeros((length, len(pieces)), dtype=numpy.int16)
    for channel, piece in enumerate(pieces):
        if len(piece):
            block[: len(piece), channel] = piece.mean(axis=1)
    return block
