-- Totals of one table that fit a search, by what they are grouped by.
SELECT {value} AS value, sum(t.calls) AS calls, sum(t.talk_s) AS talk_s
FROM {table} t
WHERE {where}
GROUP BY 1
