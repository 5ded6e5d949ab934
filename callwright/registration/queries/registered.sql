-- Calls that were registered, each once, with who talked, as reports count them: answered ones of which anybody ticked a
-- topic; queue and direction are those of the first who did. `where` and `order` are fixed texts of queries/lists.py about
-- columns of m and k.
SELECT m.account_id, m.call_id, coalesce(k.employee_id, 0) AS agent_id, false AS missing, true AS registered
FROM calls_call k
JOIN registration_registration m ON m.account_id = k.account_id AND m.call_id = k.id
WHERE m.topics <> '{}' AND k.status = 'answered' AND {where}
    AND NOT EXISTS (
        SELECT FROM registration_registration r
        WHERE r.account_id = m.account_id AND r.call_id = m.call_id AND r.topics <> '{}' AND r.id < m.id
    )
{order}
