"""The tables of agents' times added up (docs/reports-figures.md). Pure."""

from callwright.kit.sums.family import Family

TIMES = Family(
    base="staff_timequarter",
    sums="staff_timesum",
    spans="staff_timespan",
    things={"agent": "user_id"},
    extra=("state", "reason_id"),
    added=("lasted_ms", "begun"),
    of_all={"none": "qhdm", "agent": "hdm"},
)
