-- One page of missed calls, then what their rows show of others. {where} and {turn} are fixed texts of
-- queries/follow_up.py; every value is a parameter.
WITH page AS MATERIALIZED (
    SELECT c.* FROM calls_call c WHERE {where} ORDER BY c.id {turn} LIMIT %(limit)s
)
SELECT c.id, c.account_id, a.name, a.home_country, a.time_zone, c.client_number, c.from_name, c.contact_id,
       coalesce(k.name, ''), coalesce(k.warning, '') <> '', coalesce(nullif(q.label, ''), q.name, ''),
       coalesce(n.label, ''), c.status, c.follow_up, c.started_at, c.ended_at, c.follow_up_due_at, c.follow_up_at,
       c.assigned_to_id, coalesce(u.name, ''), coalesce(rung.names, '{{}}'), c.attempts, coalesce(times.n, 1),
       c.follow_up_call_id, coalesce(b.employee, ''), coalesce(w.by, ''), coalesce(w.code, ''), coalesce(w.name, ''),
       coalesce(w.text, '')
FROM page c
JOIN accounts_account a ON a.id = c.account_id
LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
LEFT JOIN telephony_queue q ON q.id = c.queue_id
LEFT JOIN accounts_line n ON n.id = c.line_id
LEFT JOIN staff_user u ON u.id = c.assigned_to_id
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT coalesce(s.name, l.party)) AS names
    FROM calls_leg l LEFT JOIN staff_user s ON s.id = l.employee_id
    WHERE l.account_id = c.account_id AND l.call_id = c.id AND l.kind = 'extension'
) AS rung ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS n FROM calls_call o
    WHERE o.account_id = c.account_id AND o.client_number = c.client_number AND o.follow_up = 'not_called_back'
      AND c.follow_up = 'not_called_back' AND c.client_number <> ''
) AS times ON true
LEFT JOIN LATERAL (
    SELECT coalesce(s.name, o.extension) AS employee
    FROM calls_call o LEFT JOIN staff_user s ON s.id = o.employee_id
    WHERE o.account_id = c.account_id AND o.id = c.follow_up_call_id
) AS b ON true
LEFT JOIN LATERAL (
    SELECT s.name AS by, r.code, r.name, t.text
    FROM calls_followupact t
    LEFT JOIN staff_user s ON s.id = t.by_id
    LEFT JOIN calls_followupreason r ON r.id = t.reason_id
    WHERE t.account_id = c.account_id AND t.call_id = c.id AND t.kind IN ('closed', 'counted')
      AND c.follow_up_at IS NOT NULL AND c.follow_up_call_id IS NULL
    ORDER BY t.id DESC LIMIT 1
) AS w ON true
ORDER BY c.id {turn}
