-- Ends open findings of the registrations that were looked at, where the fault is gone: with the call, because the rule was
-- changed or is not for the account, or because somebody corrected it. What is wrong with topics and comment alone goes
-- only with them. Somebody may end a finding at the same time: who was faster stands.
UPDATE registration_qualityfinding f SET
    closed_at = %(now)s,
    how = CASE
        WHEN r.id IS NULL THEN 'removed'
        WHEN q.retired_at IS NOT NULL OR NOT q.active THEN 'rule'
        WHEN q.accounts <> '{}' AND NOT f.account_id = ANY(q.accounts) THEN 'rule'
        WHEN r.updated_at > f.found_at THEN 'corrected'
        WHEN q.kind NOT IN ('contact', 'duplicate') THEN 'rule'
        WHEN coalesce(q.meaning_changed_at, q.changed_at) > f.found_at THEN 'rule'
        ELSE 'corrected'
    END,
    closed_by_id = CASE WHEN r.updated_at > f.found_at THEN (
        SELECT h.by_id FROM registration_registrationchange h
        WHERE h.account_id = f.account_id AND h.call_id = f.call_id AND h.registration_id = f.registration_id
        ORDER BY h.id DESC LIMIT 1
    ) END
FROM registration_qualityfinding g
JOIN registration_qualityrule q ON q.id = g.rule_id
LEFT JOIN registration_registration r ON r.account_id = g.account_id AND r.id = g.registration_id
WHERE g.account_id = %(account)s AND g.registration_id = ANY(%(ids)s) AND g.closed_at IS NULL
    AND f.account_id = g.account_id AND f.id = g.id AND f.closed_at IS NULL
    AND NOT EXISTS (
        SELECT FROM jsonb_to_recordset(%(faults)s::jsonb) AS t (registration_id uuid, rule_id bigint)
        WHERE t.registration_id = g.registration_id AND t.rule_id = g.rule_id
    )
RETURNING f.call_id
