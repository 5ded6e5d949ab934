-- Writes calls with the facts from which they are derived and their legs, in one statement: it runs at each step of each
-- call. What people set (marker, comment) is never touched, and a contact once found is kept. The employee who sat at an
-- extension when it rang stays with the leg. A call that was made anonymous, or of which a party
-- was erased, stays as it is.
WITH calls AS (
    INSERT INTO calls_call AS c (
        account_id, id, pbx_id, pbx_key, source, direction, status, from_number, from_received, from_name, to_number,
        to_received, dialled_number, dialled_received, client_number, line_id, queue_id, contact_id, category_id,
        employee_id, extension, answered_by, transferred_to, rung, started_at, answered_at, ended_at, talking_since,
        held_since, ring_s, wait_s, hold_s, talk_s, hangup_by, cause, cause_text, complete, local_day, comment, updated_at
    )
    SELECT
        account_id, id, pbx_id, pbx_key, source, direction, status, from_number, from_received, from_name, to_number,
        to_received, dialled_number, dialled_received, client_number, line_id, queue_id, contact_id, category_id,
        employee_id, extension, answered_by, transferred_to, rung, started_at, answered_at, ended_at, talking_since,
        held_since, ring_s, wait_s, hold_s, talk_s, hangup_by, cause, cause_text, complete, local_day, '', %(now)s
    FROM jsonb_to_recordset(%(calls)s::jsonb) AS r (
        account_id bigint, id uuid, pbx_id bigint, pbx_key text, source text, direction text, status text,
        from_number text, from_received text, from_name text, to_number text, to_received text, dialled_number text,
        dialled_received text, client_number text, line_id bigint, queue_id bigint, contact_id bigint,
        category_id bigint, employee_id bigint, extension text, answered_by text, transferred_to text, rung text[],
        started_at timestamptz, answered_at timestamptz, ended_at timestamptz, talking_since timestamptz,
        held_since timestamptz, ring_s int, wait_s int, hold_s int, talk_s int, hangup_by text, cause smallint,
        cause_text text, complete boolean, local_day date
    )
    ON CONFLICT (account_id, id) DO UPDATE SET
        direction = excluded.direction, started_at = excluded.started_at, local_day = excluded.local_day,
        status = excluded.status, from_number = excluded.from_number,
        from_received = excluded.from_received, from_name = excluded.from_name, to_number = excluded.to_number,
        to_received = excluded.to_received, dialled_number = excluded.dialled_number,
        dialled_received = excluded.dialled_received, client_number = excluded.client_number,
        line_id = excluded.line_id, queue_id = excluded.queue_id,
        contact_id = coalesce(c.contact_id, excluded.contact_id),
        category_id = coalesce(c.category_id, excluded.category_id),
        employee_id = excluded.employee_id, extension = excluded.extension, answered_by = excluded.answered_by,
        transferred_to = excluded.transferred_to, rung = excluded.rung, answered_at = excluded.answered_at,
        ended_at = excluded.ended_at, talking_since = excluded.talking_since, held_since = excluded.held_since,
        ring_s = excluded.ring_s, wait_s = excluded.wait_s, hold_s = excluded.hold_s, talk_s = excluded.talk_s,
        hangup_by = excluded.hangup_by, cause = excluded.cause, cause_text = excluded.cause_text,
        complete = excluded.complete, updated_at = excluded.updated_at
    WHERE NOT (c.anonymous OR c.sealed)
    RETURNING account_id, id
), facts AS (
    INSERT INTO calls_callfacts (account_id, call_id, facts)
    SELECT r.account_id, r.call_id, r.facts
    FROM jsonb_to_recordset(%(facts)s::jsonb) AS r (account_id bigint, call_id uuid, facts jsonb)
    JOIN calls w ON w.account_id = r.account_id AND w.id = r.call_id
    ON CONFLICT (account_id, call_id) DO UPDATE SET facts = excluded.facts
)
INSERT INTO calls_leg AS l (
    account_id, call_id, id, pbx_key, position, kind, party, employee_id, result, rung_at, answered_at, ended_at, cause
)
SELECT r.account_id, r.call_id, r.id, r.pbx_key, r.position, r.kind, r.party, r.employee_id, r.result, r.rung_at,
    r.answered_at, r.ended_at, r.cause
FROM jsonb_to_recordset(%(legs)s::jsonb) AS r (
    account_id bigint, call_id uuid, id uuid, pbx_key text, position smallint, kind text, party text,
    employee_id bigint, result text, rung_at timestamptz, answered_at timestamptz, ended_at timestamptz, cause smallint
)
JOIN calls w ON w.account_id = r.account_id AND w.id = r.call_id
ON CONFLICT (account_id, call_id, id) DO UPDATE SET
    position = excluded.position, kind = excluded.kind, party = excluded.party,
    employee_id = CASE WHEN l.party = excluded.party THEN coalesce(l.employee_id, excluded.employee_id)
        ELSE excluded.employee_id END, result = excluded.result, rung_at = excluded.rung_at,
    answered_at = excluded.answered_at, ended_at = excluded.ended_at, cause = excluded.cause
