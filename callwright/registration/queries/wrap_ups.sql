-- For each place of calls (queue, account, direction): how long wrap-up lasts, whether the call must be registered, which it
-- need not be where nothing is offered, and whether anything is. Runs while phones ring: one statement. What is offered agrees
-- with offer.sql.
SELECT w.queue_id, w.account_id, w.direction,
    coalesce(CASE WHEN w.direction <> 'internal' THEN a.wrap_up_s END, q.wrap_up_s, 0),
    o.offered AND EXISTS (
        SELECT FROM registration_mustregister AS m
        WHERE (m.account_id IS NULL OR m.account_id = w.account_id) AND (m.queue_id IS NULL OR m.queue_id = w.queue_id)
            AND (m.directions = '{}' OR w.direction = ANY(m.directions))
    ),
    o.offered
FROM jsonb_to_recordset(%(places)s::jsonb) AS w (queue_id bigint, account_id bigint, direction text)
CROSS JOIN LATERAL (
    SELECT w.direction = ANY(%(directions)s) AND EXISTS (
        SELECT FROM registration_category AS c
        WHERE c.retired_at IS NULL AND NOT c.for_campaigns
            AND (c.directions = '{}' OR w.direction = ANY(c.directions))
            AND (c.channels = '{}' OR 'call' = ANY(c.channels))
            AND EXISTS (
                SELECT FROM registration_topic WHERE category_id = c.id AND retired_at IS NULL AND parent_id IS NULL
            )
            AND (
                NOT EXISTS (SELECT FROM registration_category_accounts WHERE category_id = c.id)
                OR EXISTS (
                    SELECT FROM registration_category_accounts WHERE category_id = c.id AND account_id = w.account_id
                )
            )
            AND (
                NOT EXISTS (SELECT FROM registration_category_queues WHERE category_id = c.id)
                OR EXISTS (
                    SELECT FROM registration_category_queues WHERE category_id = c.id AND queue_id = w.queue_id
                )
            )
    ) AS offered
) AS o
LEFT JOIN telephony_queue AS q ON q.id = w.queue_id
LEFT JOIN accounts_account AS a ON a.id = w.account_id
