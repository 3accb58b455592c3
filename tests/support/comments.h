// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Comments for tests of storage: short to make, masked by the real masking.
#pragma once

#include <future>
#include <string>

#include "storage/database.h"

namespace replyguard::tests {

// A fixed time in the past plus so many seconds: tests need no clock.
storage::Timestamp At(std::int64_t seconds);

// Never the same twice in a process, in increasing order.
storage::Uuid NextId();

struct CommentSpec {
  storage::SiteId site_id = 1;
  std::string thread = "article";
  std::string body = "I liked the part about the bees.";
  std::string name = "Jane";
  std::string email = "jane@example.org";
  std::string ip = "192.0.2.7";
  std::string request_id{};
  bool verified = false;
  std::optional<storage::CommentId> parent{};
  // Under which time the id is made; windows count by it.
  storage::Timestamp received = At(0);
};

storage::MaskedComment MaskSpec(const CommentSpec& spec);
storage::MaskedEdit MaskBody(storage::SiteId site_id, const std::string& body);
storage::SubmissionDraft MakeDraft(const CommentSpec& spec);

storage::SubmissionOutcome Approved();
storage::SubmissionOutcome Spam();
storage::SubmissionOutcome Held(double probability = 0.5);

// A decide function that always says the same.
storage::DecideFunction Always(storage::SubmissionOutcome outcome);

std::future<absl::StatusOr<storage::SubmissionResult>> SubmitAsync(storage::Database& database,
                                                                   storage::SubmissionDraft draft,
                                                                   storage::DecideFunction decide);
// Waits for the answer.
absl::StatusOr<storage::SubmissionResult> Submit(storage::Database& database,
                                                 storage::SubmissionDraft draft,
                                                 storage::DecideFunction decide);

// Site 1 of a fresh database, or throws. Nothing is drawn to be judged blind: chance is for the
// tests that are about it.
storage::SiteRecord MakeSite(storage::Database& database, const std::string& slug = "blog");

// What the watcher tells once it has seen that site, or throws.
storage::LogHeads HeadsOnceSiteIsSeen(storage::ChangeWatcher& watcher);

}  // namespace replyguard::tests
