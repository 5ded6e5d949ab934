-- Keeps faults as findings: new ones, and those that were corrected (or whose rule was changed) and are wrong again; what was
-- dismissed stays so, what changed since it was read is left to the next time. Tells the registrations with a new one.
WITH told AS (
    SELECT t.* FROM jsonb_to_recordset(%(faults)s::jsonb) AS t (
        registration_id uuid, rule_id bigint, call_id uuid, agent_id bigint, queue_id bigint, direction text,
        started_at timestamptz, updated_at timestamptz, detail jsonb
    )
    JOIN registration_registration r
        ON r.account_id = %(account)s AND r.id = t.registration_id AND r.updated_at = t.updated_at
)
INSERT INTO registration_qualityfinding AS f (
    account_id, call_id, registration_id, rule_id, agent_id, queue_id, direction, started_at, detail, run_id, found_at,
    how, reason
)
SELECT %(account)s, call_id, registration_id, rule_id, agent_id, queue_id, direction, started_at, detail, %(run)s,
    %(now)s, '', ''
FROM told WHERE %(add)s
ON CONFLICT (account_id, registration_id, rule_id) DO UPDATE SET closed_at = NULL, how = '', closed_by_id = NULL,
    reason = '', detail = excluded.detail, run_id = excluded.run_id, found_at = excluded.found_at,
    agent_id = excluded.agent_id, queue_id = excluded.queue_id
WHERE f.how IN ('corrected', 'rule')
RETURNING registration_id, call_id
