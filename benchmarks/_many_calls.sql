-- The calls of one month for `register_search`: numbers %(first)s to %(last)s of them, between two times. All chance comes from
-- the call's number, so that every run makes the same calls. {table} is the month's partition, not yet attached.
INSERT INTO {table} (
    account_id, id, pbx_id, pbx_key, source, direction, status, from_number, from_received, from_name, to_number,
    to_received, dialled_number, dialled_received, client_number, line_id, queue_id, contact_id, category_id,
    employee_id, extension, answered_by, transferred_to, rung, started_at, answered_at, ended_at,
    ring_s, wait_s, hold_s, talk_s, hangup_by, cause, cause_text, complete, local_day, marker_id, comment,
    follow_up, follow_up_due_at, follow_up_at, too_long, limit_s, recording, updated_at
)
SELECT account_id, id, %(pbx)s, 'b' || n, 'pbx:main', direction, status,
       CASE WHEN is_out THEN line ELSE number END, '', from_name, CASE WHEN is_out THEN number ELSE line END, '',
       CASE WHEN is_out THEN '' ELSE line END, '', number, line_id, CASE WHEN direction = 'inbound' THEN queue_id END,
       contact_id, CASE WHEN contact_id IS NOT NULL THEN %(first_category)s + contact_id %% 12 END,
       CASE WHEN taken OR is_out THEN %(first_employee)s + seat END,
       CASE WHEN taken OR is_out THEN (200 + seat)::text ELSE '' END,
       CASE WHEN taken AND NOT is_out THEN (200 + seat)::text ELSE '' END, '', '{}', at,
       CASE WHEN taken THEN at + wait_s * interval '1 second' END,
       at + (wait_s + talk_s) * interval '1 second', least(wait_s, 20), wait_s, 0, talk_s, 'caller', 16, '', true,
       (at AT TIME ZONE 'Europe/Amsterdam')::date, CASE WHEN u9 < .004 THEN %(first_marker)s + (u9 * 1500)::int END,
       CASE WHEN u10 < .03 THEN
           phrases.first[1 + (u10 * 100000)::int %% 40] || ' ' || phrases.last[1 + (u11 * 60)::int %% 60] || ' '
           || phrases.words[1 + (u11 * 300)::int %% 30] || ' ' || phrases.words[1 + (u10 * 900000)::int %% 30] || ' '
           || phrases.words[1 + (u11 * 7000)::int %% 30] || ' ' || (1000 + u11 * 800000)::int ELSE '' END,
       follow_up, CASE WHEN follow_up <> '' THEN at + interval '20 minutes' END,
       CASE WHEN follow_up NOT IN ('', 'not_called_back') THEN at + u11 * interval '1 hour' END,
       talk_s > 1500, CASE WHEN talk_s > 1500 THEN 1500 END,
       CASE WHEN taken AND u7 < .4 THEN 'downloaded' WHEN taken AND u7 < .401 THEN 'failed' ELSE '' END,
       at + (wait_s + talk_s) * interval '1 second'
FROM (
    SELECT *, CASE WHEN direction = 'inbound' AND status IN ('missed', 'abandoned', 'voicemail') THEN
                  CASE WHEN u7 < .5 THEN 'called_back' WHEN u7 < .65 THEN 'called_back_late'
                       WHEN u7 < .85 THEN 'caller_reached_us' WHEN u7 < .9 THEN 'closed' ELSE 'not_called_back' END
              ELSE '' END AS follow_up,
           CASE WHEN taken THEN (-190 * ln(1 - u8))::int ELSE 0 END AS talk_s,
           (account_rank * 7 + (u6 * %(spread)s)::int) %% %(employees)s AS seat,
           CASE WHEN direction = 'inbound' AND u11 < .25 THEN
               phrases.first[1 + (u11 * 160)::int %% 40] || ' ' || phrases.last[1 + (u12 * 60)::int %% 60]
           ELSE '' END AS from_name,
           coalesce('+316' || lpad((contact_id * 7919 %% 100000000)::text, 8, '0'),
                    '+3120' || lpad(((u12 * u12 * 300000)::bigint * 9973 %% 10000000)::text, 7, '0')) AS number
    FROM (
        SELECT *, direction = 'outbound' AS is_out, status = 'answered' AS taken
        FROM (
            SELECT n, a.*, at,
                   (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
                    || substr(md5(n::text), 1, 3) || 'a' || substr(md5(n::text), 4, 15))::uuid AS id,
                   CASE WHEN u3 < .62 THEN 'inbound' WHEN u3 < .95 THEN 'outbound' ELSE 'internal' END AS direction,
                   CASE WHEN u4 < .84 THEN 'answered' WHEN u4 < .89 THEN 'missed' WHEN u4 < .93 THEN 'abandoned'
                        WHEN u4 < .96 THEN 'busy' WHEN u4 < .98 THEN 'failed' WHEN u4 < .999 THEN 'voicemail'
                        ELSE 'unknown' END AS status,
                   CASE WHEN u5 < .6 THEN a.first_contact + (u12 * u12 * a.contacts)::int END AS contact_id,
                   (-14 * ln(1 - u6))::int AS wait_s, u6, u7, u8, u9, u10, u11, u12
            FROM (
                SELECT n, date_trunc('milliseconds', %(begin)s::timestamptz + day * interval '1 day'
                       + (%(hours)s::int[])[1 + (bench_chance(n, 2) * 99.99)::int] * interval '1 hour'
                       + bench_chance(n, 13) * interval '1 hour') AS at,
                       1 + (2000 * power(bench_chance(n, 1), 3))::int %% 2000 AS account_rank,
                       bench_chance(n, 3) AS u3, bench_chance(n, 4) AS u4, bench_chance(n, 5) AS u5,
                       bench_chance(n, 6) AS u6, bench_chance(n, 7) AS u7, bench_chance(n, 8) AS u8,
                       bench_chance(n, 9) AS u9, bench_chance(n, 10) AS u10, bench_chance(n, 11) AS u11,
                       bench_chance(n, 12) AS u12
                FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
                CROSS JOIN LATERAL (
                    SELECT least((bench_chance(n, 14) * %(days)s)::int, %(days)s - 1) AS any_day
                ) AS d
                CROSS JOIN LATERAL (  -- one in three calls of a weekend is left there, the others come on the third day after
                    SELECT CASE WHEN extract(isodow FROM %(begin)s::timestamptz + any_day * interval '1 day') < 6
                        OR bench_chance(n, 15) < .33 OR any_day + 3 >= %(days)s THEN any_day ELSE any_day + 2 END AS day
                ) AS w
            ) AS drawn
            JOIN bench_account a USING (account_rank)
            WHERE at < %(end)s
        ) AS said
    ) AS meant, bench_phrases AS phrases
) AS whole, bench_phrases AS phrases
ORDER BY at
