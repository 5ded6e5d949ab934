"""The tables of who was asked to register and did, added up (docs/reports-figures.md). Pure."""

from callwright.kit.sums.family import Family

QUALITY = Family(
    base="registration_qualityquarter",
    sums="registration_qualitysum",
    spans="registration_qualityspan",
    things={"account": "account_id", "queue": "queue_id", "agent": "agent_id"},
    extra=("direction",),
    added=("asked", "registered", "missing", "wrong"),
    of_all={"agent": "dm"},
    of_one={"agent": "m"},
    has_days=False,
)
