-- What the totals of accounts with other days than the viewer's lack (1) or have too many (-1), by what they are grouped
-- by. What stands in braces is fixed text of queries/other_days.py.
SELECT s.value, sum(s.times) AS calls, sum(s.times * c.talk_s) AS talk_s
FROM calls_call c
LEFT JOIN calls_finaltotals f ON f.account_id = c.account_id
CROSS JOIN LATERAL (VALUES
    ({of_calls}, (c.id >= %(span_low)s AND c.id < %(span_high)s)::int),
    ({of_totals}, -(c.local_day BETWEEN %(first)s AND %(last)s)::int)
) AS s (value, times)
WHERE {where} AND (f.until IS NULL OR c.local_day > f.until)
GROUP BY 1
