"""The columns of the register's list. Pure."""

from collections.abc import Iterable

ALL = (
    "marker", "date", "time", "status", "direction", "contact", "category", "number", "account", "dialled", "queue",
    "employee", "extension", "ring", "wait", "hold", "talk", "too_long", "transferred", "hangup", "comment",
    "follow_up",
    "recording",
)  # fmt: skip
USUAL = (
    "marker", "date", "time", "status", "contact", "number", "account", "employee", "wait", "talk", "recording",
    "queue", "comment",
)  # fmt: skip
ALWAYS = "time"
"""The way into a call: every choice keeps it."""


def chosen_columns(wanted: Iterable[object], *, house: bool) -> tuple[str, ...]:
    """`wanted` without what is no column and without repetition, the usual ones when nothing is left; a house has no
    use for a column with its only account.
    """
    known = [name for name in dict.fromkeys(one for one in wanted if isinstance(one, str)) if name in ALL]
    if not known:
        return tuple(name for name in USUAL if not (house and name == "account"))
    if ALWAYS not in known:
        known.insert(1 if known[0] == "marker" else 0, ALWAYS)
    return tuple(known)
