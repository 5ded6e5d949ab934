"""The tables of who was asked to register and did, added up (docs/reports-figures.md). Pure."""

from callwright.kit.sums.family import Family

QUALITY = Family(
    base="registration_qualityquarter",
    sums="registration_qualitysum",
    spans="registration_qualityspan",
    things={"account": "account_id", "queue": "queue_id", "agent": "agent_id", "category": "category_id"},
    extra=("direction",),
    added=("asked", "registered", "missing", "wrong"),
    of_all={"none": "qhdm", "category": "hdm", "agent": "dm", "account": "dm", "queue": "dm"},
    of_one={"queue": "qhm", "agent": "dm", "category": "m"},
    has_days=False,
)
