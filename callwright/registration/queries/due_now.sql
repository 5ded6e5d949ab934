-- What is due of whom, oldest first, with what decides whether it still is: the call's place, whether they registered it, and
-- whether they may (their role, the account, and that they were at the call); and calls for which an agent is held though
-- nothing is due (account and place are null). One statement: both sides as they stood at one moment.
SELECT user_id, account_id, call_id, direction, queue_id, is_registered, may_register, is_held FROM (
    SELECT d.at, d.user_id, d.account_id, d.call_id, c.direction,
        CASE WHEN t.user_id IS NULL THEN c.queue_id ELSE t.queue_id END AS queue_id,
        EXISTS (
            SELECT FROM registration_registration r
            WHERE r.account_id = d.account_id AND r.call_id = d.call_id AND r.by_id = d.user_id
                AND cardinality(r.topics) > 0
        ) AS is_registered,
        u.is_active AND u.role = ANY(%(roles)s) AND (
            u.all_accounts OR EXISTS (SELECT FROM staff_accountright WHERE user_id = u.id AND account_id = d.account_id)
        ) AND (
            c.employee_id = u.id OR EXISTS (
                SELECT FROM calls_leg l
                WHERE l.account_id = d.account_id AND l.call_id = d.call_id AND l.employee_id = d.user_id
            )
        ) AS may_register,
        coalesce(s.due @> to_jsonb(d.call_id::text), false) AS is_held
    FROM registration_dueregistration d
    JOIN staff_user u ON u.id = d.user_id
    LEFT JOIN staff_agentstate s ON s.user_id = d.user_id
    LEFT JOIN calls_call c ON c.account_id = d.account_id AND c.id = d.call_id
    LEFT JOIN registration_talkqueue t
        ON t.account_id = d.account_id AND t.call_id = d.call_id AND t.user_id = d.user_id
    WHERE d.settled_at IS NULL
    UNION ALL
    SELECT NULL, s.user_id, NULL, w.call_id::uuid, NULL, NULL, false, false, true
    FROM staff_agentstate s CROSS JOIN LATERAL jsonb_array_elements_text(s.due) AS w (call_id)
    WHERE s.due <> '[]' AND NOT EXISTS (
        SELECT FROM registration_dueregistration d
        WHERE d.user_id = s.user_id AND d.call_id = w.call_id::uuid AND d.settled_at IS NULL
    )
) AS now
ORDER BY at NULLS LAST
