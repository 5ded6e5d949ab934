-- Contacts whose search text holds every term, best first; the ranking looks at capped candidates only.
-- How alike two texts are costs thirty times a LIKE, so it is only asked when misspelt words are looked for.
-- {within} limits the accounts, {terms} are the conditions on c.search_text, each served by the trigram index.
WITH candidates AS MATERIALIZED (
    SELECT c.account_id, c.id, c.search_text, c.last_call_at
    FROM contacts_contact c
    WHERE {within} AND {terms}
    LIMIT %(candidates)s
)
SELECT account_id, id
FROM candidates
ORDER BY starts_with(search_text, %(start)s) DESC,
         (search_text LIKE %(beginning)s) DESC,
         CASE WHEN %(near)s THEN round(word_similarity(%(text)s, search_text)::numeric, 1) ELSE 0 END DESC,
         last_call_at DESC NULLS LAST,
         id
LIMIT %(limit)s
