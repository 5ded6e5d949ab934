-- How long each agent was in each state from %(begin)s to before %(end)s, cut at quarters of an hour of UTC: user, quarter,
-- state, reason, milliseconds, how often it began there. %(low)s and %(high)s are the ids of changes between the two.
WITH changes AS (
    SELECT u.id AS user_id, l.state, l.reason_id, %(begin)s::timestamptz AS at, 0 AS begun, NULL::uuid AS id
    FROM staff_user u
    CROSS JOIN LATERAL (
        SELECT state, reason_id FROM staff_agentstatechange
        WHERE user_id = u.id AND at < %(begin)s ORDER BY at DESC, id DESC LIMIT 1
    ) AS l
    WHERE {users}
    UNION ALL
    SELECT u.user_id, u.state, u.reason_id, u.at, 1, u.id FROM staff_agentstatechange u
    WHERE u.id >= %(low)s AND u.id < %(high)s AND u.at >= %(begin)s AND u.at < %(end)s AND {users_of_changes}
), spans AS (
    SELECT *, lead(at, 1, %(end)s) OVER (PARTITION BY user_id ORDER BY at, begun, id) AS until FROM changes
)
SELECT s.user_id, q.at, s.state, coalesce(s.reason_id, 0) AS reason_id,
    sum(round(1000 * greatest(0, extract(epoch FROM
        least(s.until, q.at + interval '15 minutes') - greatest(s.at, q.at)))))::bigint AS lasted_ms,
    sum(CASE WHEN s.at >= q.at THEN s.begun ELSE 0 END)::bigint AS begun
FROM spans s
CROSS JOIN LATERAL generate_series(
    date_bin('15 minutes', s.at, '2000-01-01 00:00Z'), s.until, interval '15 minutes'
) AS q (at)
WHERE s.state <> 'logged_out' AND (q.at < s.until OR q.at <= s.at)
GROUP BY 1, 2, 3, 4
