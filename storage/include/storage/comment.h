// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A stored comment and what the machine said of it. Plain values, masked already: no plain address
// is in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "storage/enums.h"
#include "storage/types.h"

namespace replyguard::storage {

// Scores and weights are log-odds in units of 2^-20 nat: integers add up exactly.
inline constexpr std::int64_t kScoreUnitsPerNat = std::int64_t{1} << 20;

// What the machine said of a text.
struct Assessment {
  Verdict verdict = Verdict::kHold;
  bool blatant = false;
  // Calibrated, 0 to 1; nothing when the classifier did not score.
  std::optional<double> probability;
  // Log-odds before calibration, in units of 2^-20 nat; nothing as above.
  std::optional<std::int64_t> score;
  // Such as "x1.e4.p1234"; at most 100 bytes.
  std::string model_id;
  std::int64_t policy_revision = 0;
  Timestamp assessed_at{};
  // The rest (reasons, what was not consulted, degraded): a JSON object whose shape the service
  // owns. Storage keeps it and does not look inside. Empty means "{}". At most
  // kAssessmentDetailsBytesMax.
  std::string details_json;
};

inline constexpr std::size_t kAssessmentDetailsBytesMax = 64 * 1024;

// One comment. A tombstone (status kDeleted) has its ids, times, status and revision; all texts,
// hashes and the assessment's details are empty.
struct CommentRecord {
  SiteId site_id = 0;
  CommentId comment_id;
  ThreadId thread_id;
  std::string thread_key;
  std::optional<CommentId> parent_id;

  std::string author_name;
  std::string author_email_masked;  // "j***@example.org"
  std::string author_email_domain;
  std::string author_hash;       // raw bytes of the HMAC (KeyedHash::mac); empty for none
  std::int32_t hmac_key_id = 0;  // the key this row's hashes were made under; 0 when it has none
  std::string author_url;
  bool author_verified = false;

  std::string body;
  bool body_masked = false;  // masking changed it
  std::string body_hash;     // raw bytes; finds duplicates
  std::string ip_masked;     // "192.0.2.0/24"
  std::string ip_hash;       // raw bytes
  std::string user_agent;
  std::string referrer;
  std::string language;
  // Evidence about how it came: a JSON object whose shape the service owns. Empty means "{}".
  std::string context_json;

  CommentStatus status = CommentStatus::kPending;
  StatusSource status_source = StatusSource::kMachine;
  Timestamp status_at{};
  Timestamp submitted_at{};
  std::optional<Timestamp> edited_at;
  // From 1; one more with every change. The etag is made of it.
  std::int64_t revision = 1;
  // Reports since the last decision.
  std::int32_t report_count = 0;
  // The mildest status an edit may lead to while the machine decides; kApproved: no bound.
  CommentStatus edit_floor = CommentStatus::kApproved;

  // What was said of the present text, and of the text as first submitted (the same unless it was
  // edited).
  Assessment assessment;
  std::optional<Assessment> first_assessment;
};

// The comment without anything that would tell what the machine said of it or made of it: what
// somebody sees of one that was drawn to be judged blind (QueueCause::kSampled) while it waits.
CommentRecord Blind(CommentRecord comment);

// An article, or whatever comments stand under.
struct ThreadRecord {
  SiteId site_id = 0;
  ThreadId thread_id;
  std::string key;  // 1 to 200 bytes of [A-Za-z0-9._~-]
  std::string uri;
  std::string title;
  ThreadState state = ThreadState::kOpen;
  std::optional<Timestamp> published_at;
  Timestamp created_at{};
  std::int64_t revision = 1;
};

}  // namespace replyguard::storage
