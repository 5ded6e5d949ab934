-- One call for a desk with the names of its contact, employee, line, queue and PBX, and its legs in their order with who sat
-- there: one round trip, since a phone is ringing.
SELECT c.id, c.account_id, c.pbx_id, c.pbx_key, coalesce(p.simulated, false), c.direction, c.status, c.from_name,
       c.from_number, c.to_number, c.client_number, c.dialled_number, coalesce(n.label, ''),
       coalesce(nullif(q.label, ''), q.name, ''), c.contact_id, c.employee_id, coalesce(u.name, ''), c.extension,
       c.answered_by, c.transferred_to, c.started_at, c.answered_at, c.ended_at, c.talking_since, c.held_since,
       c.talk_s, c.wait_s, coalesce(k.name, ''), a.home_country, c.limit_s,
       (
           SELECT json_agg(json_build_array(
               l.pbx_key, l.party, l.kind, l.employee_id, coalesce(s.name, ''), l.result,
               l.rung_at, l.answered_at, l.ended_at
           ) ORDER BY l.position)
           FROM calls_leg l LEFT JOIN staff_user s ON s.id = l.employee_id
           WHERE l.account_id = c.account_id AND l.call_id = %(call)s
       )::text
FROM calls_call c
JOIN accounts_account a ON a.id = c.account_id
LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
LEFT JOIN telephony_pbx p ON p.id = c.pbx_id
LEFT JOIN accounts_line n ON n.id = c.line_id
LEFT JOIN telephony_queue q ON q.id = c.queue_id
LEFT JOIN staff_user u ON u.id = c.employee_id
WHERE c.id = %(call)s AND (
    %(all_accounts)s OR c.account_id IN (SELECT account_id FROM staff_accountright WHERE user_id = %(viewer)s)
)
