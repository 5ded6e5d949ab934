-- The calls of an export, read through a cursor: one snapshot, in the order of the search. What they name by id is
-- looked up beside, so that nothing has to be sorted again. {joins}, {where} and {order} are fixed texts of
-- queries/register.py; every value is a parameter.
SELECT c.id, c.account_id, c.direction,
       CASE WHEN c.status = 'missed' AND c.direction = 'outbound' THEN 'no_answer'
            WHEN c.held_since IS NOT NULL AND c.ended_at IS NULL THEN 'on_hold' ELSE c.status END,
       floor(date_part('epoch', c.started_at))::bigint, floor(date_part('epoch', c.answered_at))::bigint,
       floor(date_part('epoch', c.ended_at))::bigint, c.client_number, c.from_name, c.dialled_number, c.line_id,
       c.queue_id, c.contact_id, c.category_id, c.employee_id, c.extension, c.ring_s, c.wait_s, c.hold_s, c.talk_s,
       c.transferred_to, c.hangup_by, c.marker_id, c.comment, c.follow_up, c.assigned_to_id, c.too_long, c.recording,
       c.source
FROM calls_call c {joins}
WHERE {where}
ORDER BY {order}
