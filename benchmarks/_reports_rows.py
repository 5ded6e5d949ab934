"""The statements that make a month of `_reports_year`: what was registered of its calls, who was asked, and all of it
counted by quarters of an hour. They are the product's own, for all rows of a month at once; `_reports_check` compares.
"""

from callwright.calls.figures import AGAIN, AGAIN_WITHIN
from callwright.calls.operations.rollup_hours import _FIGURES, _INTO, _PLACE

_QUARTER = "date_bin('15 minutes', started_at, '2000-01-01 00:00Z')"

# Of a hundred calls that somebody was asked about, two or three were not registered by them, and as many by somebody
# else (too). %(offered)s topics, whose first has the id %(first)s.
ASKED = """
CREATE TEMPORARY TABLE bench_asked ON COMMIT DROP AS
SELECT account_id, id AS call_id, employee_id, queue_id, direction, started_at, ended_at, local_day,
    coalesce(category_id, 0) AS category_id,
    CASE WHEN bench_chance(h, 21) < .7 THEN ARRAY[one] ELSE ARRAY[least(one, two), greatest(one, two)] END AS topics,
    CASE WHEN bench_chance(h, 23) >= .025 THEN (substr(t, 1, 15) || '8' || substr(t, 17))::uuid END AS own_id,
    CASE WHEN bench_chance(h, 24) < .025 THEN (substr(t, 1, 15) || '9' || substr(t, 17))::uuid END AS other_id,
    %(first_employee)s + (employee_id - %(first_employee)s + 1) %% %(employees)s AS other_by
FROM (
    SELECT *, %(first)s + k AS one, %(first)s + (k + 8) %% %(offered)s AS two
    FROM (
        SELECT *, (%(offered)s * power(bench_chance(h, 22), 2))::bigint %% %(offered)s AS k
        FROM (
            SELECT *, id::text AS t, hashtextextended(id::text, 0) AS h FROM {table}
            WHERE answered_at IS NOT NULL AND direction <> 'internal' AND employee_id IS NOT NULL
            OFFSET 0
        ) AS c
        OFFSET 0
    ) AS c
) AS c
"""
# What is found against a registration follows from its id: of a hundred one, mostly open, some corrected or dismissed.
REGISTERED = """
CREATE TEMPORARY TABLE bench_registered ON COMMIT DROP AS
SELECT s.id, s.by_id, s.topics, c.account_id, c.call_id, c.queue_id, c.direction, c.started_at, c.ended_at,
    c.local_day, c.category_id, bench_chance(hashtextextended(s.id::text, 0), 25) AS fault
FROM bench_asked c
CROSS JOIN LATERAL (VALUES (c.own_id, c.employee_id, c.topics), (c.other_id, c.other_by, c.topics[1:1]))
    AS s (id, by_id, topics)
WHERE s.id IS NOT NULL
ORDER BY s.id
"""
TOLD = """
CREATE TEMPORARY TABLE bench_told ON COMMIT DROP AS
SELECT account_id, call_id, employee_id AS agent_id, local_day, started_at, direction,
    coalesce(queue_id, 0) AS queue_id, category_id, true AS asked, false AS demanded, own_id IS NOT NULL AS registered,
    own_id IS NULL AND other_id IS NULL AS missing,
    coalesce(bench_chance(hashtextextended(own_id::text, 0), 25) < .008, false) AS wrong
FROM bench_asked
UNION ALL
SELECT account_id, call_id, other_by, local_day, started_at, direction, coalesce(queue_id, 0),
    category_id, false, false, true, false, bench_chance(hashtextextended(other_id::text, 0), 25) < .008
FROM bench_asked WHERE other_id IS NOT NULL
ORDER BY call_id
"""
REGISTRATIONS = """
INSERT INTO registration_registration (id, account_id, call_id, by_id, queue_id, direction, started_at, local_day,
    topics, words, comment, revision, created_at, updated_at)
SELECT r.id, account_id, call_id, by_id, queue_id, direction, started_at, local_day, topics,
    CASE WHEN two.id IS NULL THEN one.words ELSE one.words || two.words END, '', 1, ended_at, ended_at
FROM bench_registered r JOIN bench_topic one ON one.id = r.topics[1] LEFT JOIN bench_topic two ON two.id = r.topics[2]
ORDER BY r.id
"""
FINDINGS = """
INSERT INTO registration_qualityfinding (account_id, call_id, registration_id, rule_id, agent_id, queue_id, direction,
    started_at, detail, found_at, closed_at, how, reason)
SELECT account_id, call_id, id, (SELECT min(id) FROM registration_qualityrule) + (fault * 100000)::bigint %% 4, by_id,
    queue_id, direction, started_at, '{{}}', ended_at + interval '1 day',
    CASE WHEN fault >= .006 THEN ended_at + interval '2 days' END,
    CASE WHEN fault < .006 THEN '' WHEN fault < .008 THEN 'corrected' ELSE 'dismissed' END, ''
FROM bench_registered WHERE fault < .010 ORDER BY id
"""
TOPIC_QUARTERS = f"""
INSERT INTO registration_topicquarter (account_id, local_day, at, direction, queue_id, employee_id, category_id, topics,
    registrations)
SELECT account_id, local_day, {_QUARTER}, direction, coalesce(queue_id, 0), by_id, category_id, topics, count(*)
FROM bench_registered GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
UNION ALL
SELECT account_id, local_day, {_QUARTER}, direction, coalesce(queue_id, 0), employee_id, category_id, '{{{{-1}}}}',
    count(*)
FROM bench_asked WHERE own_id IS NOT NULL OR other_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
QUALITY_QUARTERS = f"""
INSERT INTO registration_qualityquarter (account_id, at, direction, queue_id, agent_id, category_id, asked,
    registered, missing, wrong)
