-- A page of registrations with their calls, newest calls first; where are fixed texts of queries/lists.py.
WITH page AS (
    SELECT r.* FROM registration_registration r WHERE {where} ORDER BY r.id DESC LIMIT %(limit)s
)
SELECT r.id, r.words::text, r.comment, r.created_at, r.updated_at,
    (SELECT count(*) FROM registration_registrationchange h
     WHERE h.account_id = r.account_id AND h.call_id = r.call_id AND h.registration_id = r.id),
    (SELECT count(*) FROM registration_qualityfinding f
     WHERE f.account_id = r.account_id AND f.registration_id = r.id AND f.closed_at IS NULL),
    r.account_id, r.call_id, a.name, a.time_zone, a.home_country, r.by_id, coalesce(u.name, ''),
    coalesce(nullif(q.label, ''), q.name, ''), r.direction, r.started_at, coalesce(c.client_number, ''),
    coalesce(c.from_name, ''), coalesce(k.name, ''), coalesce(c.talk_s, 0)
FROM page r
JOIN accounts_account a ON a.id = r.account_id
LEFT JOIN calls_call c ON c.account_id = r.account_id AND c.id = r.call_id
LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
LEFT JOIN telephony_queue q ON q.id = r.queue_id
LEFT JOIN staff_user u ON u.id = r.by_id
ORDER BY r.id DESC
