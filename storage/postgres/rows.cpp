// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "postgres/rows.h"

namespace replyguard::storage {
namespace {

int HexValue(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// Walks the columns of a row from left to right.
class Columns {
 public:
  Columns(const pqxx::row& row, int offset) : row_(row), next_(offset) {}
  pqxx::field Next() { return row_[static_cast<pqxx::row::size_type>(next_++)]; }

 private:
  const pqxx::row& row_;
  int next_;
};

Assessment ReadAssessment(Columns& c) {
  Assessment a;
  a.verdict = EnumAt<Verdict>(c.Next());
  a.blatant = c.Next().as<bool>();
  a.probability = OptDoubleAt(c.Next());
  a.score = OptInt64At(c.Next());
  a.model_id = TextAt(c.Next());
  a.policy_revision = c.Next().as<std::int64_t>();
  a.assessed_at = TimeAt(c.Next());
  a.details_json = TextAt(c.Next());
  return a;
}

}  // namespace

std::optional<Uuid> OptUuidAt(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  Uuid id;
  std::size_t digits = 0;
  for (const char* p = field.c_str(); *p != '\0' && digits < 32; ++p) {
    if (*p == '-') continue;
    std::uint8_t& byte = id.bytes[digits / 2];
    byte = static_cast<std::uint8_t>(byte * 16 + HexValue(*p));
    ++digits;
  }
  return id;
}

Uuid UuidAt(const pqxx::field& field) { return OptUuidAt(field).value_or(Uuid{}); }

Timestamp TimeAt(const pqxx::field& field) {
  return Timestamp(std::chrono::microseconds(field.as<std::int64_t>()));
}

std::optional<Timestamp> OptTimeAt(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return TimeAt(field);
}

std::string TextAt(const pqxx::field& field) { return std::string(field.c_str(), field.size()); }

std::string BytesAt(const pqxx::field& field) {
  std::string bytes;
  if (field.is_null()) return bytes;
  const std::string_view text(field.c_str(), field.size());
  if (!text.starts_with("\\x")) {
    throw pqxx::conversion_error("bytes came otherwise than in hexadecimal digits");
  }
  bytes.reserve(text.size() / 2 - 1);
  for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<char>(HexValue(text[i]) * 16 + HexValue(text[i + 1])));
  }
  return bytes;
}

std::optional<double> OptDoubleAt(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<double>();
}

std::optional<std::int64_t> OptInt64At(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<std::int64_t>();
}

CommentRecord ReadComment(const pqxx::row& row, int offset) {
  Columns c(row, offset);
  CommentRecord r;
  r.site_id = c.Next().as<std::int64_t>();
  r.comment_id = UuidAt(c.Next());
  r.thread_id = UuidAt(c.Next());
  r.thread_key = TextAt(c.Next());
  r.parent_id = OptUuidAt(c.Next());
  r.author_name = TextAt(c.Next());
  r.author_email_masked = TextAt(c.Next());
  r.author_email_domain = TextAt(c.Next());
  r.author_hash = BytesAt(c.Next());
  r.hmac_key_id = c.Next().as<std::int32_t>();
  r.author_url = TextAt(c.Next());
  r.author_verified = c.Next().as<bool>();
  r.body = TextAt(c.Next());
  r.body_masked = c.Next().as<bool>();
  r.body_hash = BytesAt(c.Next());
  r.ip_masked = TextAt(c.Next());
  r.ip_hash = BytesAt(c.Next());
  r.user_agent = TextAt(c.Next());
  r.referrer = TextAt(c.Next());
  r.language = TextAt(c.Next());
  r.context_json = TextAt(c.Next());
  r.status = EnumAt<CommentStatus>(c.Next());
  r.status_source = EnumAt<StatusSource>(c.Next());
  r.status_at = TimeAt(c.Next());
  r.submitted_at = TimeAt(c.Next());
  r.edited_at = OptTimeAt(c.Next());
  r.revision = c.Next().as<std::int64_t>();
  r.report_count = c.Next().as<std::int32_t>();
  r.edit_floor = EnumAt<CommentStatus>(c.Next());
  r.assessment = ReadAssessment(c);
  constexpr int kFirstAssessmentColumn = kCommentColumns - 8;
  if (!row[static_cast<pqxx::row::size_type>(offset + kFirstAssessmentColumn)].is_null()) {
    r.first_assessment = ReadAssessment(c);
  }
  return r;
}

ThreadRecord ReadThread(const pqxx::row& row, int offset) {
  Columns c(row, offset);
  ThreadRecord t;
  t.site_id = c.Next().as<std::int64_t>();
  t.thread_id = UuidAt(c.Next());
  t.key = TextAt(c.Next());
  t.uri = TextAt(c.Next());
  t.title = TextAt(c.Next());
  t.state = EnumAt<ThreadState>(c.Next());
  t.published_at = OptTimeAt(c.Next());
  t.created_at = TimeAt(c.Next());
  t.revision = c.Next().as<std::int64_t>();
  return t;
}

}  // namespace replyguard::storage
