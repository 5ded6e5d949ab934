-- Notes with their call, their sendings and what was said of them; {where} are fixed texts of queries/note_list.py.
SELECT n.account_id, n.id, n.call_id, a.name, a.time_zone, a.home_country, coalesce(c.direction, ''), coalesce(c.client_number, ''),
       coalesce(nullif(k.name, ''), c.from_name, ''), c.contact_id, n.by_id, coalesce(u.name, ''), n.text, n.state, n.changed,
       n.waits_since IS NOT NULL, n.recipients::text, n.created_at, n.updated_at, c.started_at,
       CASE WHEN n.version > 0 THEN (
           SELECT json_agg(json_build_object('version', s.version, 'state', s.state, 'asked_at', s.asked_at, 'sent_at', s.sent_at,
               'answer', s.answer, 'is_correction', s.is_correction, 'by_itself', s.by_itself, 'recipients', s.recipients,
               'is_same_text', s.text = n.text, 'key', md5(s.text)) ORDER BY s.version)::text
           FROM calls_notesending s WHERE s.account_id = n.account_id AND s.note_id = n.id
       ) END,
       CASE WHEN %(comments)s OR n.by_id = %(viewer)s THEN (
           SELECT count(*) FROM calls_notecomment m WHERE m.account_id = n.account_id AND m.note_id = n.id) ELSE 0 END,
       coalesce((SELECT r.unread FROM calls_notereading r
           WHERE r.account_id = n.account_id AND r.note_id = n.id AND r.user_id = %(viewer)s), 0)
FROM (
    SELECT * FROM calls_callnote n WHERE n.text <> '' AND {where} ORDER BY n.created_at DESC, n.id DESC LIMIT %(limit)s
) AS n
JOIN accounts_account a ON a.id = n.account_id
LEFT JOIN calls_call c ON c.account_id = n.account_id AND c.id = n.call_id
LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
LEFT JOIN staff_user u ON u.id = n.by_id
ORDER BY n.created_at DESC, n.id DESC
