// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "writer/lookup.h"

#include <algorithm>

#include "postgres/params.h"
#include "postgres/rows.h"

// What was seen of one hash: the newest 32 comments as one character each (status + flags; a status
// is 1 to 5, so never NUL), newest first. Decoded by DecodeSeen.
#define RG_CODE(since)                                            \
  "chr(h.status + CASE WHEN h.author_verified THEN 8 ELSE 0 "     \
  "END + CASE WHEN h.edited_at IS NOT NULL THEN 16 ELSE 0 END + " \
  "CASE WHEN h.received_at >= m." since                           \
  " THEN 32 ELSE 0 END + CASE WHEN h.status_source <> 1 THEN 64 ELSE 0 END)"

// What was received later than now was so by a clock that was ahead: it would be the newest, and
// recent, until then.
#define RG_MATCH(column, hash)                                                      \
  "FROM replyguard.comments c WHERE c.site_id = m.site_id AND c." column " = " hash \
  " AND c.status <> 5 AND c.comment_id IS DISTINCT FROM m.except_id "               \
  "AND c.received_at <= greatest(m.asked_at, now()) + interval '1 minute'"

// All keys' hashes of a member stand in one bytea, 32 bytes each.
#define RG_KEYS(hashes) \
  "FROM generate_series(0, octet_length(m." hashes ") / 32 - 1) AS k(i) CROSS JOIN LATERAL "
#define RG_KEY(hashes) "substring(m." hashes " FROM k.i * 32 + 1 FOR 32)"

#define RG_SEEN_ONE_KEY(column, hashes, since) \
  "(SELECT string_agg(" RG_CODE(since) ", '') FROM (SELECT c.status, c.status_source, c.author_verified, " \
  "c.edited_at, c.received_at " RG_MATCH(column, "m." hashes)                                       \
  " ORDER BY c.received_at DESC LIMIT 32) h), "                                                     \
  "CASE WHEN m.recent_max > 32 THEN (SELECT count(*) FROM (SELECT 1 " RG_MATCH(column, "m." hashes) \
  " AND c.received_at >= m." since " ORDER BY c.received_at DESC LIMIT m.recent_max) r) END"

#define RG_SEEN_MANY_KEYS(column, hashes, since) \
  "(SELECT string_agg(" RG_CODE(since) ", '') FROM (SELECT c.status, c.status_source, c.author_verified, " \
  "c.edited_at, c.received_at " RG_KEYS(hashes) "(SELECT c.status, c.status_source, c.author_verified, c.edited_at, " \
  "c.received_at " RG_MATCH(column, RG_KEY(hashes)) " ORDER BY c.received_at DESC LIMIT 32) c "       \
  "ORDER BY c.received_at DESC LIMIT 32) h), "                                                       \
  "CASE WHEN m.recent_max > 32 THEN (SELECT count(*) FROM (SELECT 1 " RG_KEYS(hashes)               \
  "(SELECT 1 " RG_MATCH(column, RG_KEY(hashes)) " AND c.received_at >= m." since                     \
  " ORDER BY c.received_at DESC LIMIT m.recent_max) c LIMIT m.recent_max) r) END"

// clang-format off
#define RG_LOOKUP(seen)                                                                            \
  "SELECT q.comment_id, q.request_fingerprint, p.thread_id, p.status, "                            \
  seen("author_hash", "author_hashes", "author_since") ", "                                        \
  seen("ip_hash", "ip_hashes", "ip_since") ", "                                                    \
  seen("body_hash", "body_hashes", "body_since") ", " RG_THREAD_COLUMNS                            \
  " FROM unnest($1::bigint[], $2::text[], $3::text[], $4::uuid[], $5::bytea[], $6::bytea[], "      \
  "$7::bytea[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::integer[], "        \
  "$12::uuid[], $13::timestamptz[]) "                                                              \
  "WITH ORDINALITY AS m(site_id, request_id, thread_key, parent_id, author_hashes, ip_hashes, "    \
  "body_hashes, author_since, ip_since, body_since, recent_max, except_id, asked_at, ord) "        \
  "LEFT JOIN replyguard.comments q ON q.site_id = m.site_id AND q.request_id = m.request_id "      \
  "LEFT JOIN replyguard.threads t ON t.site_id = m.site_id AND t.thread_key = m.thread_key "       \
  "LEFT JOIN replyguard.comments p ON p.site_id = m.site_id AND p.comment_id = m.parent_id "       \
  "ORDER BY m.ord"
// clang-format on

namespace replyguard::storage {
namespace {

constexpr Statement kLookup{"submission_lookup", RG_LOOKUP(RG_SEEN_ONE_KEY)};
// While old HMAC keys are kept.
constexpr Statement kLookupManyKeys{"submission_lookup_keys", RG_LOOKUP(RG_SEEN_MANY_KEYS)};

void AddHashes(const std::vector<KeyedHash>& hashes, ArrayParam& out) {
  if (hashes.empty()) return out.AddNull();
  std::string all;
  all.reserve(hashes.size() * kHmacBytes);
  for (std::size_t i = 0; i < std::min(hashes.size(), kHashesPerLookupMax); ++i) {
    all.append(hashes[i].bytes());
  }
  out.AddBytes(all);
}

void AddSince(const std::optional<Timestamp>& since, ArrayParam& out) { out.AddOptTime(since); }

// Counts judgements, newest first.
class Judging {
 public:
  explicit Judging(JudgedCounts& counts) : counts_(counts) {}

  void EndStreak() { streak_ = false; }

