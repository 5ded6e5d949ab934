-- The next registrations of an account that are to be looked at: changed, or their call, contact or its company is, since the
-- account was looked at last (mark NULL: all of the time), or a contact of the same name (names); and those with something
-- open against them. While the call goes on, and for a while after it, its agent is still at it.
SELECT r.id
FROM registration_registration r
LEFT JOIN calls_call c ON c.account_id = r.account_id AND c.id = r.call_id
LEFT JOIN contacts_contact k ON k.account_id = c.account_id AND k.id = c.contact_id
LEFT JOIN contacts_contact o ON o.account_id = k.account_id AND o.id = k.company_id
WHERE r.account_id = %(account)s AND r.id >= %(since)s AND r.id > %(after)s
    AND (c.id IS NULL OR c.ended_at < %(over)s)
    AND (
        %(mark)s::timestamptz IS NULL OR r.updated_at > %(mark)s OR c.updated_at > %(mark)s OR k.updated_at > %(mark)s
        OR o.updated_at > %(mark)s OR k.sort_key = ANY(%(names)s::text[])
        OR EXISTS (
            SELECT FROM registration_qualityfinding f
            WHERE f.account_id = r.account_id AND f.registration_id = r.id AND f.closed_at IS NULL
        )
    )
ORDER BY r.id LIMIT %(limit)s
