-- One contact with all that its card shows of other tables in one row: a phone is ringing.
SELECT c.id, c.account_id, c.kind, c.name, c.surname, c.first_name, c.job_title, c.company_id, c.warning, c.city,
    c.region, c.country, c.language, c.birthday, c.loyalty, c.line_of_business, c.sells, c.management, c.decides,
    c.marker_id, c.created_automatically, c.last_call_at, c.updated_at,
    a.name AS account, a.time_zone AS account_zone, a.home_country, coalesce(f.name, '') AS company,
    coalesce(u.name, '') AS updated_by, coalesce(c.photo, '') AS photo, c.custom::text AS custom,
    r.id AS responsible_id, r.name AS responsible_name,
    k.id AS category_id, k.name AS category_name, k.colour, k.icon, k.advice,
    m.id AS marker_shown, m.name AS marker_name, m.icon AS marker_icon, m.picture,
    (
        SELECT json_agg(json_build_array(id, number, kind, last_spoken_at) ORDER BY id)
        FROM contacts_contactnumber WHERE account_id = c.account_id AND contact_id = c.id
    )::text AS numbers,
    (
        SELECT json_agg(json_build_array(id, email) ORDER BY id)
        FROM contacts_contactemail WHERE account_id = c.account_id AND contact_id = c.id
    )::text AS emails
FROM contacts_contact c
JOIN accounts_account a ON a.id = c.account_id
LEFT JOIN contacts_contact f ON f.id = c.company_id
LEFT JOIN staff_user r ON r.id = c.responsible_id
LEFT JOIN staff_user u ON u.id = c.updated_by_id
LEFT JOIN contacts_category k ON k.id = c.category_id
LEFT JOIN calls_marker m ON m.id = c.marker_id AND NOT m.retired
WHERE c.id = %(contact)s AND (
    %(all_accounts)s OR c.account_id IN (SELECT account_id FROM staff_accountright WHERE user_id = %(viewer)s)
)
