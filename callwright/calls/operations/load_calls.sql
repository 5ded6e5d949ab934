-- The calls of the given PBX keys with their facts, looked for within a span of ids (that is, of time).
SELECT c.pbx_id, c.pbx_key, c.account_id, c.id, c.line_id, c.queue_id, c.contact_id, c.category_id, c.employee_id,
    c.local_day, f.facts::text,
    (SELECT jsonb_object_agg(l.party, l.employee_id) FROM calls_leg l
     WHERE l.account_id = c.account_id AND l.call_id = c.id AND l.employee_id IS NOT NULL)::text
FROM unnest(%(pbxs)s::bigint[], %(keys)s::text[]) AS w (pbx_id, pbx_key)
JOIN calls_call c ON c.pbx_key = w.pbx_key AND c.pbx_id = w.pbx_id AND c.id >= %(low)s AND c.id < %(high)s
JOIN calls_callfacts f ON f.account_id = c.account_id AND f.call_id = c.id
    AND f.call_id >= %(low)s AND f.call_id < %(high)s
