-- What the card of a call says of its account: one statement, since a phone is ringing. Of what belongs to an account only what
-- the card shows is read: entries pinned to it, absences and closed days that are not past.
SELECT a.id, a.name, coalesce(nullif(l.greeting, ''), a.greeting), a.instructions, a.home_country, a.language, a.time_zone,
       a.screen_pop_url, coalesce(l.label, ''), coalesce(l.instructions, ''),
       a.card_layout::text, o.card_layout::text, coalesce(nullif(a.unknown_callers, ''), o.unknown_callers),
       a.holidays_country, a.holidays_subdivision,
       (
           SELECT json_agg(json_build_array(id, name, email, phone, by_default) ORDER BY name, id)
           FROM accounts_noterecipient WHERE account_id = a.id
       )::text,
       (
           SELECT json_agg(json_build_array(weekday, begins_min, ends_min)) FROM accounts_openspan WHERE account_id = a.id
       )::text,
       (
           SELECT json_agg(json_build_array("on", name)) FROM accounts_closedday
           WHERE account_id = a.id AND "on" >= %(since)s AND "on" < %(until)s
       )::text,
       (
           SELECT json_agg(json_build_array(id, title, left(text, %(length)s)) ORDER BY position, id) FROM (
               SELECT id, title, text, position FROM accounts_knowledgeentry
               WHERE account_id = a.id AND pinned AND retired_at IS NULL ORDER BY position, id LIMIT %(pinned)s
           ) AS e
       )::text,
       (SELECT count(*) FROM accounts_knowledgeentry WHERE account_id = a.id AND retired_at IS NULL),
       (
           SELECT json_agg(json_build_array(
               p.id, p.name, p.role, p.numbers, p.email, p.advice, p.on_closed_days, p.stand_in_id,
               (
                   SELECT json_agg(json_build_array(weekday, begins_min, ends_min)) FROM accounts_personspan
                   WHERE account_id = a.id AND person_id = p.id
               ),
               (
                   SELECT json_agg(json_build_array(begins_on, begins_min, ends_on, ends_min, reason))
                   FROM accounts_personabsence WHERE account_id = a.id AND person_id = p.id AND ends_on >= %(since)s
               )
           ) ORDER BY p.position, p.id)
           FROM accounts_accountperson p WHERE p.account_id = a.id
       )::text,
       (
           SELECT json_agg(json_build_array(
               r.id, r.topic, r."when", r.otherwise,
               (
                   SELECT json_agg(person_id ORDER BY position) FROM accounts_forwardingstep
                   WHERE account_id = a.id AND rule_id = r.id
               )
           ) ORDER BY r.position, r.id)
           FROM accounts_forwardingrule r WHERE r.account_id = a.id
       )::text
FROM accounts_account a
LEFT JOIN accounts_organisation o ON o.id = 1
LEFT JOIN LATERAL (
    SELECT greeting, label, instructions FROM accounts_line
    WHERE account_id = a.id AND number = %(number)s AND %(number)s <> '' ORDER BY retired, id DESC LIMIT 1
) AS l ON true
WHERE a.id = %(account)s
