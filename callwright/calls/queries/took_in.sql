-- What is known of the employee's calls between two ids that took in other calls.
SELECT f.call_id, f.facts::text
FROM (
    SELECT account_id, call_id FROM calls_leg
    WHERE employee_id = %(user)s AND call_id BETWEEN %(first)s AND %(last)s
    UNION
    SELECT account_id, id FROM calls_call
    WHERE employee_id = %(user)s AND id BETWEEN %(first)s AND %(last)s
) AS mine
JOIN calls_callfacts f ON f.account_id = mine.account_id AND f.call_id = mine.call_id
WHERE f.call_id BETWEEN %(first)s AND %(last)s AND f.facts -> 'took_in' IS NOT NULL
