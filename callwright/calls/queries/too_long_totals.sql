-- Calls over their limit by employee and outcome, and the seconds over it; {where} are fixed texts of
-- queries/too_long_reviews.py.
SELECT coalesce(c.employee_id, 0), coalesce(u.name, ''), v.outcome_id, count(*),
       sum(greatest(c.talk_s - v.limit_s, 0))
FROM calls_toolongreview v
JOIN calls_call c ON c.account_id = v.account_id AND c.id = v.call_id
LEFT JOIN staff_user u ON u.id = c.employee_id
WHERE {where}
GROUP BY 1, 2, 3
