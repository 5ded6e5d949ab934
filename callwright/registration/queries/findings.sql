-- A page of registrations with findings, each once, newest calls first; where are fixed texts of queries/findings.py.
WITH page AS (
    SELECT f.registration_id, min(f.account_id) AS account_id, min(f.call_id::text)::uuid AS call_id,
        min(f.agent_id) AS agent_id, min(f.queue_id) AS queue_id, min(f.direction) AS direction,
        min(f.started_at) AS started_at
    FROM registration_qualityfinding f WHERE {where}
    GROUP BY f.registration_id ORDER BY f.registration_id DESC LIMIT %(limit)s
)
SELECT p.registration_id, r.words::text, r.comment, c.id IS NULL OR r.id IS NULL,
    p.account_id, p.call_id, a.name, a.time_zone, a.home_country, p.agent_id, coalesce(u.name, ''),
    coalesce(nullif(q.label, ''), q.name, ''), p.direction, p.started_at, coalesce(c.client_number, ''),
    coalesce(c.from_name, ''), coalesce(k.name, ''), coalesce(c.talk_s, 0)
FROM page p
JOIN accounts_account a ON a.id = p.account_id
LEFT JOIN registration_registration r ON r.account_id = p.account_id AND r.id = p.registration_id
LEFT JOIN calls_call c ON c.account_id = p.account_id AND c.id = p.call_id
LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
LEFT JOIN telephony_queue q ON q.id = p.queue_id
LEFT JOIN staff_user u ON u.id = p.agent_id
ORDER BY p.registration_id DESC
