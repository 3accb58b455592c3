// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <thread>

#include "support/deciding.h"

namespace replyguard::tests {
namespace {

using storage::CommentStatus;
using storage::DecisionAction;
using storage::DecisionResult;
using storage::LabelClass;

// Replays the log and checks every step against what the steps before it left. Answers what is in
// force at the end.
std::map<std::string, storage::LabelState> Replay(storage::LabelLog& log, std::int64_t* head) {
  std::map<std::string, storage::LabelState> in_force;
  std::int64_t position = 0;
  while (true) {
    const auto entries = *log.Read(position, 17, Soon());
    if (entries.empty()) break;
    for (const auto& entry : entries) {
      EXPECT_EQ(entry.position, ++position);
      const auto it = in_force.find(entry.sample_id);
      EXPECT_EQ(entry.old_state.has_value(), it != in_force.end());
      if (entry.old_state && it != in_force.end()) {
        EXPECT_EQ(entry.old_state->label, it->second.label);
        EXPECT_EQ(entry.old_state->sample, it->second.sample);
      }
      if (entry.old_state && entry.new_state) {
        EXPECT_FALSE(entry.old_state->label == entry.new_state->label &&
                     entry.old_state->sample == entry.new_state->sample);
      }
      in_force.erase(entry.sample_id);
      if (entry.new_state) in_force[entry.sample_id] = *entry.new_state;
    }
  }
  *head = position;
  return in_force;
}

using DecisionTest = DecidingTest;

TEST_F(DecisionTest, OneDecisionWritesEverything) {
  const auto id = Store(Held());
  const auto result = Decide(id, DecisionAction::kSpam);
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.comment->status, CommentStatus::kSpam);
  EXPECT_EQ(result.comment->status_source, storage::StatusSource::kModerator);
  EXPECT_EQ(result.comment->revision, 2);
  EXPECT_EQ(QueueSize(), 0U);
  const auto events = *database_->events().Read(1, 1, 10, Soon());
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].decision_id, result.decision->decision_id);
  EXPECT_EQ(events[0].previous_status, CommentStatus::kPending);
  const auto labels = *database_->labels().Read(0, 10, Soon());
  ASSERT_EQ(labels.size(), 1U);
  EXPECT_EQ(labels[0].new_state->label, LabelClass::kSpam);
  EXPECT_EQ(labels[0].new_state->sample.body, result.comment->body);
  EXPECT_EQ(labels[0].new_state->sample.author_hash, result.comment->author_hash);
  const auto trail = *database_->decisions().List({.site_id = 1, .comment_id = id}, Soon());
  ASSERT_EQ(trail.size(), 1U);
  EXPECT_TRUE(trail[0].actor == "Ann" && trail[0].teaches);
}

TEST_F(DecisionTest, AStaleRevisionWritesNothingAndNamesTheOther) {
  const auto id = Store(Held());
  const auto first = Decide(id, DecisionAction::kApprove, true, 1);
  const auto second = Decide(id, DecisionAction::kSpam, true, 1);
  EXPECT_EQ(second.status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(second.refusal, storage::DecisionRefusal::kStaleRevision);
  ASSERT_TRUE(second.other_decision.has_value());
  EXPECT_EQ(second.other_decision->decision_id, first.decision->decision_id);
  EXPECT_EQ(*database_->labels().HeadPosition(Soon()), 1);
  EXPECT_EQ(database_->comments().Get(1, id, Soon())->status, CommentStatus::kApproved);
}

TEST_F(DecisionTest, UndoIsExactAndUndoOfUndoDecidesAgain) {
  const auto id = Store(Held());
  const auto before = *database_->queue().List({.site_id = 1}, Soon());
  const auto decided = Decide(id, DecisionAction::kSpam);
  const auto undone = Undo(decided.decision->decision_id);
  ASSERT_TRUE(undone.status.ok()) << undone.status;
  EXPECT_EQ(undone.comment->status, CommentStatus::kPending);
  EXPECT_EQ(undone.comment->status_source, storage::StatusSource::kMachine);
  EXPECT_EQ(undone.comment->status_at, before[0].comment.status_at);
  const auto after = *database_->queue().List({.site_id = 1}, Soon());
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0].entered_at, before[0].entered_at);
  EXPECT_EQ(after[0].cause, before[0].cause);
  EXPECT_EQ(database_->labels().Counts(1, Soon())->spam_count, 0);
  const auto redone = Undo(undone.decision->decision_id);
  ASSERT_TRUE(redone.status.ok()) << redone.status;
  EXPECT_EQ(redone.comment->status, CommentStatus::kSpam);
  EXPECT_EQ(QueueSize(), 0U);
  EXPECT_EQ(database_->labels().Counts(1, Soon())->spam_count, 1);
}

