-- What rules are about, of registrations of an account: the call, and who it was with. A double is another contact of the
-- same name with a number or address in common.
SELECT r.id, r.call_id, r.by_id, r.topics, r.comment, r.direction, r.queue_id, r.started_at, r.updated_at,
    coalesce(c.talk_s, 0), k.id,
    jsonb_build_object(
        'name', k.name, 'first_name', k.first_name, 'surname', k.surname, 'company', o.name, 'job_title', k.job_title,
        'city', k.city, 'region', k.region, 'country', k.country, 'birthday', coalesce(k.birthday::text, '')
    )::text,
    k.custom::text, k.kind = 'company', a.home_country,
    ARRAY(SELECT n.number FROM contacts_contactnumber n WHERE n.account_id = k.account_id AND n.contact_id = k.id),
    ARRAY(SELECT e.email FROM contacts_contactemail e WHERE e.account_id = k.account_id AND e.contact_id = k.id),
    CASE WHEN %(doubles)s AND k.name <> '' THEN ARRAY(
        SELECT d.id FROM contacts_contact d
        WHERE d.account_id = k.account_id AND d.sort_key = k.sort_key AND d.id <> k.id AND lower(d.name) = lower(k.name)
            AND (
                EXISTS (
                    SELECT FROM contacts_contactnumber m, contacts_contactnumber n
                    WHERE m.account_id = k.account_id AND n.account_id = k.account_id AND m.contact_id = k.id
                        AND n.contact_id = d.id AND n.number = m.number
                ) OR EXISTS (
                    SELECT FROM contacts_contactemail m, contacts_contactemail n
                    WHERE m.account_id = k.account_id AND n.account_id = k.account_id AND m.contact_id = k.id
                        AND n.contact_id = d.id AND lower(n.email) = lower(m.email)
                )
            )
        ORDER BY d.id LIMIT 5
    ) END
FROM registration_registration r
JOIN accounts_account a ON a.id = r.account_id
LEFT JOIN calls_call c ON c.account_id = r.account_id AND c.id = r.call_id
LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id AND %(contacts)s
LEFT JOIN contacts_contact o ON o.account_id = k.account_id AND o.id = k.company_id
WHERE r.account_id = %(account)s AND r.id = ANY(%(ids)s)
