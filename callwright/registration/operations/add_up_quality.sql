-- Looks at the calls of the list, those told last first: who was asked to register each by what was offered when it ended, who had to, who did;
-- keeps it, and adds the difference to the quarters. Days that are final stay: their registrations went with their calls.
WITH taken AS MATERIALIZED (
    DELETE FROM registration_askagain WHERE (account_id, id) IN (
        SELECT account_id, id FROM registration_askagain ORDER BY id DESC LIMIT %(batch)s
    )
    RETURNING account_id, call_id
), named AS MATERIALIZED (
    SELECT DISTINCT account_id, call_id FROM taken
), calls AS MATERIALIZED (
    SELECT c.account_id, c.id AS call_id, c.local_day, c.started_at, c.direction, coalesce(c.queue_id, 0) AS queue_id,
        coalesce(c.category_id, 0) AS category_id, c.employee_id, c.employee_id IS NOT NULL AND c.answered_at IS NOT NULL AND c.direction <> 'internal' AND EXISTS (
            SELECT FROM registration_offerspell o
            WHERE o.since <= c.ended_at AND (o.until IS NULL OR c.ended_at < o.until)
                AND (o.directions = '{}' OR c.direction = ANY(o.directions))
                AND (o.accounts = '{}' OR c.account_id = ANY(o.accounts))
                AND (o.queues = '{}' OR (CASE WHEN t.user_id IS NULL THEN c.queue_id ELSE t.queue_id END) = ANY(o.queues))
        ) AS is_asked
    FROM named n JOIN calls_call c ON c.account_id = n.account_id AND c.id = n.call_id
    LEFT JOIN registration_talkqueue t
        ON t.account_id = c.account_id AND t.call_id = c.id AND t.user_id = c.employee_id
    WHERE NOT c.anonymous
), told AS (
    SELECT account_id, call_id, employee_id AS agent_id, true AS asked, false AS demanded, false AS registered,
        false AS wrong
    FROM calls WHERE is_asked
    UNION ALL
    SELECT d.account_id, d.call_id, d.user_id, true, true, false, false
    FROM calls c JOIN registration_dueregistration d ON d.account_id = c.account_id AND d.call_id = c.call_id
    WHERE d.outcome <> 'not_asked'
    UNION ALL
    SELECT r.account_id, r.call_id, coalesce(r.by_id, 0), false, false, true, EXISTS (
        SELECT FROM registration_qualityfinding f
        WHERE f.account_id = r.account_id AND f.registration_id = r.id AND f.how IN ('', 'corrected')
    )
    FROM calls c JOIN registration_registration r ON r.account_id = c.account_id AND r.call_id = c.call_id
    WHERE r.topics <> '{}'
), agents AS (
    SELECT account_id, call_id, agent_id, bool_or(asked) AS asked, bool_or(demanded) AS demanded,
        bool_or(registered) AS registered, bool_or(wrong) AS wrong,
        bool_or(bool_or(registered)) OVER (PARTITION BY account_id, call_id) AS by_anybody
    FROM told GROUP BY 1, 2, 3
), new AS MATERIALIZED (
    SELECT a.account_id, a.call_id, a.agent_id, c.local_day, c.started_at, c.direction,
        CASE WHEN t.user_id IS NULL THEN c.queue_id ELSE coalesce(t.queue_id, 0) END AS queue_id, c.category_id,
        a.asked, a.demanded, a.registered, a.asked AND NOT a.registered AND (a.demanded OR NOT a.by_anybody) AS missing,
        a.wrong
    FROM agents a JOIN calls c ON c.account_id = a.account_id AND c.call_id = a.call_id
    LEFT JOIN registration_talkqueue t
        ON t.account_id = a.account_id AND t.call_id = a.call_id AND t.user_id = a.agent_id
), old AS MATERIALIZED (
    SELECT a.account_id, a.call_id, a.agent_id, a.local_day, a.started_at, a.direction, a.queue_id, a.category_id,
        a.asked, a.demanded, a.registered, a.missing, a.wrong
    FROM named n JOIN registration_askedagent a ON a.account_id = n.account_id AND a.call_id = n.call_id
), gone AS (
    DELETE FROM registration_askedagent a USING old o
    WHERE a.account_id = o.account_id AND a.call_id = o.call_id AND a.agent_id = o.agent_id
        AND NOT EXISTS (
            SELECT FROM new n
            WHERE n.account_id = o.account_id AND n.call_id = o.call_id AND n.agent_id = o.agent_id
        )
), kept AS (
    INSERT INTO registration_askedagent AS a (account_id, call_id, agent_id, local_day, started_at, direction, queue_id,
        category_id, asked, demanded, registered, missing, wrong)
    SELECT * FROM new
    ON CONFLICT (account_id, call_id, agent_id) DO UPDATE SET local_day = excluded.local_day,
        started_at = excluded.started_at, direction = excluded.direction, queue_id = excluded.queue_id,
        category_id = excluded.category_id, asked = excluded.asked, demanded = excluded.demanded, registered = excluded.registered,
        missing = excluded.missing, wrong = excluded.wrong
    WHERE (a.local_day, a.started_at, a.direction, a.queue_id, a.category_id, a.asked, a.demanded, a.registered, a.missing,
            a.wrong)
        <> (excluded.local_day, excluded.started_at, excluded.direction, excluded.queue_id, excluded.category_id,
            excluded.asked, excluded.demanded, excluded.registered, excluded.missing, excluded.wrong)
), added AS (
    INSERT INTO registration_qualityquarter AS q (account_id, at, direction, queue_id, agent_id, category_id, asked,
        registered, missing, wrong)
    SELECT d.account_id, date_bin('15 minutes', d.started_at, '2000-01-01 00:00Z'), d.direction, d.queue_id, d.agent_id,
        d.category_id, sum(d.n * d.asked::int), sum(d.n * d.registered::int), sum(d.n * d.missing::int),
        sum(d.n * d.wrong::int)
    FROM (SELECT 1 AS n, * FROM new UNION ALL SELECT -1, * FROM old) d
    LEFT JOIN registration_finaltopics f ON f.account_id = d.account_id
    WHERE f.until IS NULL OR d.local_day > f.until
    GROUP BY 1, 2, 3, 4, 5, 6
    HAVING (sum(d.n * d.asked::int), sum(d.n * d.registered::int), sum(d.n * d.missing::int), sum(d.n * d.wrong::int))
        <> (0, 0, 0, 0)
    ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (account_id, at, direction, queue_id, agent_id, category_id) DO UPDATE SET asked = q.asked + excluded.asked,
        registered = q.registered + excluded.registered, missing = q.missing + excluded.missing,
        wrong = q.wrong + excluded.wrong
    RETURNING account_id, at
)
SELECT (SELECT count(*) FROM taken), (SELECT array_agg(account_id) FROM added), (SELECT array_agg(at) FROM added)
