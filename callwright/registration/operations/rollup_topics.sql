-- The registrations of days of accounts, those alike of each quarter of an hour together; and the calls that were
-- registered, each once, as topic -1: those in which somebody ticked something. One in which nothing is ticked and
-- written (any more) is none. Each day brings the span of ids in which its calls lie.
SELECT d.account_id, d.local_day, s.*
FROM unnest(%(accounts)s::bigint[], %(days)s::date[], %(lows)s::uuid[], %(highs)s::uuid[])
    AS d (account_id, local_day, low, high)
CROSS JOIN LATERAL (
    WITH registered AS (
        SELECT r.call_id, r.started_at, r.direction, coalesce(r.queue_id, 0) AS queue_id,
            coalesce(r.by_id, 0) AS by_id, coalesce(c.employee_id, 0) AS employee_id,
            coalesce(c.category_id, 0) AS category_id, (c.status = 'answered') AS is_registrable,
            CASE WHEN cardinality(r.topics) > 1 THEN
                (SELECT array_agg(DISTINCT t ORDER BY t) FROM unnest(r.topics) AS t (t)) ELSE r.topics END AS topics,
            row_number() OVER (PARTITION BY r.call_id ORDER BY cardinality(r.topics) = 0, r.id) AS n
        FROM registration_registration r
        LEFT JOIN calls_call c ON c.account_id = d.account_id AND c.id = r.call_id AND c.id >= d.low AND c.id < d.high
        WHERE r.account_id = d.account_id AND r.local_day = d.local_day AND (r.topics <> '{}' OR r.comment <> '')
    )
    SELECT date_bin('15 minutes', started_at, '2000-01-01 00:00Z'), direction, queue_id, by_id, category_id, topics,
        count(*)
    FROM registered
    GROUP BY 1, 2, 3, 4, 5, 6
    UNION ALL
    SELECT date_bin('15 minutes', started_at, '2000-01-01 00:00Z'), direction, queue_id, employee_id, category_id,
        '{-1}'::bigint[], count(*)
    FROM registered WHERE n = 1 AND is_registrable AND topics <> '{}'
    GROUP BY 1, 2, 3, 4, 5
) AS s
