-- Calls that an agent was asked to register, a row for each of both, as it was written down when the call ended, whether they
-- did or not. Calls are found by their own index of time: rows of whoever was asked have none. `where` and `order` are
-- fixed texts of queries/lists.py about columns of m and k.
SELECT m.account_id, m.call_id, m.agent_id, m.missing, m.registered
FROM calls_call k
JOIN registration_askedagent m ON m.account_id = k.account_id AND m.call_id = k.id
WHERE m.asked AND {where}
{order}
