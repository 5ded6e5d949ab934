-- Calls that fit a search, by what they are grouped by.
SELECT {value} AS value, count(*) AS calls, sum(c.talk_s) AS talk_s
FROM calls_call c
WHERE {where}
GROUP BY 1
