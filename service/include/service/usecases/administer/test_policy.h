// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// TestPolicy: which past comments a rule or a policy would have judged otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/policy/rule_set.h"
#include "service/policy/site_policy.h"
#include "service/usecases/assessment_details.h"
#include "service/usecases/clock.h"
#include "service/usecases/submit/judge.h"
#include "storage/comment_store.h"
#include "storage/site_store.h"

namespace replyguard::service {

class SiteDirectory;

inline constexpr std::int32_t kTestedCommentsMax = 10'000;
inline constexpr std::size_t kVerdictChangesMax = 50;
inline constexpr std::size_t kChangeReasonsMax = 5;

// Thread-safe. Holds references; they outlive it.
class TestPolicy {
 public:
  struct Request {
    std::string site;
    // A rule to add; log_only and expires_at are ignored.
    std::optional<policy::Rule> rule;
    // A policy to use instead of the site's.
    std::optional<policy::SitePolicy> policy;
    std::int32_t comment_count = 1'000;  // 1 to kTestedCommentsMax
  };
  struct Change {
    storage::CommentId comment_id;
    storage::Verdict present = storage::Verdict::kHold;
    storage::Verdict tested = storage::Verdict::kHold;
    // Of the tested verdict, deciding ones first; at most kChangeReasonsMax.
    std::vector<AssessmentReason> reasons;
  };
  struct Result {
    // Which judged all of them; empty when none is loaded.
    std::string model_id;
    std::int32_t tested_count = 0;
    std::int32_t changed_count = 0;
    // Comments that moderators approved and that would now be spam.
    std::int32_t lost_count = 0;
    // Comments that moderators called spam and that would now be spam and are not by the present
    // policy.
    std::int32_t caught_count = 0;
    // Newest first; at most kVerdictChangesMax.
    std::vector<Change> changes;
  };

  TestPolicy(const SiteDirectory& sites, storage::SiteStore& store, storage::CommentStore& comments,
             const Judge& judge, const Clock& clock);

  // BLOCKS for as long as it takes to read and judge the comments (some 10,000 a second), by pages,
  // within the deadline. Changes nothing. Both sides are judged by what is stored, with the present
  // model; the honeypot, exact addresses and history at that time are not consulted.
  // PERMISSION_DENIED; SITE_NOT_FOUND; INVALID_ARGUMENT; DEADLINE_EXCEEDED.
  absl::StatusOr<Result> Run(const Principal& principal, Request request,
                             storage::Deadline deadline) const;

 private:
  const SiteDirectory& sites_;
  storage::SiteStore& store_;
  storage::CommentStore& comments_;
  const Judge& judge_;
  const Clock& clock_;
};

}  // namespace replyguard::service
