-- Where totals are not what their calls, or the totals below them, add up to, from %(first)s to before %(end)s (whole
-- months): table, account (null: all together), day or month, calls and talk time as kept and as they should be. Days of
-- final totals are left out: their calls are no longer all kept.
WITH kept AS (
    SELECT t.* FROM calls_daytotal t LEFT JOIN calls_finaltotals f ON f.account_id = t.account_id
    WHERE t.local_day >= %(first)s AND t.local_day < %(end)s AND (f.until IS NULL OR t.local_day > f.until)
), lines AS (
    SELECT 'day' AS kind, 1 AS side, account_id, local_day AS day, direction, status, queue_id, employee_id,
           calls::bigint, talk_s, wait_s, ring_s, hold_s
    FROM kept
    UNION ALL
    SELECT 'day', -1, c.account_id, c.local_day, c.direction, c.status, coalesce(c.queue_id, 0),
           coalesce(c.employee_id, 0), count(*), sum(c.talk_s), sum(c.wait_s), sum(c.ring_s), sum(c.hold_s)
    FROM calls_call c LEFT JOIN calls_finaltotals f ON f.account_id = c.account_id
    WHERE c.local_day >= %(first)s AND c.local_day < %(end)s AND c.ended_at IS NOT NULL
      AND c.id >= %(low)s AND c.id < %(high)s AND (f.until IS NULL OR c.local_day > f.until)
    GROUP BY 3, 4, 5, 6, 7, 8
    UNION ALL
    SELECT 'month', 1, account_id, month, direction, status, queue_id, 0, calls, talk_s, wait_s, ring_s, hold_s
    FROM calls_monthtotal WHERE month >= %(first)s AND month < %(end)s
    UNION ALL
    SELECT 'month', -1, account_id, date_trunc('month', local_day)::date, direction, status, queue_id, 0,
           sum(calls), sum(talk_s), sum(wait_s), sum(ring_s), sum(hold_s)
    FROM kept GROUP BY 3, 4, 5, 6, 7
    UNION ALL
    SELECT 'all_day', 1, NULL, local_day, direction, status, 0, employee_id, calls, talk_s, wait_s, ring_s, hold_s
    FROM calls_alldaytotal WHERE local_day >= %(first)s AND local_day < %(end)s
    UNION ALL
    SELECT 'all_day', -1, NULL, local_day, direction, status, 0, employee_id,
           sum(calls), sum(talk_s), sum(wait_s), sum(ring_s), sum(hold_s)
    FROM kept GROUP BY 4, 5, 6, 8
    UNION ALL
    SELECT 'all_month', 1, NULL, month, direction, status, 0, employee_id, calls, talk_s, wait_s, ring_s, hold_s
    FROM calls_allmonthtotal WHERE month >= %(first)s AND month < %(end)s
    UNION ALL
    SELECT 'all_month', -1, NULL, date_trunc('month', local_day)::date, direction, status, 0, employee_id,
           sum(calls), sum(talk_s), sum(wait_s), sum(ring_s), sum(hold_s)
    FROM kept GROUP BY 4, 5, 6, 8
), unequal AS (
    SELECT kind, account_id, day,
           sum(calls) FILTER (WHERE side = 1) AS calls_kept, sum(calls) FILTER (WHERE side = -1) AS calls_true,
           sum(talk_s) FILTER (WHERE side = 1) AS talk_kept, sum(talk_s) FILTER (WHERE side = -1) AS talk_true
    FROM lines
    GROUP BY kind, account_id, day, direction, status, queue_id, employee_id
    HAVING sum(side * calls) <> 0 OR sum(side * talk_s) <> 0 OR sum(side * wait_s) <> 0 OR sum(side * ring_s) <> 0
        OR sum(side * hold_s) <> 0
)
SELECT kind, account_id, day, coalesce(sum(calls_kept), 0)::bigint, coalesce(sum(calls_true), 0)::bigint,
       coalesce(sum(talk_kept), 0)::bigint, coalesce(sum(talk_true), 0)::bigint
FROM unequal
GROUP BY 1, 2, 3
ORDER BY 3, 1, 2
LIMIT %(limit)s
