-- How the inbound calls since a moment went, by account and queue (0: no queue), and which calls wait to be called back,
-- of whatever day. `offered` as in reports: calls that are over, whatever became of them, and those that are talked in.
-- `within`: a count for each number of seconds within which an answer counts.
SELECT c.account_id, coalesce(c.queue_id, 0),
       count(*) FILTER (WHERE c.ended_at IS NOT NULL OR {answered}),
       count(*) FILTER (WHERE {answered}),
       count(*) FILTER (WHERE c.status = 'missed'),
       count(*) FILTER (WHERE c.status = 'abandoned'),
       0::bigint,
       ARRAY[{within}]::bigint[]
FROM calls_call c
WHERE c.id >= %(floor)s AND c.started_at >= %(since)s AND c.direction = 'inbound'
GROUP BY 1, 2
UNION ALL
SELECT c.account_id, coalesce(c.queue_id, 0), 0, 0, 0, 0, count(*), array_fill(0::bigint, ARRAY[%(limits)s::int])
FROM calls_call c
WHERE {waits}
GROUP BY 1, 2
