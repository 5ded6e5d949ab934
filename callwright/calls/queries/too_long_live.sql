-- Calls that go on, are not flagged yet and have talked for at least the shortest limit of all rules: read every second,
-- by the partial index on live calls. Those of a phone system that is not heard may have ended already.
SELECT c.account_id, c.id, c.direction, c.client_number, c.queue_id, c.talk_s, c.talking_since
FROM calls_call c
LEFT JOIN telephony_pbx p ON p.id = c.pbx_id
WHERE c.ended_at IS NULL AND c.id >= %(floor)s AND NOT c.too_long
  AND c.talking_since <= %(now)s - make_interval(secs => greatest(%(least)s - c.talk_s, 0))
  AND (p.id IS NULL OR p.kind <> 'asterisk' OR p.state = 'up')
ORDER BY c.id
