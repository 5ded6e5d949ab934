-- The calls before those listed in again_later of the same clients to the same accounts, at most 30 days before them:
-- of each pair the later call, and the earlier one where it was answered.
CREATE TEMPORARY TABLE again_pairs ON COMMIT DROP AS
SELECT c.account_id, c.id AS later_id, s.side, c.local_day, e.local_day AS earlier_day,
    date_bin('15 minutes', CASE s.side WHEN 'again' THEN e.started_at ELSE c.started_at END, '2000-01-01 00:00Z') AS at,
    coalesce(CASE s.side WHEN 'again' THEN e.queue_id ELSE c.queue_id END, 0) AS queue_id,
    coalesce(CASE s.side WHEN 'again' THEN e.employee_id ELSE c.employee_id END, 0) AS employee_id,
    coalesce(CASE s.side WHEN 'again' THEN e.category_id ELSE c.category_id END, 0) AS category_id,
    c.started_at - e.started_at AS gap
FROM again_later w
CROSS JOIN LATERAL (
    SELECT * FROM calls_call
    WHERE account_id = w.account_id AND id = w.later_id AND id >= %(low)s AND id < %(high)s
      AND direction = 'inbound' AND client_number <> '' AND ended_at IS NOT NULL
    OFFSET 0
) AS c
CROSS JOIN LATERAL (
    SELECT * FROM calls_call o
    WHERE reverse(o.client_number) = reverse(c.client_number) AND o.account_id = c.account_id
      AND o.id >= %(low)s AND o.id < c.id
      AND o.direction = 'inbound' AND o.ended_at IS NOT NULL AND o.started_at >= c.started_at - interval '30 days'
    ORDER BY o.id DESC LIMIT 1
) AS e
CROSS JOIN LATERAL (VALUES ('repeat'), ('again')) AS s (side)
WHERE s.side = 'repeat' OR e.status = 'answered'
