-- The groups of a search with the number of calls and the talk time of each. {value}, {name}, {join}, {where} and
-- {order} are fixed texts of queries/groups.py.
SELECT f.value, {name}, f.calls, f.talk_s
FROM (
    SELECT {value} AS value, count(*) AS calls, sum(c.talk_s) AS talk_s
    FROM calls_call c
    WHERE {where}
    GROUP BY 1
    ORDER BY {order}
    LIMIT {limit}
) AS f {join}
ORDER BY {order}
