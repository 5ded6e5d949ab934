-- What an employee answered or dialled since a moment, newest first.
SELECT c.id, c.account_id, c.direction, c.status, c.client_number, c.from_name, c.contact_id, c.started_at,
       c.talk_s, c.wait_s
FROM calls_call c
WHERE c.employee_id = %(user)s AND c.id >= %(floor)s AND c.ended_at IS NOT NULL
  AND (c.direction = 'outbound' OR c.answered_at IS NOT NULL)
  AND (%(all_accounts)s OR c.account_id = ANY (%(accounts)s))
ORDER BY c.id DESC
LIMIT %(limit)s
