// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Decisions are undone one after the other, newest first, and each leaves what was there before it.
#include <gtest/gtest.h>

#include <random>

#include "support/deciding.h"

namespace replyguard::tests {
namespace {

using storage::CommentStatus;
using storage::DecisionAction;
using storage::DecisionId;
using storage::DecisionRefusal;

// What an undo must bring back.
struct State {
  CommentStatus status{};
  storage::StatusSource source{};
  storage::Timestamp status_at{};
  std::int32_t reports = 0;
  std::int64_t ham = 0;
  std::int64_t spam = 0;
  std::optional<storage::QueueCause> cause{};
  std::optional<storage::Timestamp> entered_at{};

  friend bool operator==(const State&, const State&) = default;
};

class UndoTest : public DecidingTest {
 protected:
  State Now(const storage::CommentId& id) {
    const auto comment = *database_->comments().Get(1, id, Soon());
    const auto counts = *database_->labels().Counts(1, Soon());
    State state{comment.status,
                comment.status_source,
                comment.status_at,
                comment.report_count,
                counts.ham_count,
                counts.spam_count,
                {},
                {}};
    const auto items = *database_->queue().List({.site_id = 1}, Soon());
    for (const auto& item : items) {
      if (item.comment.comment_id != id) continue;
      state.cause = item.cause;
      state.entered_at = item.entered_at;
    }
    return state;
  }

  DecisionId Made(const storage::CommentId& id, DecisionAction action, bool teaches = true) {
    const auto result = Decide(id, action, teaches);
    EXPECT_TRUE(result.status.ok()) << result.status;
    return result.decision->decision_id;
  }

  DecisionId Undone(const DecisionId& id) {
    const auto result = Undo(id);
    EXPECT_TRUE(result.status.ok()) << result.status;
    return result.decision ? result.decision->decision_id : DecisionId{};
  }

