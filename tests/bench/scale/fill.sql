-- Fills an installation's database up to :comments stored comments, as PostgreSQL's superuser and with no server on it:
--
--   psql -X -v comments=1000000 -v site=demo -v other_sites=7 -v terms=0 -d URL -f fill.sql
--
-- Every second comment is of :site, the others are of :other_sites more, which are made. The comments are a year old at
-- most, in their order; texts of 2 to 4 of 4,000 sentences and a number; one author in ten wrote most. 58 % are approved,
-- 36 % spam, 5 % trashed and 1 % wait in the queue; people decided every twentieth, which taught nothing (what is to be
-- learnt goes through LearnComments). The newest :terms comments get the search index's terms, 40 each, and 8 bands that
-- those with the same first sentence share, though their sketches are as far apart as chance has it; without any the search finds none.
--
-- The same numbers give the same rows. What is there stays: calling it again with more comments adds the difference.
\set ON_ERROR_STOP on
\pset tuples_only on
\timing off
SELECT current_setting('is_superuser') = 'on' AS super, (SELECT count(*) FROM replyguard.comments) AS present \gset
\if :super
\else
  \warn 'only a superuser may leave the triggers out'
  \quit
\endif
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '1GB';
SET work_mem = '64MB';
SET jit = off;
SELECT setseed(0.25);

INSERT INTO replyguard.sites (slug, display_name, languages, policy, created_at, updated_at)
SELECT 'filled-' || n, 'Filled ' || n, '{}', s.policy, now(), now()
FROM replyguard.sites s, generate_series(1, :other_sites) AS n WHERE s.slug = :'site' ON CONFLICT DO NOTHING;
INSERT INTO replyguard.site_heads (site_id) SELECT site_id FROM replyguard.sites ON CONFLICT DO NOTHING;
UPDATE replyguard.config_head SET revision = revision + 1;
CREATE TEMP TABLE places AS
SELECT site_id, CASE WHEN slug = :'site' THEN 0 ELSE row_number() OVER (PARTITION BY slug = :'site' ORDER BY site_id) END AS place
FROM replyguard.sites WHERE slug = :'site' OR slug LIKE 'filled-%';

CREATE TEMP TABLE words AS
SELECT row_number() OVER () AS n, a || b || c AS word
FROM unnest('{ba,ko,li,mur,ten,sha,pro,que,dro,vin}'::text[]) AS a, unnest('{ra,no,mi,tel,sun,ver,la,po,den,ka}'::text[]) AS b,
     unnest('{"",s,ing,ed,er,ly,tion,able}'::text[]) AS c;
CREATE TEMP TABLE sentences AS
SELECT s.n, string_agg(w.word, ' ' ORDER BY s.i) || '.' AS text
FROM (SELECT n, i, 1 + floor(800 * power(random(), 2))::int AS word FROM generate_series(1, 4000) AS n, generate_series(1, 12) AS i) AS s
JOIN words w ON w.n = s.word GROUP BY s.n;
ANALYZE places, words, sentences;

-- What each new comment is made from. `way` settles its status.
CREATE TEMP TABLE drawn AS
SELECT g AS n, CASE WHEN g % 2 = 0 THEN 0 ELSE 1 + (g / 2) % greatest(:other_sites, 1) END AS place,
       now() - interval '365 days' * (1 - g::float8 / (1.0001 * :comments)) AS at, random() AS way,
       floor(power(random(), 3) * (1000 + :comments / 10))::bigint AS author,
       floor(random() * (1000 + :comments / 20))::bigint AS network, g / 20000 * 100 + floor(random() * 100)::bigint AS thread,
       1 + floor(random() * 4000)::int AS s1, 1 + floor(random() * 4000)::int AS s2,
       CASE WHEN random() < 0.6 THEN 1 + floor(random() * 4000)::int END AS s3,
       CASE WHEN random() < 0.3 THEN 1 + floor(random() * 4000)::int END AS s4, random() AS chance
FROM generate_series(:present + 1, :comments) AS g;

