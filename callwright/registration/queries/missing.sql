-- Calls of which agents registered nothing, a row for each of both: those who answered where a category is offered (since
-- it was made), unless somebody registered the call; and those who had to, while it is due or after they were released.
-- by_call and by_due are fixed texts of queries/lists.py; so are
-- order_call and order_due, of a page.
(SELECT c.account_id, c.id AS call_id, c.employee_id AS agent_id
FROM calls_call c
WHERE {by_call} AND c.employee_id IS NOT NULL AND c.answered_at IS NOT NULL AND c.ended_at IS NOT NULL
    AND EXISTS (
        SELECT FROM (
            SELECT g.created_at AS since, g.directions,
                (SELECT array_agg(x.account_id) FROM registration_category_accounts x WHERE x.category_id = g.id)
                    AS accounts,
                (SELECT array_agg(x.queue_id) FROM registration_category_queues x WHERE x.category_id = g.id)
                    AS queues
            FROM registration_category g
            WHERE g.retired_at IS NULL AND NOT g.for_campaigns AND (g.channels = '{}' OR 'call' = ANY(g.channels))
                AND (NOT %(of_category)s OR g.id = ANY(%(categories)s))
                AND EXISTS (SELECT FROM registration_topic t WHERE t.category_id = g.id AND t.retired_at IS NULL)
            OFFSET 0
        ) o
        WHERE o.since <= c.started_at AND c.direction <> 'internal'
            AND (o.directions = '{}' OR c.direction = ANY(o.directions))
            AND (o.accounts IS NULL OR c.account_id = ANY(o.accounts))
            AND (o.queues IS NULL OR c.queue_id = ANY(o.queues))
    )
    AND NOT EXISTS (
        SELECT FROM registration_registration r
        WHERE r.account_id = c.account_id AND r.call_id = c.id AND r.topics <> '{}'
    )
{order_call})
UNION
(SELECT c.account_id, c.id, d.user_id
FROM registration_dueregistration d
JOIN calls_call c ON c.account_id = d.account_id AND c.id = d.call_id
WHERE {by_due} AND (d.settled_at IS NULL OR d.outcome = 'released') AND NOT %(of_category)s
    AND NOT EXISTS (
        SELECT FROM registration_registration r
        WHERE r.account_id = d.account_id AND r.call_id = d.call_id AND r.by_id = d.user_id AND r.topics <> '{}'
    )
{order_due})
