"""The ground of `reports`: a year of calls in 2 000 accounts, what was registered of them, and states of 300 agents."""

from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks import _many_calls
from benchmarks._many_calls import EMPLOYEES

DAYS, TOPICS, CATEGORIES = 365, 60, 6
CHANGES = (("ready", 240), ("ringing", 8), ("talking", 190), ("wrap_up", 40))
"""What an agent goes through again and again on a working day of nine hours, with seconds; and a pause now and then."""

_REGISTERED = """
INSERT INTO registration_registration (
    id, account_id, call_id, by_id, queue_id, direction, started_at, local_day, topics, words, comment, revision,
    created_at, updated_at
)
SELECT (substr(id::text, 1, 15) || '8' || substr(id::text, 17))::uuid, account_id, id, employee_id, queue_id, direction,
    started_at, local_day, topics,
    (SELECT jsonb_agg(jsonb_build_array('Category', '', 'Topic ' || t)) FROM unnest(topics) AS t), '', 1,
    ended_at, ended_at
FROM (
    SELECT c.*, CASE WHEN u < .7 THEN ARRAY[first] ELSE ARRAY[first, 1 + (first + 7) %% %(topics)s] END AS topics
    FROM (
        SELECT *, bench_chance(hashtextextended(id::text, 0), 21) AS u,
            1 + (%(topics)s * power(bench_chance(hashtextextended(id::text, 0), 22), 2))::bigint %% %(topics)s AS first
        FROM calls_call
        WHERE status = 'answered' AND direction <> 'internal' AND employee_id IS NOT NULL
          AND id >= %(low)s AND id < %(high)s
    ) AS c
) AS ticked
"""
_STATES = """
INSERT INTO staff_agentstatechange (id, user_id, state, extension, at)
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
        || substr(md5(user_id::text || at), 1, 3) || 'a' || substr(md5(user_id::text || at), 4, 15))::uuid,
    user_id, state, '', at
FROM (
    SELECT u.id AS user_id, CASE WHEN n %% 16 = 15 THEN 'paused' ELSE (%(states)s::text[])[1 + n %% 4] END AS state,
        d + interval '7 hours' + (n / 4) * 129600 / %(changes)s * interval '1 second'
            + (%(after)s::int[])[1 + n %% 4] * interval '1 second' + u.id %% 900 * interval '1 second' AS at
    FROM staff_user u, generate_series(%(begin)s::timestamptz, %(end)s::timestamptz, interval '1 day') AS d,
        generate_series(0, %(changes)s - 1) AS n
    WHERE u.username LIKE 'u%%' AND extract(isodow FROM d) < 6
    UNION ALL
    SELECT u.id, 'logged_out', d + interval '16 hours 30 minutes' + u.id %% 900 * interval '1 second'
    FROM staff_user u, generate_series(%(begin)s::timestamptz, %(end)s::timestamptz, interval '1 day') AS d
    WHERE u.username LIKE 'u%%' AND extract(isodow FROM d) < 6
) AS changes
"""


class Year(_many_calls.Ground):
    """The calls of `_many_calls`, all in one year, with registrations, states and everything added up."""

    def __init__(self, calls: int) -> None:
        _many_calls.DAYS, _many_calls._finish = DAYS, _finish
        super().__init__(calls)
        from callwright.staff.models import User

        self.agents = list(User.objects.filter(username__startswith="u").order_by("pk").values_list("pk", flat=True))
        assert len(self.agents) == EMPLOYEES


def _finish(now: datetime) -> None:
    from django.db import connection

    begin = (now - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE calls_call")
        cursor.execute("SELECT count(*) FROM calls_call")
        (calls,) = cursor.fetchone()
        for low, high in _months(begin, now):
            cursor.execute(_REGISTERED, {"topics": TOPICS, "low": low, "high": high})
        _many_calls._say("registrations made")
        states = [state for state, _ in CHANGES]
        after = [sum(seconds for _, seconds in CHANGES[:n]) for n in range(len(CHANGES))]
        changes = 4 * min(17, max(2, calls // 500_000))
        values = {"states": states, "after": after, "changes": changes, "begin": begin, "end": now - timedelta(days=1)}
        cursor.execute(_STATES, values)
        _many_calls._say("states of agents made")
        cursor.execute("VACUUM (ANALYZE) calls_call, registration_registration, staff_agentstatechange")
    add_up(begin, now)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_ready AS SELECT %s::timestamptz AS at, count(*) AS calls FROM calls_call", [now]
        )


def add_up(begin: datetime, now: datetime) -> None:
    """What the worker does with a year of calls that it has not seen."""
    from django.db import connection

    from callwright.calls.operations.rollup_again import look_who_called_again
    from callwright.calls.operations.rollup_days import rebuild
    from callwright.calls.operations.rollup_hours import keep_sums_of_calls
    from callwright.registration.operations.rollup_topics import add_up_topics, keep_sums_of_topics, rebuild_topics
    from callwright.staff.operations.add_up_times import add_up_times

    first, last = begin.date() - timedelta(days=1), now.date() + timedelta(days=1)
    rebuild(first, last)
    _many_calls._say("calls counted by quarters of an hour, and who called again")
    rebuild_topics(first, last)
    add_up_topics(now)
    _many_calls._say("registrations added up")
    add_up_times(now)
    _many_calls._say("times of agents added up")
    keep_sums_of_calls(now)
    keep_sums_of_topics(now)
    look_who_called_again(now)
    _many_calls._say("sums of days and months made")
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")


TABLES = (
    "calls_quartertotal", "calls_quartersum", "calls_callagain", "calls_againsum", "registration_topicquarter",
    "registration_topicsum", "staff_timequarter", "staff_timesum",
)  # fmt: skip


def sizes() -> list[tuple[str, int, int]]:
    """(table, rows, megabytes) of what is kept beside the calls, and of the calls."""
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for table in (*TABLES, "registration_registration", "staff_agentstatechange"):
            cursor.execute("SELECT greatest(reltuples, 0)::bigint, pg_total_relation_size(oid) >> 20 FROM pg_class"
                           " WHERE relname = %s", [table])  # fmt: skip
            found.append((table, *cursor.fetchone()))
        cursor.execute(
            "SELECT sum(greatest(reltuples, 0))::bigint, sum(pg_total_relation_size(oid))::bigint >> 20 FROM pg_class"
            " WHERE relname LIKE 'calls\\_call\\_2%%' AND relkind = 'r'"
        )
        found.append(("calls_call", *cursor.fetchone()))
    return found


def _months(begin: datetime, now: datetime) -> list[tuple[Any, Any]]:
    from callwright.calls.operations.ensure_partitions import following
    from callwright.kit.identity import uuid7_floor

    found, month = [], begin.date().replace(day=1)
    while month <= now.date():
        after = following(month)
        found.append(tuple(uuid7_floor(datetime(m.year, m.month, 1, tzinfo=UTC)) for m in (month, after)))
        month = after
    return found
