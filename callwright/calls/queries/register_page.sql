-- The calls of a page in an order that an index may have.
page AS MATERIALIZED (
    SELECT c.*, {sort} AS sort_value
    FROM calls_call c {joins}
    WHERE {where}
    ORDER BY {order}
    LIMIT %(limit)s
)
