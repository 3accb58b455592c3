// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// From result fields to records. A field is text; bytea comes as "\\x" and hexadecimal digits.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "storage/comment.h"
#include "storage/types.h"

// A timestamptz as microseconds since 1970, exactly (extract() is numeric from PostgreSQL 14 on).
#define RG_US(column) "(extract(epoch FROM " column ") * 1000000)::bigint"

// A server's clock as far as a log follows it: at most a minute ahead of the database's own. A
// log's times never go back, so one server whose clock has jumped would date everybody's.
#define RG_CLOCK(time) "least(" time "::timestamptz, clock_timestamp() + interval '1 minute')"

// Whether a lease of the queue that ends then is somebody's now. None lasts longer than
// kLeaseTimeMax: one that ends later was given while the database's clock was ahead.
#define RG_LEASED(until)                              \
  "coalesce(" until " > clock_timestamp() AND " until \
  " <= clock_timestamp() + interval "                 \
  "'61 minutes', false)"

// The columns of a comment, for ReadComment, of comments AS c joined with threads AS t.
#define RG_COMMENT_COLUMNS \
  "c.site_id, c.comment_id, c.thread_id, t.thread_key, c.parent_id, c.author_name, "              \
  "c.author_email_masked, c.author_email_domain, c.author_hash, c.hmac_key_id, c.author_url, "    \
  "c.author_verified, c.body, c.body_masked, c.body_hash, c.ip_masked, c.ip_hash, c.user_agent, " \
  "c.referrer, c.language, c.context, c.status, c.status_source, " RG_US(                         \
      "c.status_at") ", " RG_US("c.submitted_at") ", " RG_US("c.edited_at") ", c.revision, "      \
  "c.report_count, c.edit_floor, c.verdict, c.blatant, c.probability, c.score, c.model_id, "                    \
  "c.policy_revision, " RG_US("c.assessed_at") ", c.assessment_details, "                         \
  "c.first_assessment->>'verdict', c.first_assessment->>'blatant', "                              \
  "c.first_assessment->>'probability', c.first_assessment->>'score', "                            \
  "c.first_assessment->>'model_id', c.first_assessment->>'policy_revision', "                     \
  "c.first_assessment->>'assessed_at_us', c.first_assessment->'details'"

#define RG_COMMENT_FROM                                                                            \
  "replyguard.comments c LEFT JOIN replyguard.threads t ON t.site_id = c.site_id AND t.thread_id " \
  "= c.thread_id"

// The columns of a thread, for ReadThread, of threads AS t.
#define RG_THREAD_COLUMNS                                                  \
  "t.site_id, t.thread_id, t.thread_key, t.uri, t.title, t.state, " RG_US( \
      "t.published_at") ", " RG_US("t.created_at") ", t.revision"

namespace replyguard::storage {

inline constexpr int kCommentColumns = 45;

Uuid UuidAt(const pqxx::field& field);  // the nil UUID for null
std::optional<Uuid> OptUuidAt(const pqxx::field& field);
Timestamp TimeAt(const pqxx::field& field);
std::optional<Timestamp> OptTimeAt(const pqxx::field& field);
std::string BytesAt(const pqxx::field& field);  // empty for null
std::string TextAt(const pqxx::field& field);   // empty for null
std::optional<double> OptDoubleAt(const pqxx::field& field);
std::optional<std::int64_t> OptInt64At(const pqxx::field& field);
template <typename E>
E EnumAt(const pqxx::field& field) {
  return static_cast<E>(field.as<int>());
}
template <typename E>
std::optional<E> OptEnumAt(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return EnumAt<E>(field);
}

// From kCommentColumns columns, the first at offset.
CommentRecord ReadComment(const pqxx::row& row, int offset = 0);
ThreadRecord ReadThread(const pqxx::row& row, int offset = 0);

}  // namespace replyguard::storage
