"""What is counted of finished calls for reports, and how (docs/reports-figures.md). Pure."""

from datetime import timedelta

from callwright.kit.sums.family import Family

WITHIN = (5, 10, 15, 20, 30, 45, 60, 90, 120)
"""Seconds of waiting up to which answered and abandoned calls are counted; in between nothing is known."""

AGAIN_WITHIN = (1, 2, 3, 7, 14, 30)
"""Days (of 24 hours) within which a client's next call is counted."""

LONGEST_GAP = timedelta(days=30)

ANSWERED = "c.status = 'answered'"
ABANDONED = "c.status = 'abandoned'"
KNOWN = "c.direction = 'inbound' AND c.client_number <> ''"

OF_CALLS = {
    "calls": "count(*)",
    "answered": f"count(*) FILTER (WHERE {ANSWERED})",
    "missed": "count(*) FILTER (WHERE c.status = 'missed')",
    "abandoned": f"count(*) FILTER (WHERE {ABANDONED})",
    "known": f"count(*) FILTER (WHERE {KNOWN})",
    "known_answered": f"count(*) FILTER (WHERE {KNOWN} AND {ANSWERED})",
    **{f"answered_{s}": f"count(*) FILTER (WHERE {ANSWERED} AND c.wait_s <= {s})" for s in WITHIN},
    **{f"abandoned_{s}": f"count(*) FILTER (WHERE {ABANDONED} AND c.wait_s <= {s})" for s in WITHIN},
    "wait_s": "sum(c.wait_s)",
    "answered_wait_s": f"coalesce(sum(c.wait_s) FILTER (WHERE {ANSWERED}), 0)",
    "talk_s": "sum(c.talk_s)",
    "hold_s": "sum(c.hold_s)",
    "ring_s": "sum(c.ring_s)",
}
"""Each figure that is added up, as it is counted from rows `c` of the register."""

LONGEST_OF_CALLS = {"wait_max_s": "max(c.wait_s)"}

THINGS = {"account": "account_id", "queue": "queue_id", "agent": "employee_id", "category": "category_id"}

CALLS = Family(
    base="calls_quartertotal",
    sums="calls_quartersum",
    spans="calls_quarterspan",
    things=THINGS,
    extra=("direction",),
    added=tuple(OF_CALLS),
    longest=tuple(LONGEST_OF_CALLS),
    of_all={"none": "qhdm", "category": "qhdm", "account": "dm", "queue": "dm", "agent": "dm"},
    of_one={"queue": "qhm", "agent": "m", "category": "m"},
)

AGAIN = Family(
    base="calls_callagain",
    sums="calls_againsum",
    spans="calls_againspan",
    things=THINGS,
    extra=("side",),
    added=tuple(f"within_{days}" for days in AGAIN_WITHIN),
    of_all={"none": "dm", "category": "dm", "account": "dm", "queue": "dm", "agent": "dm"},
    of_one={"queue": "m", "agent": "m", "category": "m"},
    settles=LONGEST_GAP + timedelta(days=1),
    has_days=False,
)


def edge_of(within_s: int) -> int:
    """The longest of `WITHIN` that is not longer: what is counted as answered within so many seconds. Raises ValueError
    below the first.
    """
    found = [edge for edge in WITHIN if edge <= within_s]
    if not found:
        raise ValueError(f"answers within {within_s} s are not counted, only from {WITHIN[0]} s on")
    return found[-1]
