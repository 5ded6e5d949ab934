-- The calls of clients since a moment that can say something about missed calls: conversations, and calls back in vain.
-- `n` numbers the client; a client is a contact with all its numbers, or a number with all contacts under it.
WITH client AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(clients)s::jsonb)
        AS r (n int, account_id bigint, contact_id bigint, number text, low uuid)
), contacts AS MATERIALIZED (
    SELECT n, account_id, contact_id, low FROM client WHERE contact_id IS NOT NULL
    UNION
    SELECT c.n, c.account_id, k.contact_id, c.low FROM client c CROSS JOIN LATERAL (
        SELECT contact_id FROM contacts_contactnumber WHERE account_id = c.account_id AND number = c.number OFFSET 0
    ) AS k WHERE c.contact_id IS NULL AND c.number <> ''
), numbers AS MATERIALIZED (
    SELECT n, account_id, number, low FROM client WHERE number <> ''
    UNION
    SELECT c.n, c.account_id, k.number, c.low FROM contacts c CROSS JOIN LATERAL (
        SELECT number FROM contacts_contactnumber WHERE account_id = c.account_id AND contact_id = c.contact_id OFFSET 0
    ) AS k
)
SELECT k.n, c.id, c.direction, c.started_at, c.answered_at
FROM contacts k CROSS JOIN LATERAL (
    SELECT id, direction, started_at, answered_at FROM calls_call
    WHERE account_id = k.account_id AND contact_id = k.contact_id AND id >= k.low
      AND (answered_at IS NOT NULL OR (direction = 'outbound' AND ended_at IS NOT NULL))
    OFFSET 0
) AS c
UNION
SELECT k.n, c.id, c.direction, c.started_at, c.answered_at
FROM numbers k CROSS JOIN LATERAL (
    SELECT id, direction, started_at, answered_at FROM calls_call
    WHERE reverse(client_number) = reverse(k.number) AND account_id = k.account_id AND id >= k.low
      AND (answered_at IS NOT NULL OR (direction = 'outbound' AND ended_at IS NOT NULL))
    OFFSET 0
) AS c
