-- How many calls fit a search and how long was talked in them, counted no further than {limit}.
SELECT count(*), coalesce(sum(talk_s), 0)
FROM (SELECT c.talk_s FROM calls_call c WHERE {where} LIMIT {limit}) AS found
