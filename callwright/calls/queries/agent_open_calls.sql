-- The calls that stand on an employee's desk: ringing or talking there, or talked in and ended a short while ago.
SELECT id FROM (
    SELECT c.id
    FROM calls_leg l
    JOIN calls_call c ON c.account_id = l.account_id AND c.id = l.call_id
    WHERE l.employee_id = %(user)s AND l.call_id >= %(floor)s AND c.id >= %(floor)s
      AND (
        (c.ended_at IS NULL AND (l.ended_at IS NULL OR l.answered_at IS NOT NULL))
        OR (l.answered_at IS NOT NULL AND c.ended_at > %(ended_after)s)
      )
    UNION
    SELECT c.id
    FROM calls_call c
    WHERE c.employee_id = %(user)s AND c.id >= %(floor)s AND c.direction <> 'inbound'
      AND (c.ended_at IS NULL OR c.ended_at > %(ended_after)s)
) AS open
ORDER BY id