  void Add(CommentStatus status, bool verified) {
    switch (status) {
      case CommentStatus::kApproved:
        ++counts_.approved_count;
        if (streak_) ++counts_.approved_streak;
        if (streak_ && verified) ++counts_.verified_approved_streak;
        return;
      case CommentStatus::kSpam:
        ++counts_.spam_count;
        EndStreak();
        return;
      case CommentStatus::kTrashed:
        EndStreak();
        return;
      case CommentStatus::kPending:
      case CommentStatus::kDeleted:
        return;
    }
  }

 private:
  JudgedCounts& counts_;
  bool streak_ = true;
};

SeenBefore DecodeSeen(const pqxx::field& codes, const pqxx::field& recent,
                      std::int32_t recent_max) {
  SeenBefore seen;
  Judging all(seen);
  Judging by_people(seen.by_people);
  for (const char* p = codes.is_null() ? "" : codes.c_str(); *p != '\0'; ++p) {
    const int code = static_cast<unsigned char>(*p);
    const auto status = static_cast<CommentStatus>(code & 7);
    const bool verified = (code & 8) != 0;
    const bool edited = (code & 16) != 0;
    const bool by_person = (code & 64) != 0;
    if ((code & 32) != 0) seen.recent_count = std::min(seen.recent_count + 1, recent_max);
    if (status == CommentStatus::kPending) ++seen.pending_count;
    if (status == CommentStatus::kTrashed) ++seen.trashed_count;
    if (edited) {
      all.EndStreak();
      by_people.EndStreak();
    }
    all.Add(status, verified);
    if (by_person) by_people.Add(status, verified);
  }
  if (!recent.is_null()) seen.recent_count = recent.as<std::int32_t>();
  return seen;
}

LookupAnswer ReadAnswer(const pqxx::row& row, const HistoryQuery& query) {
  LookupAnswer answer;
  if (!row[0].is_null()) answer.stored = StoredRequest{UuidAt(row[0]), BytesAt(row[1])};
  HistoryContext& context = answer.context;
  constexpr int kThreadAt = 10;
  if (!row[kThreadAt].is_null()) context.thread = ReadThread(row, kThreadAt);
  if (!row[2].is_null()) {
    context.parent_status = EnumAt<CommentStatus>(row[3]);
    context.parent_in_thread = context.thread && UuidAt(row[2]) == context.thread->thread_id;
  }
  context.author = DecodeSeen(row[4], row[5], query.recent_count_max);
  context.ip = DecodeSeen(row[6], row[7], query.recent_count_max);
  context.body = DecodeSeen(row[8], row[9], query.recent_count_max);
  return answer;
}

}  // namespace

std::vector<LookupAnswer> LookUp(Tx& tx, const std::vector<LookupMember>& members) {
  using E = ArrayParam::Element;
  ArrayParam site(E::kInt8), request(E::kText), thread(E::kText), parent(E::kUuid);
  ArrayParam author(E::kBytea), ip(E::kBytea), body(E::kBytea);
  ArrayParam author_since(E::kTimestamptz), ip_since(E::kTimestamptz), body_since(E::kTimestamptz);
  ArrayParam recent_max(E::kInt4), except(E::kUuid), asked(E::kTimestamptz);
  bool many_keys = false;
  for (const LookupMember& member : members) {
    const HistoryQuery& q = *member.query;
    site.AddInt8(q.site_id);
    member.request_id.empty() ? request.AddNull() : request.AddBytes(member.request_id);
    thread.AddBytes(q.thread_key);
    parent.AddOptUuid(q.parent_id);
    AddHashes(q.author_hashes, author);
    AddHashes(q.ip_hashes, ip);
    AddHashes(q.body_hashes, body);
    many_keys |= q.author_hashes.size() > 1 || q.ip_hashes.size() > 1 || q.body_hashes.size() > 1;
    AddSince(q.author_recent_since, author_since);
    AddSince(q.ip_recent_since, ip_since);
    AddSince(q.body_recent_since, body_since);
    recent_max.AddInt4(std::clamp(q.recent_count_max, 1, kRecentCountMax));
    except.AddOptUuid(q.except);
    asked.AddTime(q.asked_at);
  }
  const pqxx::result rows =
      tx.Exec(many_keys ? kLookupManyKeys : kLookup, site.Done(), request.Done(), thread.Done(),
              parent.Done(), author.Done(), ip.Done(), body.Done(), author_since.Done(),
              ip_since.Done(), body_since.Done(), recent_max.Done(), except.Done(), asked.Done());
  std::vector<LookupAnswer> answers;
  answers.reserve(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    answers.push_back(ReadAnswer(rows[static_cast<pqxx::result::size_type>(i)], *members[i].query));
  }
  return answers;
}

void CountAsNewest(CommentStatus status, bool verified, bool recent_wanted, std::int32_t recent_max,
                   SeenBefore& seen) {
  if (recent_wanted) seen.recent_count = std::min(seen.recent_count + 1, recent_max);
  switch (status) {
    case CommentStatus::kPending:
      ++seen.pending_count;
      return;
    case CommentStatus::kApproved:
      ++seen.approved_count;
      ++seen.approved_streak;
      if (verified) ++seen.verified_approved_streak;
      return;
    case CommentStatus::kSpam:
      ++seen.spam_count;
      break;
    case CommentStatus::kTrashed:
      ++seen.trashed_count;
      break;
    case CommentStatus::kDeleted:
      return;
  }
  seen.approved_streak = 0;
  seen.verified_approved_streak = 0;
}

}  // namespace replyguard::storage
