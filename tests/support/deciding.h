// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A fixture for tests of decisions: site 1, a database of its own, and one moderator.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "support/comments.h"
#include "support/test_database.h"

namespace replyguard::tests {

inline const storage::Actor kAnn{"Ann", "k1", storage::StatusSource::kModerator};

class DecidingTest : public ::testing::Test {
 protected:
  DecidingTest() { MakeSite(*database_); }

  storage::CommentId Store(storage::SubmissionOutcome outcome) {
    const auto draft = MakeDraft({});
    EXPECT_TRUE(Submit(*database_, draft, Always(std::move(outcome))).ok());
    return draft.comment_id;
  }

  storage::DecisionResult Decide(const storage::CommentId& id, storage::DecisionAction action,
                                 bool teaches = true,
                                 std::optional<std::int64_t> revision = std::nullopt,
                                 const std::string& token = "") {
    storage::DecisionRequest request;
    request.comment_id = id;
    request.action = action;
    request.teaches = teaches;
    request.expected_revision = revision;
    request.lease_token = token;
    auto results = database_->decisions().Decide(1, kAnn, {request}, At(++now_), Soon());
    EXPECT_TRUE(results.ok()) << results.status();
    return std::move(results->front());
  }

  storage::DecisionResult Undo(const storage::DecisionId& id) {
    auto result = database_->decisions().Undo(1, kAnn, id, At(++now_), Soon());
    EXPECT_TRUE(result.ok()) << result.status();
    return *std::move(result);
  }

  // Until every connection is gone: they count what they read when they end, at the latest.
  void CloseAll() {
    database_.reset();
    test_.AwaitNoSession();
  }

  std::size_t QueueSize() { return database_->queue().List({.site_id = 1}, Soon())->size(); }

  std::int64_t now_ = 100;
  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
};

}  // namespace replyguard::tests
