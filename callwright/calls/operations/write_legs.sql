-- Writes the legs of calls; the employee who sat at an extension when it rang stays with the leg.
INSERT INTO calls_leg AS l (
    account_id, call_id, id, pbx_key, position, kind, party, employee_id, result, rung_at, answered_at, ended_at, cause
)
SELECT account_id, call_id, id, pbx_key, position, kind, party, employee_id, result, rung_at, answered_at, ended_at, cause
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (
    account_id bigint, call_id uuid, id uuid, pbx_key text, position smallint, kind text, party text,
    employee_id bigint, result text, rung_at timestamptz, answered_at timestamptz, ended_at timestamptz, cause smallint
)
ON CONFLICT (account_id, call_id, id) DO UPDATE SET
    position = excluded.position, kind = excluded.kind, party = excluded.party,
    employee_id = CASE WHEN l.party = excluded.party THEN coalesce(l.employee_id, excluded.employee_id)
        ELSE excluded.employee_id END, result = excluded.result, rung_at = excluded.rung_at,
    answered_at = excluded.answered_at, ended_at = excluded.ended_at, cause = excluded.cause
RETURNING call_id, party, employee_id
