-- The call as it is to be registered, what the employee registered of it until now, and whether it must be. Locked until the
-- transaction ends, in this order: the call against going to another account or away, then the registration against other
-- saves of it.
WITH c AS MATERIALIZED (
    SELECT account_id, id, queue_id, direction, started_at, ended_at, local_day FROM calls_call
    WHERE account_id = %(account)s AND id = %(call)s
    FOR KEY SHARE
)
SELECT CASE WHEN t.user_id IS NULL THEN c.queue_id ELSE t.queue_id END, c.direction, c.started_at, c.ended_at, c.local_day,
    r.id, r.topics, r.words::text, r.comment, r.revision,
    coalesce(s.comment_limit, 1000), coalesce(s.correct_within_s, 86400),
    (
        SELECT CASE WHEN settled_at IS NULL THEN 'open' ELSE outcome END FROM registration_dueregistration
        WHERE account_id = c.account_id AND call_id = c.id AND user_id = %(by)s
    ),
    (
        SELECT array_agg(DISTINCT employee_id) FROM calls_leg
        WHERE account_id = c.account_id AND call_id = %(call)s AND employee_id IS NOT NULL
    )
FROM c
LEFT JOIN LATERAL (
    SELECT * FROM registration_registration
    WHERE account_id = c.account_id AND call_id = c.id AND by_id = %(by)s
    FOR UPDATE
) r ON true
LEFT JOIN registration_talkqueue t ON t.account_id = c.account_id AND t.call_id = c.id AND t.user_id = %(by)s
LEFT JOIN registration_panelsettings s ON s.id = 1
