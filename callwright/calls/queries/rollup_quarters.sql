-- Where what is counted for reports is not what the calls, or the quarters below, add up to, from %(first)s to before
-- %(end)s (a month): table, account (null: all together), day, calls and talk time as kept and as they should be. Days that
-- stand are left out: their calls are no longer all kept, or anonymous.
WITH days AS (
    SELECT t.account_id, t.local_day AS day, 1 AS side, t.calls::bigint, t.talk_s::bigint, t.answered_20, t.wait_s
    FROM calls_quartertotal t LEFT JOIN calls_standing f ON f.account_id = t.account_id
    WHERE t.local_day >= %(first)s AND t.local_day < %(end)s AND (f.until IS NULL OR t.local_day > f.until)
    UNION ALL
    SELECT c.account_id, c.local_day, -1, 1, c.talk_s, (c.status = 'answered' AND c.wait_s <= 20)::int, c.wait_s
    FROM calls_call c LEFT JOIN calls_standing f ON f.account_id = c.account_id
    WHERE c.local_day >= %(first)s AND c.local_day < %(end)s AND c.ended_at IS NOT NULL
      AND c.id >= %(low)s AND c.id < %(high)s AND (f.until IS NULL OR c.local_day > f.until)
), spans AS (
    SELECT account_id, grain, at, at + CASE grain WHEN 'd' THEN interval '1 day' ELSE interval '1 month' END AS until
    FROM calls_quarterspan
    WHERE state = 'ready' AND at >= %(first)s::timestamp AT TIME ZONE 'UTC' AND at < %(end)s::timestamp AT TIME ZONE 'UTC'
), sums AS (
    SELECT p.account_id, p.at, k.kind,
        coalesce((
            SELECT sum(calls) FROM calls_quartersum s WHERE s.account_id = p.account_id AND s.grain = k.grain
              AND s.kind = k.kind AND s.at >= p.at AND s.at < p.until
        ), 0) AS calls_kept,
        coalesce((
            SELECT sum(talk_s) FROM calls_quartersum s WHERE s.account_id = p.account_id AND s.grain = k.grain
              AND s.kind = k.kind AND s.at >= p.at AND s.at < p.until
        ), 0) AS talk_kept,
        b.calls_true, b.talk_true
    FROM spans p
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(calls), 0) AS calls_true, coalesce(sum(talk_s), 0) AS talk_true FROM calls_quartertotal t
        WHERE t.at >= p.at AND t.at < p.until AND (p.account_id = 0 OR t.account_id = p.account_id)
    ) AS b
    JOIN unnest(%(of)s::text[], %(spans)s::text[], %(kinds)s::text[], %(grains)s::text[]) AS k (of, span, kind, grain)
        ON k.of = CASE p.account_id WHEN 0 THEN 'all' ELSE 'one' END AND k.span = p.grain
)
SELECT 'quarters', account_id, day, coalesce(sum(calls) FILTER (WHERE side = 1), 0)::bigint,
    coalesce(sum(calls) FILTER (WHERE side = -1), 0)::bigint,
    coalesce(sum(talk_s) FILTER (WHERE side = 1), 0)::bigint, coalesce(sum(talk_s) FILTER (WHERE side = -1), 0)::bigint
FROM days
GROUP BY account_id, day
HAVING sum(side * calls) <> 0 OR sum(side * talk_s) <> 0 OR sum(side * answered_20) <> 0 OR sum(side * wait_s) <> 0
UNION ALL
SELECT 'sums of quarters', nullif(account_id, 0), (at AT TIME ZONE 'UTC')::date, calls_kept::bigint, calls_true::bigint,
    talk_kept::bigint, talk_true::bigint
FROM sums WHERE calls_kept <> calls_true OR talk_kept <> talk_true
LIMIT %(limit)s
