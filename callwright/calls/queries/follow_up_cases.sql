-- The missed calls that have to be looked at because something happened to clients since a moment: the calls named, what
-- they settled, and of each client (all contacts under a number, all numbers of a contact) what is open, or happened or
-- was settled since. One client after the other (LATERAL … OFFSET 0): whatever the statistics say, no plan reads a month.
WITH changed AS MATERIALIZED (
    SELECT DISTINCT account_id, call_id, contact_id, coalesce(number, '') AS number, since
    FROM jsonb_to_recordset(%(changed)s::jsonb)
        AS r (account_id bigint, call_id uuid, contact_id bigint, number text, since timestamptz)
), contacts AS MATERIALIZED (
    SELECT account_id, contact_id, min(since) AS since FROM (
        SELECT account_id, contact_id, since FROM changed WHERE contact_id IS NOT NULL
        UNION ALL
        SELECT c.account_id, n.contact_id, c.since
        FROM changed c
        CROSS JOIN LATERAL (
            SELECT contact_id FROM contacts_contactnumber WHERE account_id = c.account_id AND number = c.number OFFSET 0
        ) AS n
        WHERE c.number <> ''
    ) AS k GROUP BY account_id, contact_id
), numbers AS MATERIALIZED (
    SELECT account_id, number, min(since) AS since FROM (
        SELECT account_id, number, since FROM changed WHERE number <> ''
        UNION ALL
        SELECT k.account_id, n.number, k.since
        FROM contacts k
        CROSS JOIN LATERAL (
            SELECT number FROM contacts_contactnumber WHERE account_id = k.account_id AND contact_id = k.contact_id
            OFFSET 0
        ) AS n
    ) AS n GROUP BY account_id, number
), found AS MATERIALIZED (
    SELECT account_id, call_id AS id FROM changed WHERE call_id IS NOT NULL
    UNION
    SELECT c.account_id, m.id FROM changed c CROSS JOIN LATERAL (
        SELECT id FROM calls_call WHERE account_id = c.account_id AND follow_up_call_id = c.call_id OFFSET 0
    ) AS m WHERE c.call_id IS NOT NULL
    UNION
    SELECT k.account_id, m.id FROM contacts k CROSS JOIN LATERAL (
        SELECT id FROM calls_call
        WHERE account_id = k.account_id AND contact_id = k.contact_id AND follow_up <> ''
          AND (follow_up = 'not_called_back' OR started_at >= k.since OR follow_up_at >= k.since)
        OFFSET 0
    ) AS m
    UNION
    SELECT n.account_id, m.id FROM numbers n CROSS JOIN LATERAL (
        SELECT id FROM calls_call
        WHERE account_id = n.account_id AND client_number = n.number AND follow_up <> ''
          AND (follow_up = 'not_called_back' OR started_at >= n.since OR follow_up_at >= n.since)
        OFFSET 0
    ) AS m
)
SELECT m.id, m.account_id, m.contact_id, m.client_number, m.queue_id, m.direction, m.status, m.started_at, m.ended_at,
       m.follow_up, m.follow_up_due_at, m.follow_up_at, m.follow_up_call_id, m.attempts
FROM found f
CROSS JOIN LATERAL (
    SELECT * FROM calls_call WHERE account_id = f.account_id AND id = f.id AND ended_at IS NOT NULL OFFSET 0
) AS m
-- Who became anonymous cannot be called back: that call is nobody's work any more.
WHERE NOT m.anonymous AND ((m.direction = 'inbound' AND m.status = ANY(%(missed)s)) OR m.follow_up <> '')
ORDER BY m.id
