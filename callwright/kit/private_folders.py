"""Folders with what people said and wrote: for the user that the product runs as, not for all of the machine."""

from pathlib import Path


def private_folder(folder: Path) -> Path:
    """Makes the folder, and those above it that are missing, for their owner alone; what is there is left as it is."""
    missing = []
    above = folder
    while not above.exists():
        missing.append(above)
        above = above.parent
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
    return folder