TEST_F(DecisionTest, QueuePagesStayWhileItemsEnterAndLeave) {
  std::vector<storage::CommentId> ids;
  for (int i = 0; i < 10; ++i) {
    auto outcome = Held(0.05 * i);
    outcome.assessment.assessed_at = At(i);
    ids.push_back(Store(outcome));
  }
  for (const auto order : {storage::QueueOrder::kOldest, storage::QueueOrder::kNewest,
                           storage::QueueOrder::kUncertain}) {
    storage::QueueQuery query{.site_id = 1, .order = order, .limit = 4};
    std::set<storage::CommentId> seen;
    for (;;) {
      const auto page = *database_->queue().List(query, Soon());
      for (const auto& item : page) EXPECT_TRUE(seen.insert(item.comment.comment_id).second);
      if (page.size() < 4U) break;
      query.after = storage::QueueCursorOf(page.back());
      auto late = Held(0.5);
      late.assessment.assessed_at = At(5);
      Store(late);
    }
    for (const auto& id : ids) EXPECT_TRUE(seen.contains(id));
  }
  const auto likely =
      *database_->queue().List({.site_id = 1, .filter = {.probability_max = 0.11}}, Soon());
  EXPECT_EQ(likely.size(), 3U);
}

// Undo, flip, duplicate, retraction: what each entry says was there before is what the entries
// before it left.
TEST_F(DecisionTest, EveryLabelEntryNamesExactlyWhatItReplaces) {
  std::mt19937 random(7);
  std::vector<storage::CommentId> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(Store(Held()));
  std::vector<storage::DecisionId> made;
  for (int step = 0; step < 150; ++step) {
    const auto& id = ids[random() % ids.size()];
    switch (random() % 6) {
      case 0:
        made.push_back(Decide(id, DecisionAction::kApprove).decision->decision_id);
        break;
      case 1:
        made.push_back(Decide(id, DecisionAction::kSpam, random() % 3 != 0).decision->decision_id);
        break;
      case 2:
        made.push_back(
            Decide(id, random() % 2 == 0 ? DecisionAction::kTrash : DecisionAction::kHold)
                .decision->decision_id);
        break;
      case 3: {
        if (made.empty()) break;
        const auto undone =
            Undo(made[made.size() - 1 - random() % std::min<std::size_t>(made.size(), 3)]);
        if (undone.status.ok()) made.push_back(undone.decision->decision_id);
        break;
      }
      case 4: {
        storage::CommentEdit edit;
        edit.site_id = 1;
        edit.comment_id = id;
        edit.expected_revision = database_->comments().Get(1, id, Soon())->revision;
        edit.changes = std::make_shared<const storage::MaskedEdit>(
            MaskBody(1, "edit " + std::to_string(step)));
        edit.outcome = Held();
        edit.outcome.queue->cause = storage::QueueCause::kEdited;
        edit.now = At(++now_);
        const auto edited = database_->comments().Edit(edit, Soon());
        ASSERT_TRUE(edited.ok()) << edited.status();
        ASSERT_TRUE(edited->first_assessment.has_value());
        break;
      }
      default: {
        storage::ExternalLabel label;
        label.external_id = "e" + std::to_string(random() % 3);
        label.label = static_cast<LabelClass>(random() % 3);
        label.sample.body = "text " + std::to_string(random() % 2);
        ASSERT_TRUE(
            database_->labels()
                .Append(1, {label, label}, storage::LabelSource::kImport, "k", At(1), Soon())
                .ok());
      }
    }
  }
  std::int64_t position = 0;
  const auto in_force = Replay(database_->labels(), &position);
  EXPECT_GT(position, 50);
  const auto counts = *database_->labels().Counts(1, Soon());
  EXPECT_EQ(counts.ham_count + counts.spam_count, static_cast<std::int64_t>(in_force.size()));
}

