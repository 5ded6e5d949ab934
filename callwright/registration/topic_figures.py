"""The tables of registrations added up (docs/reports-figures.md). Pure."""

from callwright.kit.sums.family import Family

ANY, CALL = 0, -1
"""Instead of a topic: a registration, whatever was ticked; a registered call, whoever registered it."""

TOPICS = Family(
    base="registration_topicquarter",
    sums="registration_topicsum",
    spans="registration_topicspan",
    things={"account": "account_id", "queue": "queue_id", "agent": "employee_id", "category": "category_id"},
    extra=("direction", "topic_id"),
    added=("registrations",),
    of_all={"none": "qdm", "category": "qdm", "agent": "m", "account": "m", "queue": "m"},
    of_one={"queue": "qm", "agent": "m", "category": "m"},
    opened=(
        "CROSS JOIN LATERAL unnest("
        "CASE WHEN t.topics = '{-1}' THEN t.topics ELSE array_prepend(0::bigint, t.topics) END) AS x (topic_id)"
    ),
)
