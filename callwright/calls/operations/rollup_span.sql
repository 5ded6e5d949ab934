-- The totals of all days from %(first)s to before %(end)s, added up from all calls in one go; %(low)s and %(high)s are
-- the span of ids in which those lie. Days whose totals are final stay as they are.
INSERT INTO calls_daytotal (
    account_id, local_day, direction, status, queue_id, employee_id, calls, talk_s, wait_s, ring_s, hold_s
)
SELECT c.account_id, c.local_day, c.direction, c.status, coalesce(c.queue_id, 0), coalesce(c.employee_id, 0),
       count(*), sum(c.talk_s), sum(c.wait_s), sum(c.ring_s), sum(c.hold_s)
FROM calls_call c
LEFT JOIN calls_finaltotals f ON f.account_id = c.account_id
WHERE c.id >= %(low)s AND c.id < %(high)s AND c.local_day >= %(first)s AND c.local_day < %(end)s
  AND c.ended_at IS NOT NULL AND (f.until IS NULL OR c.local_day > f.until)
GROUP BY 1, 2, 3, 4, 5, 6
