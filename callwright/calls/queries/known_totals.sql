-- The groups of a search from totals and, for what has none yet, from calls. The parts are made in
-- queries/known_totals.py.
SELECT value, sum(calls)::bigint AS calls, sum(talk_s)::bigint AS talk_s
FROM (
{parts}
) AS f
GROUP BY 1
HAVING sum(calls) <> 0
