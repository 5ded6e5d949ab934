-- Keeps the facts from which a call's row and legs are derived.
INSERT INTO calls_callfacts (account_id, call_id, facts)
SELECT account_id, call_id, facts
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (account_id bigint, call_id uuid, facts jsonb)
ON CONFLICT (account_id, call_id) DO UPDATE SET facts = excluded.facts
