// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The shadow: which generation scores new comments beside the active one, without effect, and what
// came of it. Its verdicts are written with the submissions (submission_writer.h) and go with the
// comment's text; here they are read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/comment.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int32_t kShadowPageMax = 200;

// Which shadow is in force since when.
struct ShadowChange {
  std::int64_t change = 0;  // from 1; 0: nobody ever set one
  std::optional<std::int64_t> generation{};
  std::string set_by{};  // public id of the key
  Timestamp set_at{};
};

// A comment on which the two differed when it came.
struct ShadowDisagreement {
  CommentRecord comment;
  std::int64_t generation = 0;
  // The active side and the shadow's: verdict, probability, score, model_id and assessed_at are
  // set.
  Assessment active;
  Assessment shadow;
};

struct ShadowQuery {
  SiteId site_id = 0;
  // Only of this shadow.
  std::optional<std::int64_t> generation{};
  // Only comments that no moderator has approved or called spam.
  bool unsettled_only = false;
  std::optional<CommentId> before{};
  std::int32_t limit = 25;  // 1 to kShadowPageMax
};

// Of new comments of a day (UTC): how often two verdicts met.
struct ShadowDayCount {
  std::string day;  // "2026-01-31"
  Verdict verdict = Verdict::kHold;
  Verdict shadow_verdict = Verdict::kHold;
  std::int64_t count = 0;
};

// Of the disagreements that are kept and whose comment a moderator has approved (good) or called
// spam since.
struct ShadowSettledCount {
  Verdict verdict = Verdict::kHold;
  Verdict shadow_verdict = Verdict::kHold;
  std::int64_t good_count = 0;
  std::int64_t spam_count = 0;
};

// Thread-safe.
class ShadowStore {
 public:
  virtual ~ShadowStore() = default;

  // Sets the shadow, or takes it off, and tells every server (ChangeWatcher: the configuration).
  // Answers the change in force, which is the present one when it says the same. NOT_FOUND;
  // FAILED_PRECONDITION for the active generation.
  virtual absl::StatusOr<ShadowChange> Set(std::optional<std::int64_t> generation,
                                           const std::string& by, Timestamp now,
                                           Deadline deadline) = 0;

  virtual absl::StatusOr<ShadowChange> InForce(Deadline deadline) = 0;

  // The generation that was in force last, in force or not; nothing when there never was one.
  virtual absl::StatusOr<std::optional<std::int64_t>> Latest(Deadline deadline) = 0;

  // Newest comment first; a page shorter than the limit is the last.
  virtual absl::StatusOr<std::vector<ShadowDisagreement>> List(const ShadowQuery& query,
                                                               Deadline deadline) = 0;

  // By day, then verdicts. `days`: today by `now` and those before it, from 1.
  virtual absl::StatusOr<std::vector<ShadowDayCount>> Counts(SiteId site_id,
                                                             std::int64_t generation, Timestamp now,
                                                             std::int32_t days,
                                                             Deadline deadline) = 0;

  // Reads every disagreement of these days: for operators.
  virtual absl::StatusOr<std::vector<ShadowSettledCount>> Settled(SiteId site_id,
                                                                  std::int64_t generation,
                                                                  Timestamp now, std::int32_t days,
                                                                  Deadline deadline) = 0;
};

}  // namespace replyguard::storage
