-- What an employee answered or dialled since a moment, newest first.
SELECT c.id, c.account_id, c.direction, c.status, c.client_number, c.from_name, c.contact_id, c.started_at,
       c.talk_s, c.wait_s, k.id, k.name
FROM calls_call c
LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
WHERE c.employee_id = %(user)s AND c.id >= %(floor)s AND c.ended_at IS NOT NULL
  AND (c.direction = 'outbound' OR c.answered_at IS NOT NULL)
  AND (%(all_accounts)s OR c.account_id IN (
        SELECT account_id FROM staff_accountright WHERE user_id = %(viewer)s
      ))
ORDER BY c.id DESC
LIMIT %(limit)s