-- Indexes made once at the end cost a fraction of kept ones.
CREATE TEMP TABLE made_later AS
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i
WHERE i.indrelid IN ('replyguard.comments'::regclass, 'replyguard.comment_terms'::regclass) AND NOT i.indisprimary
  AND :comments - :present > 100000;
SELECT 'DROP INDEX ' || name FROM made_later \gexec

INSERT INTO replyguard.threads (site_id, thread_id, thread_key, uri, title, state, created_at)
SELECT p.site_id, md5('t' || p.site_id || ' ' || d.thread)::uuid, 'article-f' || d.thread, 'https://news.example/a/' || d.thread,
       'Article ' || d.thread, 1, min(d.at)
FROM drawn d JOIN places p USING (place) GROUP BY 1, d.thread ON CONFLICT DO NOTHING;

-- comment_id is a version 7 UUID of the time, its random part made of the number.
INSERT INTO replyguard.comments (site_id, comment_id, thread_id, author_name, author_email_masked, author_email_domain, author_hash,
  hmac_key_id, author_url, author_verified, body, body_masked, body_hash, ip_masked, ip_hash, user_agent, referrer, language,
  context, status, status_source, status_at, submitted_at, received_at, revision, verdict, blatant, probability, score, model_id,
  policy_revision, assessed_at, assessment_details, novelty)
SELECT p.site_id,
  (lpad(to_hex((extract(epoch FROM d.at) * 1000)::bigint), 12, '0') || '7' || substr(m.hash, 1, 3) || '8' || substr(m.hash, 4, 15))::uuid,
  md5('t' || p.site_id || ' ' || d.thread)::uuid, 'Reader ' || d.author, 'r***@example.org', 'example.org',
  sha256(('author ' || p.site_id || ' ' || d.author)::bytea), 1, '', false,
  concat_ws(' ', s1.text, s2.text, s3.text, s4.text, d.n), false, sha256(('body ' || d.n)::bytea),
  '198.51.' || d.network % 256 || '.0', sha256(('network ' || d.network)::bytea),
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', '', 'en', '{}', w.status, w.source, d.at, d.at, d.at, 1 + w.decided,
  CASE w.status WHEN 2 THEN 1 WHEN 1 THEN 2 ELSE 3 END, false, w.p, ((w.p - 0.5) * 8000000)::bigint, 'x5.e3.p1000', 1, d.at,
  '{"reasons":[{"k":2,"c":"WORDS","t":"' || substr(s1.text, 1, 30) || '","w":' || (w.p * 900000)::int
    || '},{"k":2,"c":"SHAPE","t":"230 characters, 31 words","w":-41273},{"k":2,"c":"NETWORK","t":"198.51.0.0/24","w":20417}]}', 0.1
FROM drawn d JOIN places p USING (place) CROSS JOIN LATERAL md5('c' || d.n) AS m(hash)
CROSS JOIN LATERAL (SELECT CASE WHEN d.way < 0.01 THEN 1 WHEN d.way < 0.59 THEN 2 WHEN d.way < 0.95 THEN 3 ELSE 4 END AS status,
  CASE WHEN d.way >= 0.01 AND d.chance < 0.05 THEN 2 ELSE 1 END AS source, (d.way >= 0.01 AND d.chance < 0.05)::int AS decided,
  CASE WHEN d.way < 0.01 THEN 0.3 + 0.5 * d.chance WHEN d.way < 0.59 THEN 0.2 * d.chance ELSE 0.8 + 0.2 * d.chance END AS p) AS w
JOIN sentences s1 ON s1.n = d.s1 JOIN sentences s2 ON s2.n = d.s2 LEFT JOIN sentences s3 ON s3.n = d.s3
LEFT JOIN sentences s4 ON s4.n = d.s4;
DROP TABLE drawn;
SELECT definition FROM made_later \gexec

