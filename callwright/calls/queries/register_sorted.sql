-- The calls of a page in an order that no index has: all that fit, as far as they are sorted at all, then those of the page.
found AS MATERIALIZED (
    SELECT c.account_id, c.id, {sort} AS sort_value
    FROM calls_call c {joins}
    WHERE {where}
    LIMIT {most}
), page AS MATERIALIZED (
    SELECT c.*, f.sort_value
    FROM (  -- of too many, any: to tell that they are
        SELECT f.* FROM found f WHERE {beyond} OR (SELECT count(*) FROM found) >= {most} ORDER BY {order} LIMIT %(limit)s
    ) AS f
    CROSS JOIN LATERAL (
        SELECT * FROM calls_call k WHERE k.account_id = f.account_id AND k.id = f.id OFFSET 0
    ) AS c
)
