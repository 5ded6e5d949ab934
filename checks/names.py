"""File names that say nothing."""

from checks.tree import tracked

_BANNED = {"services", "utils", "helpers", "managers", "common", "misc", "base2"}


def found() -> list[str]:
    return [
        f"{path}: {part!r} says nothing; name it after what it does"
        for path in tracked()
        for part in (*path.parts[:-1], path.stem)
        if part in _BANNED
    ]
