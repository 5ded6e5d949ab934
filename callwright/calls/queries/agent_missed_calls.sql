-- Callers who rang at an employee in vain since a moment, or whom they are to call back, and whom nobody has reached:
-- not called back, as far as that is worked out, and nobody else is to do it. Newest first. Planned once for all values:
-- call after call is looked up (OFFSET 0), whatever share of the table the plan expects to read.
WITH mine AS (
    SELECT account_id, call_id AS id FROM calls_leg WHERE employee_id = %(user)s AND call_id >= %(floor)s
    UNION
    SELECT account_id, id FROM calls_call
    WHERE assigned_to_id = %(user)s AND follow_up = 'not_called_back' AND id >= %(floor)s
), missed AS (
    SELECT c.id, c.account_id, c.direction, c.status, c.client_number, c.from_name, c.contact_id, c.started_at,
           c.talk_s, c.wait_s, c.follow_up
    FROM mine l
    CROSS JOIN LATERAL (
        SELECT * FROM calls_call WHERE account_id = l.account_id AND id = l.id AND id >= %(floor)s OFFSET 0
    ) AS c
    WHERE c.direction = 'inbound' AND c.status IN ('missed', 'abandoned', 'voicemail', 'busy') AND c.client_number <> ''
      AND c.follow_up IN ('', 'not_called_back') AND (c.assigned_to_id IS NULL OR c.assigned_to_id = %(user)s)
      AND (%(all_accounts)s OR c.account_id IN (
        SELECT account_id FROM staff_accountright WHERE user_id = %(viewer)s
      ))
), latest AS (
    SELECT DISTINCT ON (account_id, client_number) *,
           count(*) OVER (PARTITION BY account_id, client_number) AS times
    FROM missed
    ORDER BY account_id, client_number, id DESC
)
SELECT m.id, m.account_id, m.direction, m.status, m.client_number, m.from_name, m.contact_id, m.started_at,
       m.talk_s, m.wait_s, m.times, later.tries, k.id, k.name, a.name, a.home_country, k.photo, g.id, g.name, g.colour, g.icon
FROM latest m
JOIN accounts_account a ON a.id = m.account_id
LEFT JOIN contacts_contact k ON k.account_id = m.account_id AND k.id = m.contact_id
LEFT JOIN contacts_category g ON g.id = k.category_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE c.answered_at IS NOT NULL) AS spoken,
           count(*) FILTER (WHERE c.direction = 'outbound') AS tries
    FROM calls_call c
    WHERE reverse(c.client_number) = reverse(m.client_number) AND c.id > m.id AND c.account_id = m.account_id
      AND c.id >= %(floor)s  -- leaves the partitions before it out while planning
) AS later
WHERE m.follow_up = 'not_called_back' OR later.spoken = 0
ORDER BY m.id DESC
LIMIT %(limit)s
