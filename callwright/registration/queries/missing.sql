-- Calls of which an agent should have registered something and did not, a row for each of both, as it was written down when
-- the call ended (registration_askedagent); but for what was registered in the last seconds. `where` and `order` are fixed
-- texts of queries/lists.py about columns of m.
SELECT m.account_id, m.call_id, m.agent_id, m.missing, m.registered
FROM registration_askedagent m
WHERE m.missing AND {where}
    AND NOT EXISTS (
        SELECT FROM registration_registration r
        WHERE r.account_id = m.account_id AND r.call_id = m.call_id AND r.topics <> '{}'
            AND (r.by_id = m.agent_id OR NOT m.demanded)
    )
{order}
