-- The groups of a search with the number of calls and the talk time of each. What stands in braces is fixed text of
-- queries/groups.py and queries/known_totals.py.
SELECT f.value, {name}, f.calls, f.talk_s
FROM (SELECT * FROM (
{groups}
) AS g ORDER BY {order} LIMIT {limit}) AS f {join}
ORDER BY {order}
