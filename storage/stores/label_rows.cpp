// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/label_rows.h"

#include "postgres/params.h"
#include "postgres/rows.h"

// Whether labels of people and rules of the last 24 hours that taught, those for which `which`
// holds, are as many as `cap` lets. Reads no more of them than that; those that the active
// generation leaves out do not count.
#define RG_REACHED(cap, which)                                                                    \
  "WHEN " cap                                                                                     \
  " > 0 AND (SELECT count(*) FROM (SELECT 1 FROM replyguard.labels k "                            \
  "WHERE k.site_id = $1::bigint AND " which                                                       \
  " AND k.source IN (1, 3) AND k.label <> 0 AND k.cap = 0 "                                       \
  "AND k.labelled_by <> ALL(gen.excluded) "                                                       \
  "AND k.labelled_at > head.newest_at - interval '24 hours' AND k.labelled_at <= head.newest_at " \
  "LIMIT " cap ") x) >= " cap " "

// When what is written next happened: never before what was written last, unless that is of a time
// that has not come, as the database's clock was ahead. Windows would not move until then.
#define RG_NEXT(time)                                                                          \
  "newest_at = CASE WHEN newest_at > clock_timestamp() + interval '2 minutes' THEN " RG_CLOCK( \
      time) " ELSE greatest(newest_at, " RG_CLOCK(time) ") END "

// Of the same class, and with the same value of this part of the sample, if it has one.
#define RG_SAME(part)                      \
  "coalesce(step.sample->>'" part          \
  "', '') <> '' AND k.label = step.label " \
  "AND k.sample->>'" part "' = step.sample->>'" part "'"

// Compares the state in force (cur) with the wanted one (new_state: label, sample), and if they
// differ takes the next position and writes, dated no earlier than the position before (RG_NEXT),
// with what the site's setting is by now. $1 site, $2 sample id, $3 source, $4 by, $5 decision, $6
// at; the rest is new_state's (label, sample, weight, the cap that it has whatever was taught
// lately, or NULL, and who said it first when that was another, or '') and import_id's. LIMIT 1
// tells the planner that the head is one row: it would take a table without statistics for a large
// one, and spend a second on compiling the statement.
#define RG_APPEND(new_state, import_id) \
  "WITH cur AS (SELECT l.position, l.label, l.sample, l.weight, l.source, "                      \
  "CASE WHEN l.first_by <> '' THEN l.first_by ELSE l.labelled_by END AS by "                     \
  "FROM replyguard.labels l "                                                                    \
  "WHERE l.site_id = $1::bigint AND l.sample_id = $2::text ORDER BY l.position DESC LIMIT 1), "  \
  "wanted AS (" new_state                                                                        \
  "), "                                                                                          \
  "step AS (SELECT w.label, w.sample, w.cap, w.weight, w.first_by, "                             \
  "coalesce(c.label, 0) AS previous_label, "                                                     \
  "CASE WHEN coalesce(c.label, 0) = 0 THEN 0 ELSE c.position END AS previous_position "          \
  "FROM wanted w LEFT JOIN cur c ON true "                                                       \
  "WHERE coalesce(c.label, 0) <> w.label OR (w.label <> 0 AND (c.sample IS DISTINCT FROM "       \
  "w.sample OR c.weight <> w.weight OR (c.source = 3 AND $3::smallint = 1 AND w.first_by = '') " \
  "OR (w.first_by <> '' AND c.by <> w.first_by)))), "                                            \
  "head AS (UPDATE replyguard.label_head SET position = position + 1, "                          \
  RG_NEXT("$6") \
  "WHERE EXISTS (SELECT 1 FROM step) RETURNING position, newest_at), "                           \
  "entry AS (SELECT step.*, head.position, head.newest_at, coalesce(s.shared_learning, false) AS "  \
  "shares, coalesce(step.cap, CASE WHEN $3::smallint NOT IN (1, 3) OR step.label = 0 THEN 0 "    \
  RG_REACHED("s.by_key_max", "k.labelled_by = $4::text") "THEN 1 "                               \
  RG_REACHED("s.of_author_max", RG_SAME("author_hash")) "THEN 2 "                                \
  RG_REACHED("s.of_network_max", RG_SAME("ip_hash")) "THEN 3 "                                   \
  "ELSE 0 END) AS new_cap FROM step "                                                            \
  "CROSS JOIN (SELECT position, newest_at FROM head LIMIT 1) head "                              \
  "CROSS JOIN (SELECT g.excluded FROM replyguard.generations g WHERE g.generation = "            \
  "(SELECT a.generation FROM replyguard.activations a ORDER BY a.activation DESC LIMIT 1) "      \
  "LIMIT 1) gen "                                                                                \
  "LEFT JOIN replyguard.sites s ON s.site_id = $1::bigint) "                                     \
  "INSERT INTO replyguard.labels (site_id, position, sample_id, source, label, previous_label, " \
  "previous_position, sample, labelled_by, decision_id, labelled_at, import_id, shares, cap, weight, first_by) " \
  "SELECT $1::bigint, r.position, $2::text, $3::smallint, r.label, r.previous_label, "           \
  "r.previous_position, r.sample, $4::text, $5::uuid, r.newest_at, " import_id                \
  ", r.shares, r.new_cap, r.weight, r.first_by "                                                 \
  "FROM entry r RETURNING position, cap"

