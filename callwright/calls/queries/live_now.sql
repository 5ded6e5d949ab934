-- All calls that go on, by the partial index on live calls, with what the PBX said of their queues: since when a caller
-- waits stands there alone.
SELECT c.id, c.account_id, a.name, c.pbx_id, c.direction, c.status, c.client_number, coalesce(k.name, ''), c.queue_id,
       c.started_at, c.talking_since, c.held_since, c.employee_id, a.home_country,
       CASE WHEN c.talking_since IS NULL AND c.queue_id IS NOT NULL THEN (f.facts -> 'queues')::text END
FROM calls_call c
JOIN accounts_account a ON a.id = c.account_id
LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
LEFT JOIN calls_callfacts f ON f.account_id = c.account_id AND f.call_id = c.id AND f.call_id >= %(floor)s
WHERE c.ended_at IS NULL AND c.id >= %(floor)s
ORDER BY c.id
