// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// CheckComment: what SubmitComment would say, without storing anything.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/submit/judge.h"
#include "service/validation/submission.h"
#include "storage/history.h"
#include "storage/submission.h"

namespace replyguard::service {

class SiteDirectory;
class StorageState;

// The most that CheckComment waits for what was seen before.
inline constexpr std::chrono::seconds kHistoryTimeMax{2};

// Thread-safe. Holds references; they outlive it.
class CheckComment {
 public:
  struct Request {
    std::string site;  // slug
    storage::Submission submission;
    // Also read history, duplicates and flood counts: Run then blocks.
    bool with_history = false;
    storage::Deadline deadline{};
    // Answer without what cannot be read, degraded, where an error would help the caller less.
    bool may_degrade = false;
    // Instead of what the site's policy requires.
    std::optional<validation::SiteForm> form = std::nullopt;
  };
  struct Result {
    // Without its details_json: nothing is stored.
    storage::Assessment assessment;
    AssessmentDetails details;
    // The status that SubmitComment would give.
    storage::CommentStatus status = storage::CommentStatus::kPending;
    // The body as it would be stored.
    std::string body;
    bool body_masked = false;
  };

  CheckComment(const SiteDirectory& sites, const Judge& judge, storage::HistoryReader& history,
               const Clock& clock, const StorageState* storage = nullptr);

  // Without with_history: memory only, may run on a transport's thread; what was not looked up is
  // listed in the assessment's not_consulted. With it: BLOCKS on one read, kHistoryTimeMax at most;
  // run it on a bounded executor. A read that fails is an error, never a silent pass.
  //
  // With may_degrade, while the database is away or when that read fails: the assessment is
  // `degraded` and at best HOLD, as what is in memory may be out of date. RESOURCE_EXHAUSTED stays
  // an error.
  //
  // PERMISSION_DENIED; SITE_NOT_FOUND; INVALID_ARGUMENT with every violation; THREAD_CLOSED and
  // PARENT_NOT_IN_THREAD (with history only); UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED.
  absl::StatusOr<Result> Run(const Principal& principal, Request request) const;

 private:
  const SiteDirectory& sites_;
  const Judge& judge_;
  storage::HistoryReader& history_;
  const Clock& clock_;
  const StorageState* const storage_;  // null: the database is taken to be there
};

}  // namespace replyguard::service
