-- Calls over their limit with their reviews; {where} are fixed texts of queries/too_long_reviews.py.
SELECT v.account_id, v.call_id, a.name, a.time_zone, a.home_country, c.direction, c.status, c.client_number, c.from_name,
       c.contact_id, coalesce(k.name, ''), coalesce(nullif(q.label, ''), q.name, ''), c.employee_id,
       coalesce(u.name, ''), c.extension, c.started_at, c.ended_at, c.talking_since, c.talk_s, v.limit_s, v.passed_at,
       v.rule_id, v.conditions::text, v.outcome_id, o.code, o.name, v.comment, coalesce(w.name, ''), v.reviewed_at, v.version,
       v.corrected_s
FROM calls_toolongreview v
JOIN calls_call c ON c.account_id = v.account_id AND c.id = v.call_id
JOIN accounts_account a ON a.id = v.account_id
LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
LEFT JOIN telephony_queue q ON q.id = c.queue_id
LEFT JOIN staff_user u ON u.id = c.employee_id
LEFT JOIN calls_toolongoutcome o ON o.id = v.outcome_id
LEFT JOIN staff_user w ON w.id = v.reviewed_by_id
WHERE {where}
ORDER BY v.outcome_id IS NOT NULL, v.call_id DESC
LIMIT %(limit)s
