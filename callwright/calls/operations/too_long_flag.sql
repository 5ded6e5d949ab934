-- Flags calls and keeps for each what it was flagged with, in words as they are now: `hits` gives (account_id, id, rule_id,
-- limit_s, talk_s, talking_since, passed_at, is_told), a call whose talk has changed since it was read is left for the next
-- time. A call that is flagged already stays as it is, so that of several workers one succeeds.
WITH hits AS ({hits}),
flagged AS (
    UPDATE calls_call c SET too_long = true, limit_s = h.limit_s
    FROM hits h
    WHERE c.account_id = h.account_id AND c.id = h.id AND NOT c.too_long AND c.talk_s = h.talk_s
      AND c.talking_since IS NOT DISTINCT FROM h.talking_since {bounds}
    RETURNING c.account_id, c.id, c.status, c.direction, c.employee_id, h.rule_id, h.limit_s, h.passed_at, h.is_told
),
kept AS (
    INSERT INTO calls_toolongreview (account_id, call_id, rule_id, conditions, limit_s, passed_at, told_at, comment, version)
    SELECT f.account_id, f.id, f.rule_id,
           jsonb_build_object('name', r.name, 'prefix', r.prefix, 'queue', coalesce(nullif(q.label, ''), q.name, ''),
                              'account', coalesce(a.name, ''), 'direction', r.direction),
           f.limit_s, f.passed_at, CASE WHEN f.is_told THEN %(now)s::timestamptz END, '', 0
    FROM flagged f
    JOIN calls_toolongrule r ON r.id = f.rule_id
    LEFT JOIN telephony_queue q ON q.id = r.queue_id
    LEFT JOIN accounts_account a ON a.id = r.account_id
    ON CONFLICT (account_id, call_id) DO NOTHING
)
SELECT account_id, id, status, direction, employee_id, is_told FROM flagged ORDER BY id