// A part of a sample that is there only when something is known: a sample without it equals those
// of earlier versions, so that the same label again stays no step of the log.
#define RG_CONTEXT(context) \
  "CASE WHEN " context      \
  " = '{}'::jsonb THEN '{}'::jsonb ELSE jsonb_build_object('context', " context ") END"

namespace replyguard::storage {
namespace {

constexpr Statement kLockHead{"label_lock",
                              "SELECT position FROM replyguard.label_head FOR UPDATE"};

constexpr Statement kFromComment{
    "label_comment",
    RG_APPEND("SELECT $8::smallint AS label, CASE WHEN $8::smallint = 0 THEN NULL ELSE "
              "jsonb_build_object('body', c.body, 'author_name', c.author_name, "
              "'author_email_domain', c.author_email_domain, 'author_url', c.author_url, "
              "'user_agent', c.user_agent, 'language', c.language, "
              "'author_hash', coalesce(encode(c.author_hash, 'hex'), ''), "
              "'ip_hash', coalesce(encode(c.ip_hash, 'hex'), '')) || " RG_CONTEXT(
                  "c.context") " END AS sample, NULL::smallint AS cap, 1::smallint AS weight, '' "
                               "AS first_by "
                               "FROM replyguard.comments c WHERE c.site_id = $1::bigint AND "
                               "c.comment_id = $7::uuid",
              "''")};

constexpr Statement kFromPosition{
    "label_position",
    RG_APPEND("SELECT coalesce(o.label, 0::smallint) AS label, o.sample, "
              "coalesce(o.cap, 0::smallint) AS cap, coalesce(o.weight, 1::smallint) AS weight, "
              "CASE WHEN o.position IS NULL THEN '' WHEN o.first_by <> '' THEN o.first_by "
              "ELSE o.labelled_by END AS first_by FROM (SELECT 1) AS one "
              "LEFT JOIN replyguard.labels o ON o.site_id = $1::bigint AND o.position = $7::bigint "
              // What was to be erased since does not come back.
              "AND NOT o.erased AND NOT EXISTS (SELECT 1 FROM replyguard.label_erasures e WHERE "
              "e.site_id = o.site_id AND e.sample_id = o.sample_id AND e.position >= o.position)",
              "''")};

// An example that comes without its author, as exports leave addresses out, is of whoever is known
// to have written the same text under its name: of them it can be erased, and it is no other
// example. Of the newest rows, whoever writes many. $8 body, $14 author, $15 network.
#define RG_KNOWN_AUTHOR                                                                          \
  "(SELECT r.sample->>'author_hash' FROM (SELECT l.position, l.sample FROM replyguard.labels l " \
  "WHERE l.site_id = $1::bigint AND l.sample_id = $2::text ORDER BY l.position DESC LIMIT 100) " \
  "r WHERE r.sample->>'body' = $8::text AND r.sample->>'author_hash' <> '' "                     \
  "ORDER BY r.position DESC LIMIT 1)"
#define RG_KNOWN_NETWORK                                                            \
  "(SELECT c.sample->>'ip_hash' FROM cur c WHERE c.sample->>'body' = $8::text AND " \
  "c.sample->>'author_hash' = a.author_hash)"

constexpr Statement kFromSample{
    "label_sample",
    RG_APPEND("SELECT $7::smallint AS label, CASE WHEN $7::smallint = 0 THEN NULL ELSE "
              "jsonb_build_object('body', $8::text, 'author_name', $9::text, "
              "'author_email_domain', $10::text, "
              "'author_url', $11::text, 'user_agent', $12::text, 'language', $13::text, "
              "'author_hash', a.author_hash, 'ip_hash', coalesce(nullif(encode($15::bytea, 'hex'), "
              "''), " RG_KNOWN_NETWORK ", '')) "
              "|| " RG_CONTEXT("$16::text::jsonb") " END AS sample, NULL::smallint AS cap, "
                                                   "$18::smallint AS weight, '' AS first_by FROM "
                                                   "(SELECT coalesce(nullif(encode($14::bytea, "
                                                   "'hex'), ''), " RG_KNOWN_AUTHOR
                                                   ", '') AS author_hash) a",
              "$17::text")};

constexpr Statement kSetting{
    "label_setting",
    "WITH head AS (UPDATE replyguard.label_head SET position = position + 1, "
    RG_NEXT("$2") "RETURNING position, newest_at) "
    "INSERT INTO replyguard.labels (site_id, position, sample_id, source, label, previous_label, "
    "previous_position, labelled_by, labelled_at, shares) "
    "SELECT s.site_id, head.position, '', 4, 0, 0, 0, '', head.newest_at, s.shared_learning "
    "FROM replyguard.sites s CROSS JOIN head WHERE s.site_id = $1::bigint"};

constexpr Statement kNoteErasure{
    "label_erasure_at",
    "INSERT INTO replyguard.label_erasures (site_id, position, sample_id, asked_at) "
    "VALUES ($1::bigint, $2::bigint, $3::text, least($4::timestamptz, now())) "
    "ON CONFLICT DO NOTHING"};

Appended AppendedIn(const pqxx::result& rows) {
  if (rows.empty()) return {};
  return {rows[0][0].as<std::int64_t>(), EnumAt<LabelCap>(rows[0][1])};
}

}  // namespace

std::string CommentSampleId(const CommentId& comment_id) { return "c:" + comment_id.ToHex(); }

LabelAppender::LabelAppender(Tx& tx) : tx_(tx) { tx_.Exec(kLockHead); }

Appended LabelAppender::FromComment(const NewLabel& meta, const CommentId& comment_id,
                                    LabelClass label) {
  return AppendedIn(tx_.Exec(kFromComment, meta.site_id, Text(CommentSampleId(comment_id)),
                             static_cast<int>(meta.source), Text(meta.labelled_by),
                             OptId(meta.decision_id), Time(meta.at), Id(comment_id),
                             static_cast<int>(label)));
}

Appended LabelAppender::FromPosition(const NewLabel& meta, const CommentId& comment_id,
                                     std::int64_t position) {
  return AppendedIn(tx_.Exec(kFromPosition, meta.site_id, Text(CommentSampleId(comment_id)),
                             static_cast<int>(meta.source), Text(meta.labelled_by),
                             OptId(meta.decision_id), Time(meta.at), position));
}

Appended LabelAppender::FromSample(const NewLabel& meta, const std::string& sample_id,
                                   LabelClass label, const LabelSample& sample) {
  return AppendedIn(
      tx_.Exec(kFromSample, meta.site_id, Text(sample_id), static_cast<int>(meta.source),
               Text(meta.labelled_by), OptId(meta.decision_id), Time(meta.at),
               static_cast<int>(label), Text(sample.body), Text(sample.author_name),
               Text(sample.author_email_domain), Text(sample.author_url), Text(sample.user_agent),
               Text(sample.language), Bytes(sample.author_hash), Bytes(sample.ip_hash),
               Text(sample.context_json.empty() ? "{}" : sample.context_json), Text(meta.import_id),
               meta.weight));
}

void LabelAppender::Setting(SiteId site_id, Timestamp at) { tx_.Exec(kSetting, site_id, Time(at)); }

void NoteLabelErasure(Tx& tx, SiteId site_id, const std::string& sample_id, std::int64_t position,
                      Timestamp at) {
  tx.Exec(kNoteErasure, site_id, position, Text(sample_id), Time(at));
}

}  // namespace replyguard::storage