  bool Report(const storage::CommentId& id, const std::string& reader) {
    storage::CommentReport report;
    report.site_id = 1;
    report.comment_id = id;
    report.reporter_hash = reader;
    report.now = At(++now_);
    return database_->comments().Report(report, Soon())->counted;
  }
};

TEST_F(UndoTest, AnyNumberOfDecisionsCanBeUndoneOneAfterTheOther) {
  const auto id = Store(Held());
  const State start = Now(id);
  const auto d1 = Made(id, DecisionAction::kSpam);
  const State after1 = Now(id);
  EXPECT_EQ(after1.spam, 1);
  const auto d2 = Made(id, DecisionAction::kApprove);
  const State after2 = Now(id);
  EXPECT_TRUE(after2.spam == 0 && after2.ham == 1);
  const auto d3 = Made(id, DecisionAction::kHold);
  EXPECT_EQ(Now(id).ham, 0);

  Undone(d3);
  EXPECT_EQ(Now(id), after2);
  Undone(d2);
  EXPECT_EQ(Now(id), after1);
  Undone(d1);
  EXPECT_EQ(Now(id), start);
  EXPECT_EQ(database_->comments().Get(1, id, Soon())->revision, 7);
}

TEST_F(UndoTest, WhileANewerDecisionStandsTheOlderOneCannotBeUndone) {
  const auto id = Store(Held());
  const auto d1 = Made(id, DecisionAction::kSpam);
  const auto d2 = Made(id, DecisionAction::kTrash);
  const State before = Now(id);
  const auto refused = Undo(d1);
  EXPECT_EQ(refused.status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(refused.refusal, DecisionRefusal::kSuperseded);
  ASSERT_TRUE(refused.other_decision.has_value());
  EXPECT_EQ(refused.other_decision->decision_id, d2);
  EXPECT_EQ(Now(id), before);
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.decisions"), "2");
}

TEST_F(UndoTest, UndoingTwiceSaysSoAndChangesNothing) {
  const auto id = Store(Held());
  const auto d1 = Made(id, DecisionAction::kSpam);
  const auto d2 = Made(id, DecisionAction::kApprove);
  Undone(d2);
  const State before = Now(id);
  EXPECT_EQ(Undo(d2).refusal, DecisionRefusal::kUndone);
  EXPECT_EQ(Now(id), before);
  Undone(d1);
  EXPECT_EQ(Undo(d1).refusal, DecisionRefusal::kUndone);
  EXPECT_EQ(Undo(d2).refusal, DecisionRefusal::kUndone);
}

TEST_F(UndoTest, RedoDecidesAgainAndWhatIsInForceAgainCanBeUndoneAgain) {
  const auto id = Store(Held());
  const State start = Now(id);
  const auto d1 = Made(id, DecisionAction::kSpam);
  const State after1 = Now(id);
  const auto d2 = Made(id, DecisionAction::kApprove);
  const State after2 = Now(id);
  const auto u2 = Undone(d2);
  const auto u1 = Undone(d1);
  EXPECT_EQ(Undo(u2).refusal, DecisionRefusal::kSuperseded);
  Undone(u1);
  EXPECT_EQ(Now(id), after1);
  Undone(u2);
  EXPECT_EQ(Now(id), after2);
  EXPECT_EQ(Undo(u1).refusal, DecisionRefusal::kUndone);
  // By their first names.
  Undone(d2);
  Undone(d1);
  EXPECT_EQ(Now(id), start);
}

TEST_F(UndoTest, NothingIsUndoneAcrossAnEdit) {
  const auto id = Store(Held());
  const auto d1 = Made(id, DecisionAction::kApprove);
  storage::CommentEdit edit;
  edit.site_id = 1;
  edit.comment_id = id;
  edit.expected_revision = 2;
  edit.changes = std::make_shared<const storage::MaskedEdit>(MaskBody(1, "another text"));
  edit.outcome = Approved();
  edit.now = At(++now_);
  ASSERT_TRUE(database_->comments().Edit(edit, Soon()).ok());
  EXPECT_EQ(Undo(d1).refusal, DecisionRefusal::kSuperseded);
  const auto d2 = Made(id, DecisionAction::kSpam);
  EXPECT_EQ(Undo(d1).refusal, DecisionRefusal::kSuperseded);
  Undone(d2);
  EXPECT_EQ(Undo(d1).refusal, DecisionRefusal::kSuperseded);
}

TEST_F(UndoTest, ReportsThatCameInBetweenStay) {
  const auto id = Store(Approved());
  ASSERT_TRUE(Report(id, "reader 1"));
  const auto d1 = Made(id, DecisionAction::kApprove);
  EXPECT_EQ(Now(id).reports, 0);
  ASSERT_TRUE(Report(id, "reader 2"));
  const State reported = Now(id);
  const auto d2 = Made(id, DecisionAction::kTrash);
  Undone(d2);
  EXPECT_EQ(Now(id), reported);
  const auto u1 = Undone(d1);
  EXPECT_EQ(Now(id).reports, 2);
  EXPECT_EQ(Now(id).entered_at, reported.entered_at);
  Undone(u1);
  EXPECT_EQ(Now(id).reports, 1);
}

// A stack beside it: whatever is done and undone, the state is the one on top.
TEST_F(UndoTest, AnySequenceOfDecisionsAndUndosFollowsAStack) {
  std::mt19937 random(11);
  const auto id = Store(Held());
  std::vector<std::pair<DecisionId, State>> in_force{{DecisionId{}, Now(id)}};
  for (int step = 0; step < 60; ++step) {
    if (in_force.size() > 1 && random() % 2 == 0) {
      if (in_force.size() > 2) {
        EXPECT_EQ(Undo(in_force[in_force.size() - 2].first).refusal, DecisionRefusal::kSuperseded);
      }
      Undone(in_force.back().first);
      in_force.pop_back();
    } else {
      const auto made = Made(id, static_cast<DecisionAction>(1 + random() % 4), random() % 3 != 0);
      in_force.emplace_back(made, Now(id));
    }
    ASSERT_EQ(Now(id), in_force.back().second) << step;
  }
}

}  // namespace
}  // namespace replyguard::tests
