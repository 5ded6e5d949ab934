-- The legs of one call in their order, with who sat there.
SELECT l.pbx_key, l.party, l.kind, l.employee_id, coalesce(u.name, ''), l.result, l.rung_at, l.answered_at, l.ended_at
FROM calls_leg l
LEFT JOIN staff_user u ON u.id = l.employee_id
WHERE l.account_id = %(account)s AND l.call_id = %(call)s
ORDER BY l.position
