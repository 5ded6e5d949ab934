"""The tables of registrations added up (docs/reports-figures.md). Pure."""

from callwright.kit.sums.family import Family

ANY, CALL = 0, -1
"""Instead of a topic: a registration, whatever was ticked; a registered call, whoever registered it."""

_THINGS = {"account": "account_id", "queue": "queue_id", "agent": "employee_id", "category": "category_id"}

TOPICS = Family(
    base="registration_topicquarter",
    sums="registration_topicsum",
    spans="registration_topicspan",
    things=_THINGS,
    extra=("direction", "topic_id"),
    added=("registrations",),
    of_all={"none": "qhdm", "category": "dm", "agent": "m", "account": "m", "queue": "m"},
    of_one={"queue": "qhm", "agent": "m", "category": "m"},
    opened=f"CROSS JOIN LATERAL unnest(array_remove(t.topics, {CALL}::bigint)) AS x (topic_id)",
)
"""Each topic that was ticked."""

REGISTERED = Family(
    base=TOPICS.base,
    sums="registration_registeredsum",
    spans="registration_registeredspan",
    things=_THINGS,
    extra=("direction", "topic_id"),
    added=("registrations",),
    of_all={"none": "qhdm", "category": "hdm", "agent": "dm", "account": "dm", "queue": "dm"},
    of_one={"queue": "qhm", "agent": "m", "category": "m"},
    opened=f"CROSS JOIN LATERAL (SELECT CASE WHEN t.topics = '{{{CALL}}}' THEN {CALL} ELSE {ANY} END) AS x (topic_id)",
)
"""Registrations and registered calls, each once: few enough to be summed by days too."""
