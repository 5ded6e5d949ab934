-- One page of the register: the calls that fit, then what their rows show of others. What stands in braces is fixed
-- text of queries/register_order.py; every value is a parameter.
WITH {page}
SELECT c.id, c.account_id, a.name, a.time_zone, a.home_country, c.direction, c.status, c.client_number, c.from_name,
       c.dialled_number, coalesce(l.label, ''), coalesce(nullif(q.label, ''), q.name, ''), c.contact_id,
       coalesce(k.name, ''), coalesce(k.warning, '') <> '', coalesce(t.name, g.name, ''),
       coalesce(t.colour, g.colour, ''), coalesce(t.icon, g.icon, ''), c.employee_id, coalesce(u.name, ''), c.extension, c.transferred_to, c.started_at,
       c.answered_at, c.ended_at, c.talking_since, c.held_since, c.ring_s, c.wait_s, c.hold_s, c.talk_s, c.hangup_by,
       c.marker_id, coalesce(m.name, ''), coalesce(m.icon, ''), coalesce(m.picture, '') <> '', c.comment, c.complete, c.recording, c.limit_s, c.follow_up,
       coalesce(nullif(a.unknown_callers, ''), o.unknown_callers, 'offer'), c.sort_value::text, {more}
FROM page c
JOIN accounts_account a ON a.id = c.account_id
LEFT JOIN accounts_organisation o ON o.id = 1
LEFT JOIN accounts_line l ON l.id = c.line_id
LEFT JOIN telephony_queue q ON q.id = c.queue_id
LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
LEFT JOIN contacts_category g ON g.id = c.category_id
LEFT JOIN LATERAL (  -- the category as it was shown then
    SELECT p.name, p.colour, p.icon FROM contacts_categorypast p
    WHERE p.category_id = c.category_id AND p.until > c.started_at ORDER BY p.until LIMIT 1
) t ON true
LEFT JOIN staff_user u ON u.id = c.employee_id
LEFT JOIN calls_marker m ON m.id = c.marker_id
ORDER BY {outer_order}
