-- What stands on the panel of a call for one employee: the call, what they and others registered, and whether they must.
SELECT c.account_id, c.direction, q.queue_id, c.ended_at,
    r.topics, r.words::text, coalesce(r.comment, ''), coalesce(r.revision, 0),
    (
        SELECT json_agg(json_build_array(coalesce(u.name, ''), o.words, o.comment) ORDER BY o.created_at)
        FROM registration_registration o LEFT JOIN staff_user u ON u.id = o.by_id
        WHERE o.account_id = c.account_id AND o.call_id = %(call)s AND o.by_id IS DISTINCT FROM %(user)s
            AND (cardinality(o.topics) > 0 OR o.comment <> '')
    )::text,
    d.user_id IS NOT NULL, coalesce(d.outcome, ''), coalesce(f.name, ''),
    coalesce(s.comment_limit, 1000), coalesce(s.correct_within_s, 86400),
    coalesce((SELECT form FROM registration_panelchoice WHERE user_id = %(user)s), s.form, 'side'),
    EXISTS (
        SELECT FROM registration_mustregister AS m
        WHERE (m.account_id IS NULL OR m.account_id = c.account_id) AND (m.queue_id IS NULL OR m.queue_id = q.queue_id)
            AND (m.directions = '{}' OR c.direction = ANY(m.directions))
    )
FROM calls_call c
LEFT JOIN registration_talkqueue t ON t.account_id = c.account_id AND t.call_id = c.id AND t.user_id = %(user)s
CROSS JOIN LATERAL (SELECT CASE WHEN t.user_id IS NULL THEN c.queue_id ELSE t.queue_id END) AS q (queue_id)
LEFT JOIN registration_registration r ON r.account_id = c.account_id AND r.call_id = c.id AND r.by_id = %(user)s
LEFT JOIN registration_dueregistration d
    ON d.account_id = c.account_id AND d.call_id = c.id AND d.user_id = %(user)s
LEFT JOIN staff_user f ON f.id = d.released_by_id
LEFT JOIN registration_panelsettings s ON s.id = 1
WHERE c.account_id = %(account)s AND c.id = %(call)s
