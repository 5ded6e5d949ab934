-- The calls of the given PBX keys with their facts, looked for within a span of ids (that is, of time).
-- One call after the other (LATERAL … OFFSET 0): a plan is made once per connection, perhaps while the month is empty,
-- and must not read the whole month later. For the same reason the legs have no condition on the employee: another
-- index than their key's would seem as good.
SELECT w.pbx_id, w.pbx_key, c.account_id, c.id, c.line_id, c.queue_id, c.contact_id, c.category_id, c.employee_id,
    c.local_day, f.facts::text, l.employees::text
FROM jsonb_to_recordset(%(calls)s::jsonb) AS w (pbx_id bigint, pbx_key text)
CROSS JOIN LATERAL (
    SELECT * FROM calls_call
    WHERE pbx_key = w.pbx_key AND pbx_id = w.pbx_id AND id >= %(low)s AND id < %(high)s
    OFFSET 0
) AS c
CROSS JOIN LATERAL (
    SELECT facts FROM calls_callfacts
    WHERE account_id = c.account_id AND call_id = c.id AND call_id >= %(low)s AND call_id < %(high)s
    OFFSET 0
) AS f
CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(party, employee_id) FILTER (WHERE employee_id IS NOT NULL) AS employees FROM calls_leg
    WHERE account_id = c.account_id AND call_id = c.id AND call_id >= %(low)s AND call_id < %(high)s
) AS l
