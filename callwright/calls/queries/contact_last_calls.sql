-- The latest calls of a contact, each with who spoke and the last note on it.
SELECT c.id, c.account_id, c.direction, c.status, c.client_number, c.from_name, c.contact_id, c.started_at,
       c.talk_s, c.wait_s, u.name, coalesce(n.text, c.comment)
FROM (
    SELECT * FROM calls_call
    WHERE account_id = %(account)s AND contact_id = %(contact)s AND ended_at IS NOT NULL
    ORDER BY id DESC
    LIMIT %(limit)s
) AS c
LEFT JOIN staff_user u ON u.id = c.employee_id
LEFT JOIN LATERAL (
    SELECT text FROM calls_callnote
    WHERE account_id = c.account_id AND call_id = c.id AND text <> ''
    ORDER BY id DESC
    LIMIT 1
) AS n ON true
ORDER BY c.id DESC
