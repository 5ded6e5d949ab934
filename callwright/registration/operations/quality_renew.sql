-- What is still wrong, and differently so, is told as it is now.
UPDATE registration_qualityfinding f SET detail = t.detail
FROM jsonb_to_recordset(%(faults)s::jsonb) AS t (registration_id uuid, rule_id bigint, detail jsonb)
WHERE f.account_id = %(account)s AND f.registration_id = t.registration_id AND f.rule_id = t.rule_id
    AND f.closed_at IS NULL AND f.detail <> t.detail
