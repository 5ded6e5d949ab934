-- The calls of an export, read through a cursor: one snapshot, in the order of the search. What they name by id is
-- looked up beside, so that nothing has to be sorted again. {fields}, {joins}, {where} and {order} are fixed texts of
-- queries/export_rows.py and register.py; every value is a parameter.
SELECT {fields}
FROM calls_call c {joins}
WHERE {where}
ORDER BY {order}
