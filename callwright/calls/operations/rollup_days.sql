-- The totals of days of accounts, added up from their calls. Each day brings the span of ids in which its calls lie, in
-- whatever zone; one day after the other, by the key.
SELECT d.account_id, d.local_day, c.*
FROM unnest(%(accounts)s::bigint[], %(days)s::date[], %(lows)s::uuid[], %(highs)s::uuid[])
    AS d (account_id, local_day, low, high)
CROSS JOIN LATERAL (
    SELECT direction, status, coalesce(queue_id, 0), coalesce(employee_id, 0),
           count(*), sum(talk_s), sum(wait_s), sum(ring_s), sum(hold_s)
    FROM calls_call
    WHERE account_id = d.account_id AND id >= d.low AND id < d.high AND local_day = d.local_day
      AND ended_at IS NOT NULL
    GROUP BY 1, 2, 3, 4
) AS c
