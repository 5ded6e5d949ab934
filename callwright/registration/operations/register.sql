-- What the employee registered, as it stands now; how it was at this change; that the day of the call has to be added up
-- anew, and who was asked looked at (into lists without a unique key: nobody waits for anybody); that it is due no more.
-- Tells also which registrations of the call something is found against: once this one is locked, an evaluation of it is over.
WITH written AS (
    INSERT INTO registration_registration AS r (
        id, account_id, call_id, by_id, queue_id, direction, started_at, local_day, topics, words, comment, revision,
        created_at, updated_at
    )
    VALUES (
        %(id)s, %(account)s, %(call)s, %(by)s, %(queue)s, %(direction)s, %(started_at)s, %(local_day)s,
        %(topics)s::bigint[], %(words)s::jsonb, %(comment)s, %(revision)s, %(now)s, %(now)s
    )
    ON CONFLICT (account_id, call_id, by_id) DO UPDATE SET
        queue_id = excluded.queue_id, direction = excluded.direction, local_day = excluded.local_day,
        topics = excluded.topics, words = excluded.words, comment = excluded.comment, revision = excluded.revision,
        updated_at = CASE WHEN %(is_change)s THEN excluded.updated_at ELSE r.updated_at END
    -- Two first saves at once: neither saw the other.
    WHERE r.revision <= excluded.revision
    RETURNING r.id
), kept AS (
    INSERT INTO registration_registrationchange (
        id, account_id, call_id, registration_id, by_id, at, topics, words, comment
    )
    SELECT %(change)s, %(account)s, %(call)s, id, %(changed_by)s, %(now)s, %(topics)s::bigint[], %(words)s::jsonb,
        %(comment)s
    FROM written WHERE %(is_change)s
), again AS (
    INSERT INTO registration_askagain (account_id, call_id)
    SELECT %(account)s, %(call)s FROM written WHERE %(is_change)s
), day AS (
    INSERT INTO registration_dirtyday (account_id, local_day, at)
    SELECT %(account)s, %(local_day)s, %(now)s FROM written WHERE %(is_change)s
), settled AS (
    UPDATE registration_dueregistration SET settled_at = %(now)s, outcome = 'registered'
    WHERE account_id = %(account)s AND call_id = %(call)s AND user_id = %(by)s AND settled_at IS NULL
        AND cardinality(%(topics)s::bigint[]) > 0 AND EXISTS (SELECT FROM written)
    RETURNING user_id
)
SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM settled), (
    SELECT array_agg(DISTINCT registration_id) FROM registration_qualityfinding
    WHERE account_id = %(account)s AND call_id = %(call)s AND closed_at IS NULL AND %(is_change)s
)
