-- What became of the missed calls that fit: one row a day, queue or employee, and (GROUPING SETS) one of all. {value},
-- {name}, {join} and {where} are fixed texts of queries/follow_up_totals.py. Withheld numbers cannot be called back and
-- are counted apart.
SELECT t.total, t.value::text, {name}, t.missed, t.in_time, t.late, t.reached, t.closed, t.waiting, t.overdue, t.withheld
FROM (
    SELECT grouping({value}) AS total, {value} AS value, count(*) AS missed,
        count(*) FILTER (WHERE c.follow_up = 'called_back') AS in_time,
        count(*) FILTER (WHERE c.follow_up = 'called_back_late') AS late,
        count(*) FILTER (WHERE c.follow_up = 'caller_reached_us') AS reached,
        count(*) FILTER (WHERE c.follow_up = 'closed') AS closed,
        count(*) FILTER (WHERE c.follow_up = 'not_called_back' AND c.follow_up_due_at IS NOT NULL) AS waiting,
        count(*) FILTER (WHERE c.follow_up = 'not_called_back' AND c.follow_up_due_at < %(now)s) AS overdue,
        count(*) FILTER (WHERE c.follow_up = 'not_called_back' AND c.follow_up_due_at IS NULL) AS withheld
    FROM calls_call c
    WHERE {where}
    GROUP BY GROUPING SETS (({value}), ())
) AS t {join}
ORDER BY t.total DESC, {order}
LIMIT %(limit)s
