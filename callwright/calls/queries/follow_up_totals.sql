-- What became of the missed calls that fit: one row a day, queue or employee, and one of all of them. What stands in
-- braces are fixed texts of queries/follow_up_totals.py. A call can stand in the rows of several employees, and once in
-- the row of all. Withheld numbers cannot be called back and are counted apart.
WITH missed AS MATERIALIZED (
    SELECT c.account_id, c.id, c.started_at, c.queue_id, c.assigned_to_id, c.follow_up, c.follow_up_due_at,
        {is_withheld} AS withheld
    FROM calls_call c
    WHERE {where}
), counted AS (
    SELECT true AS total, NULL AS value, c.follow_up, c.follow_up_due_at, c.withheld FROM missed c
    UNION ALL
    SELECT false, {value}, c.follow_up, c.follow_up_due_at, c.withheld FROM missed c {whose}
)
SELECT t.total, t.value::text, {name}, t.missed, t.in_time, t.late, t.reached, t.closed, t.waiting, t.overdue, t.withheld
FROM (
    SELECT total, value, count(*) AS missed,
        count(*) FILTER (WHERE follow_up = 'called_back') AS in_time,
        count(*) FILTER (WHERE follow_up = 'called_back_late') AS late,
        count(*) FILTER (WHERE follow_up = 'caller_reached_us') AS reached,
        count(*) FILTER (WHERE follow_up = 'closed') AS closed,
        count(*) FILTER (WHERE follow_up = 'not_called_back' AND NOT withheld) AS waiting,
        count(*) FILTER (WHERE follow_up = 'not_called_back' AND NOT withheld AND follow_up_due_at < %(now)s) AS overdue,
        count(*) FILTER (WHERE follow_up = 'not_called_back' AND withheld) AS withheld
    FROM counted
    GROUP BY total, value
) AS t {join}
ORDER BY t.total DESC, {order}
LIMIT %(limit)s
