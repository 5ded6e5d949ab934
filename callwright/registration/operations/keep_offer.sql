-- Where categories are offered for calls from now on: spells that are no longer so end, others begin. Agrees with offer.sql.
WITH offered AS (
    SELECT g.id AS category_id, g.directions::text[] AS directions,
        coalesce((SELECT array_agg(x.account_id ORDER BY x.account_id) FROM registration_category_accounts x
            WHERE x.category_id = g.id), '{}') AS accounts,
        coalesce((SELECT array_agg(x.queue_id ORDER BY x.queue_id) FROM registration_category_queues x
            WHERE x.category_id = g.id), '{}') AS queues
    FROM registration_category g
    WHERE g.retired_at IS NULL AND NOT g.for_campaigns AND (g.channels = '{}' OR 'call' = ANY(g.channels))
        AND EXISTS (
            SELECT FROM registration_topic t
            WHERE t.category_id = g.id AND t.retired_at IS NULL AND t.parent_id IS NULL
        )
), same AS (
    SELECT s.id, s.category_id FROM registration_offerspell s
    JOIN offered o ON o.category_id = s.category_id AND o.directions = s.directions::text[]
        AND o.accounts = s.accounts AND o.queues = s.queues
    WHERE s.until IS NULL
), ended AS (
    UPDATE registration_offerspell SET until = greatest(since, %(now)s)
    WHERE until IS NULL AND id NOT IN (SELECT id FROM same)
    RETURNING category_id
)
-- What ended is not seen here: the unique index of spells that go on would refuse another one beside it.
SELECT o.category_id, o.directions, o.accounts, o.queues
FROM offered o WHERE o.category_id NOT IN (SELECT category_id FROM same)