CREATE TEMP TABLE added AS
SELECT c.site_id, c.comment_id, c.thread_id, c.author_hash, c.ip_hash, c.status, c.status_source, c.probability, c.received_at
FROM replyguard.comments c JOIN places USING (site_id)
WHERE (c.status <> 2 OR c.status_source = 2) AND c.model_id = 'x5.e3.p1000';

INSERT INTO replyguard.queue_items (site_id, comment_id, thread_id, author_id, ip_id, cause, entered_at, probability, uncertainty, usefulness)
SELECT a.site_id, a.comment_id, a.thread_id, substring(a.author_hash FOR 16), substring(a.ip_hash FOR 16), 1, a.received_at,
       a.probability, abs(a.probability - 0.5), (1100 * (1 - 2 * abs(a.probability - 0.5)))::int
FROM added a WHERE a.status = 1 ON CONFLICT DO NOTHING;
INSERT INTO replyguard.spam_folder (site_id, comment_id, status)
SELECT a.site_id, a.comment_id, a.status FROM added a WHERE a.status IN (3, 4) ON CONFLICT DO NOTHING;
INSERT INTO replyguard.decisions (site_id, decision_id, comment_id, action, actor, actor_key_id, from_status, from_status_source,
  from_status_at, from_report_count, to_status, to_status_source, teaches, reason_code, note, revision, decided_at, label_before)
SELECT a.site_id, a.comment_id, a.comment_id, a.status - 1, 'Filler', 'f111ed0000000000', 1, 1, a.received_at, 0, a.status, 2, false, '',
       '', 2, a.received_at, 0
FROM added a WHERE a.status_source = 2 AND a.status BETWEEN 2 AND 4 ON CONFLICT DO NOTHING;
-- One event for all that happened, in the order of time; those of the last 90 days are kept.
CREATE TEMP TABLE newest AS
SELECT p.site_id, coalesce(max(e.sequence), 0) AS sequence FROM places p LEFT JOIN replyguard.events e USING (site_id) GROUP BY p.site_id;
INSERT INTO replyguard.events (site_id, sequence, type, comment_id, thread_id, status, previous_status, created_at)
SELECT a.site_id, n.sequence + row_number() OVER (PARTITION BY a.site_id ORDER BY a.received_at), CASE a.status WHEN 1 THEN 1 ELSE 2 END, a.comment_id,
       a.thread_id, a.status, CASE a.status WHEN 1 THEN NULL ELSE 1 END, a.received_at
FROM added a JOIN newest n USING (site_id) WHERE a.received_at > now() - interval '90 days' AND (a.status = 1 OR a.status_source = 2)
  AND NOT EXISTS (SELECT 1 FROM replyguard.events e WHERE e.site_id = a.site_id AND e.comment_id = a.comment_id);
UPDATE replyguard.site_heads h SET event_seq = e.last, newest_at = greatest(h.newest_at, e.at)
FROM (SELECT site_id, max(sequence) AS last, max(created_at) AS at FROM replyguard.events GROUP BY site_id) AS e
WHERE e.site_id = h.site_id;
INSERT INTO replyguard.comment_terms (site_id, comment_id, terms, sketch)
SELECT c.site_id, c.comment_id, ARRAY(SELECT hashtextextended(c.site_id || w, 0) & 9223372036854775807
  FROM (SELECT DISTINCT w FROM regexp_split_to_table(c.body, ' ') AS w LIMIT 40) AS t) || ARRAY(SELECT
  hashtextextended(c.site_id || substr(c.body, 1 + 5 * i, 20), i) | (-9223372036854775807 - 1) FROM generate_series(0, 7) AS i),
  hashtextextended(c.body, 1)
FROM (SELECT * FROM replyguard.comments ORDER BY received_at DESC LIMIT :terms) AS c WHERE :terms > 0 ON CONFLICT DO NOTHING;
VACUUM (ANALYZE) replyguard.comments, replyguard.queue_items, replyguard.spam_folder, replyguard.decisions, replyguard.events,
  replyguard.threads, replyguard.comment_terms;
SELECT 'comments ' || count(*) FROM replyguard.comments;