// Two transactions that number the same log: the later number cannot be seen before the earlier.
TEST_F(DecisionTest, NumbersBecomeVisibleInOrderThoughTransactionsOverlap) {
  const auto id = Store(Held());
  const std::int64_t seen_before = database_->events().Head(1, Soon())->newest;
  pqxx::connection slow(test_.owner_url());
  auto open = std::make_unique<pqxx::work>(slow);
  // The first to number holds both heads without committing.
  open->exec("UPDATE replyguard.site_heads SET event_seq = event_seq + 1 WHERE site_id = 1");
  open->exec(
      "INSERT INTO replyguard.events (site_id, sequence, type, thread_id, created_at) SELECT 1, "
      "event_seq, 5, "
      "gen_random_uuid(), now() FROM replyguard.site_heads WHERE site_id = 1");
  open->exec("UPDATE replyguard.label_head SET position = position + 1");
  open->exec(
      "INSERT INTO replyguard.labels (site_id, position, sample_id, source, label, previous_label, "
      "previous_position, sample, labelled_by, labelled_at) VALUES (1, 1, 'x:slow', 2, 1, 0, 0, "
      "'{}', 'k', now())");
  std::optional<DecisionResult> fast;
  std::thread other([&] { fast = Decide(id, DecisionAction::kSpam); });
  // It waits for the first, and nothing of either is visible.
  while (test_.Sql("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE "
                   "NOT l.granted "
                   "AND a.datname = current_database()") == "0") {
    std::this_thread::yield();
  }
  EXPECT_EQ(*database_->labels().HeadPosition(Soon()), 0);
  EXPECT_TRUE(database_->events().Read(1, seen_before, 10, Soon())->empty());
  open->abort();  // gives its numbers back
  open.reset();
  other.join();
  ASSERT_TRUE(fast->status.ok()) << fast->status;
  const auto labels = *database_->labels().Read(0, 10, Soon());
  ASSERT_EQ(labels.size(), 1U);
  EXPECT_EQ(labels[0].position, 1);
  const auto events = *database_->events().Read(1, seen_before, 10, Soon());
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].sequence, seen_before + 1);
}

