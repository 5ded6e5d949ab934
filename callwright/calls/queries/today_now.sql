-- How the inbound calls since a moment went, by account and queue (0: no queue). `within`: a count for each number of
-- seconds within which an answer counts.
SELECT c.account_id, coalesce(c.queue_id, 0),
       count(*) FILTER (WHERE c.answered_at IS NOT NULL),
       count(*) FILTER (WHERE c.status = 'missed'),
       count(*) FILTER (WHERE c.status = 'abandoned'),
       count(*) FILTER (WHERE c.follow_up = 'not_called_back'),
       ARRAY[{within}]::bigint[]
FROM calls_call c
WHERE c.id >= %(floor)s AND c.started_at >= %(since)s AND c.direction = 'inbound'
GROUP BY 1, 2
