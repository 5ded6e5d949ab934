-- What is offered for one call or request: [id, name, several, [[topic, topic above, name, wants a comment], …]] of each
-- category that every limit admits, in order; there are no others than these directions and channels (offer.py). Runs for
-- each card: one statement. Agrees with rules.is_offered.
SELECT coalesce(json_agg(json_build_array(c.id, c.name, c.several, t.topics) ORDER BY c.position, c.id), '[]')::text
FROM registration_category AS c
CROSS JOIN LATERAL (
    SELECT json_agg(json_build_array(id, parent_id, name, wants_comment) ORDER BY position, id) AS topics
    FROM registration_topic
    WHERE category_id = c.id AND retired_at IS NULL
) AS t
WHERE c.retired_at IS NULL
    AND t.topics IS NOT NULL
    AND (c.directions = '{}' OR %(direction)s = ANY(c.directions))
    AND (c.channels = '{}' OR %(channel)s = ANY(c.channels))
    AND (NOT c.for_campaigns OR %(of_campaign)s)
    AND (
        NOT EXISTS (SELECT FROM registration_category_accounts WHERE category_id = c.id)
        OR EXISTS (
            SELECT FROM registration_category_accounts WHERE category_id = c.id AND account_id = %(account)s
        )
    )
    AND (
        NOT EXISTS (SELECT FROM registration_category_queues WHERE category_id = c.id)
        OR EXISTS (SELECT FROM registration_category_queues WHERE category_id = c.id AND queue_id = %(queue)s)
    )
