-- What is to be judged, the oldest first, with the calls as they are now and what they were flagged with. Calls that go on
-- or are gone have nothing to be judged.
SELECT d.id, c.account_id, c.id, c.direction, c.client_number, c.queue_id, c.talk_s, c.ended_at,
       v.id IS NOT NULL, v.limit_s, v.outcome_id IS NOT NULL, v.corrected_s
FROM (SELECT id, account_id, call_id FROM calls_toolongdue ORDER BY id LIMIT %(limit)s) AS d
LEFT JOIN calls_call c ON c.account_id = d.account_id AND c.id = d.call_id AND c.ended_at IS NOT NULL
LEFT JOIN calls_toolongreview v ON v.account_id = d.account_id AND v.call_id = d.call_id
ORDER BY d.id