SELECT account_id, {_QUARTER}, direction, queue_id, agent_id, category_id, sum(asked::int), sum(registered::int),
    sum(missing::int), sum(wrong::int)
FROM bench_told GROUP BY 1, 2, 3, 4, 5, 6
"""
CALL_QUARTERS = (
    f"{_INTO} SELECT c.account_id, c.local_day, {_PLACE}, {_FIGURES} FROM {{table}} c"
    " WHERE c.ended_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7"
)
OF_A_MONTH = (
    ASKED, REGISTERED, TOLD, REGISTRATIONS, FINDINGS, TOPIC_QUARTERS,
    "INSERT INTO registration_askedagent (account_id, call_id, agent_id, local_day, started_at, direction, queue_id,"
    " category_id, asked, demanded, registered, missing, wrong) SELECT * FROM bench_told",
    QUALITY_QUARTERS, CALL_QUARTERS,
)  # fmt: skip
TOUCHED = {  # days of accounts whose sums are due
    "calls": "SELECT DISTINCT account_id, date_trunc('day', started_at, 'UTC') FROM {table}",
    "asked": "SELECT DISTINCT account_id, date_trunc('day', started_at, 'UTC') FROM bench_asked",
    "registered": "SELECT DISTINCT account_id, date_trunc('day', started_at, 'UTC') FROM bench_registered",
    "again": "SELECT DISTINCT account_id, date_trunc('day', at, 'UTC') FROM calls_callagain",
}
_COUNTED = ", ".join(f"(gap <= interval '{days} days')::int" for days in AGAIN_WITHIN)
PAIRS = f"""
INSERT INTO calls_callagain (account_id, later_id, side, local_day, earlier_day, at, queue_id, employee_id, category_id,
    {", ".join(AGAIN.added)})
SELECT c.account_id, c.id, s.side, c.local_day, c.earlier_day,
    date_bin('15 minutes', CASE s.side WHEN 'again' THEN c.started_at - c.gap ELSE c.started_at END,
        '2000-01-01 00:00Z'),
    coalesce(CASE s.side WHEN 'again' THEN c.earlier_queue ELSE c.queue_id END, 0),
    coalesce(CASE s.side WHEN 'again' THEN c.earlier_agent ELSE c.employee_id END, 0),
    coalesce(CASE s.side WHEN 'again' THEN c.earlier_category ELSE c.category_id END, 0), {_COUNTED}
FROM (
    SELECT account_id, id, local_day, started_at, queue_id, employee_id, category_id,
        lag(local_day) OVER w AS earlier_day, lag(queue_id) OVER w AS earlier_queue,
        lag(employee_id) OVER w AS earlier_agent, lag(category_id) OVER w AS earlier_category,
        lag(status) OVER w AS earlier_status, started_at - lag(started_at) OVER w AS gap
    FROM calls_call
    WHERE direction = 'inbound' AND client_number <> '' AND ended_at IS NOT NULL AND account_id %% 2 = %(half)s
    WINDOW w AS (PARTITION BY account_id, client_number ORDER BY id)
) AS c
CROSS JOIN LATERAL (VALUES ('repeat'), ('again')) AS s (side)
WHERE c.gap <= interval '30 days' AND (s.side = 'repeat' OR c.earlier_status = 'answered')
"""
STATES = """
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
ORDER BY at
"""
