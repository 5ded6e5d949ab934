-- What is to be judged now, the oldest first, with the calls as they are and what they were flagged with. Calls that go on
-- or are gone have nothing to be judged. One call after the other (LATERAL … OFFSET 0): no plan reads all months.
SELECT d.id, d.tries, d.account_id, c.id, c.direction, c.client_number, c.queue_id, c.talk_s, c.ended_at,
       v.id IS NOT NULL, v.limit_s, v.outcome_id IS NOT NULL, v.corrected_s
FROM (
    SELECT id, tries, account_id, call_id FROM calls_toolongdue
    WHERE not_before IS NULL OR not_before <= %(now)s ORDER BY id LIMIT %(limit)s
) AS d
LEFT JOIN LATERAL (
    SELECT * FROM calls_call WHERE account_id = d.account_id AND id = d.call_id AND ended_at IS NOT NULL OFFSET 0
) AS c ON true
LEFT JOIN LATERAL (
    SELECT * FROM calls_toolongreview WHERE account_id = d.account_id AND call_id = d.call_id OFFSET 0
) AS v ON true
ORDER BY d.id