TEST_F(DecisionTest, ErasureLeavesATombstoneAndBlanksItsSamplesLater) {
  const auto id = Store(Held());
  Decide(id, DecisionAction::kSpam);
  ASSERT_TRUE(
      database_->comments().Erase({.site_id = 1, .comment_id = id, .now = At(500)}, Soon()).ok());
  const auto tombstone = *database_->comments().Get(1, id, Soon());
  EXPECT_EQ(tombstone.status, CommentStatus::kDeleted);
  EXPECT_TRUE(tombstone.body.empty() && tombstone.author_name.empty() &&
              tombstone.author_hash.empty());
  const auto labels = *database_->labels().Read(0, 10, Soon());
  ASSERT_EQ(labels.size(), 2U);
  EXPECT_FALSE(labels[1].new_state.has_value());
  EXPECT_FALSE(labels[1].old_state->sample.body.empty());
  EXPECT_EQ(database_->events().Read(1, 2, 10, Soon())->front().type, storage::EventType::kErased);
  EXPECT_EQ(
      database_->comments().Erase({.site_id = 1, .comment_id = id, .now = At(501)}, Soon()).code(),
      absl::StatusCode::kNotFound);
  // A stored model between the label and its retraction still needs the text.
  storage::CheckpointInfo info;
  info.position = 1;
  info.kind.extractor_version = 1;
  ASSERT_TRUE(database_->checkpoints().Put(info, std::string("a\0b", 3), {}, Soon()).ok());
  EXPECT_EQ(*database_->maintenance().BlankErasedSamples(At(600), 100, Soon()), 0);
  info.position = 2;
  const auto newer = database_->checkpoints().Put(info, std::string("a\0b", 3), {}, Soon());
  ASSERT_TRUE(newer.ok());
  EXPECT_EQ(*database_->checkpoints().ReadBytes(*newer, Soon()), std::string("a\0b", 3));
  EXPECT_EQ(*database_->checkpoints().Prune({1}, 1, Soon()), 1);
  EXPECT_EQ(*database_->maintenance().BlankErasedSamples(At(400), 100, Soon()), 0);
  const auto open_count = [&] {
    return test_.Sql("SELECT count(*) FROM replyguard.label_erasures WHERE NOT done");
  };
  EXPECT_EQ(open_count(), "1");
  EXPECT_EQ(*database_->maintenance().BlankErasedSamples(At(600), 100, Soon()), 2);
  EXPECT_EQ(open_count(), "0");
  const auto blank = *database_->labels().Read(0, 10, Soon());
  EXPECT_TRUE(blank[0].new_state->sample.erased);
  EXPECT_TRUE(blank[0].new_state->sample.body.empty());
}

TEST_F(DecisionTest, ReportsCountOnceAReaderAndQueueTheComment) {
  const auto id = Store(Approved());
  storage::CommentReport report;
  report.site_id = 1;
  report.comment_id = id;
  report.reporter_hash = "reader-one";
  report.now = At(10);
  report.hourly_limit = 1;
  const auto first = *database_->comments().Report(report, Soon());
  EXPECT_TRUE(first.counted);
  EXPECT_TRUE(first.queued);
  EXPECT_FALSE(database_->comments().Report(report, Soon())->counted);
  report.comment_id = Store(Approved());
  EXPECT_EQ(database_->comments().Report(report, Soon()).status().code(),
            absl::StatusCode::kResourceExhausted);
  report.now = At(10 + 3601);
  EXPECT_TRUE(database_->comments().Report(report, Soon()).ok());
  EXPECT_EQ(database_->comments().Get(1, id, Soon())->report_count, 1);
  EXPECT_EQ(database_->queue().Stats({1}, At(20), Soon())->reported_count, 2);
}

TEST_F(DecisionTest, FollowersAreWokenAndOldCursorsRefused) {
  const auto seen = database_->changes().Present();
  const auto id = Store(Held());
  Decide(id, DecisionAction::kApprove);
  auto now = database_->changes().WaitForChange(seen, Soon());
  while (now.label_position < 1) now = database_->changes().WaitForChange(now, Soon());
  EXPECT_EQ(now.label_position, 1);
  test_.Sql("UPDATE replyguard.events SET created_at = '2020-01-01' WHERE sequence = 1");
  EXPECT_EQ(*database_->maintenance().PruneEvents(At(50), 100, Soon()), 1);
  EXPECT_EQ(database_->events().Head(1, Soon())->oldest, 2);
  EXPECT_EQ(database_->events().Read(1, 0, 10, Soon())->size(), 1U);
  EXPECT_EQ(database_->events().Read(1, 1, 10, Soon())->size(), 1U);
  EXPECT_EQ(database_->events().Read(1, 99, 10, Soon()).status().code(),
            absl::StatusCode::kOutOfRange);
  Decide(id, DecisionAction::kSpam);
  test_.Sql("UPDATE replyguard.events SET created_at = '2020-01-01'");
  EXPECT_EQ(*database_->maintenance().PruneEvents(At(1000), 100, Soon()), 2);
  EXPECT_EQ(database_->events().Read(1, 1, 10, Soon()).status().code(),
            absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace replyguard::tests
