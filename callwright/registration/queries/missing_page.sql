-- A page of what missing (or asked, or registered) finds, newest calls first, with whether it was demanded and who released the agent.
WITH page AS (
    SELECT m.* FROM ({missing}) m ORDER BY m.call_id DESC, m.agent_id DESC LIMIT %(limit)s
)
SELECT CASE WHEN m.registered THEN 'registered' WHEN NOT m.missing THEN 'elsewhere' WHEN d.id IS NULL THEN '' WHEN d.settled_at IS NULL THEN 'open' ELSE d.outcome END, b.name,
    m.account_id, m.call_id, a.name, a.time_zone, a.home_country, m.agent_id, coalesce(u.name, ''),
    coalesce(nullif(q.label, ''), q.name, ''), c.direction, c.started_at, c.client_number, c.from_name,
    coalesce(k.name, ''), c.talk_s
FROM page m
JOIN calls_call c ON c.account_id = m.account_id AND c.id = m.call_id
JOIN accounts_account a ON a.id = m.account_id
LEFT JOIN registration_dueregistration d
    ON d.account_id = m.account_id AND d.call_id = m.call_id AND d.user_id = m.agent_id
LEFT JOIN staff_user b ON b.id = d.released_by_id
LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
LEFT JOIN telephony_queue q ON q.id = c.queue_id
LEFT JOIN staff_user u ON u.id = m.agent_id
ORDER BY m.call_id DESC, m.agent_id DESC
