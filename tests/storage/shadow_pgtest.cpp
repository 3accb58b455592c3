// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the shadow says, as it is written with submissions, offered as a queue, and forgotten.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/comments.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using storage::CommentId;
using storage::DecisionAction;
using storage::QueueCause;
using storage::Verdict;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kKey[] = "0000000000000001";

class ShadowTest : public ::testing::Test {
 protected:
  ShadowTest() {
    MakeSite(*database_);
    MakeSite(*database_, "other");
    storage::Generation generation;
    generation.created_at = At(0);
    EXPECT_TRUE(database_->generations().Create(generation, nullptr, Soon()).ok());
  }

  // A comment that the machine judged so, and the shadow so.
  CommentId Judged(std::int64_t second, storage::SubmissionOutcome outcome, Verdict shadow,
                   storage::SiteId site = 1) {
    CommentSpec spec;
    spec.site_id = site;
    spec.received = At(second);
    spec.body += std::to_string(second);
    outcome.assessment.assessed_at = At(second);
    outcome.shadow = storage::ShadowAssessment{2, shadow, 0.75, 1234, "g2.x3.e0.p7"};
    if (!outcome.queue && shadow != outcome.assessment.verdict) {
      outcome.queue = storage::QueueEntry{QueueCause::kShadow, std::nullopt};
    }
    auto draft = MakeDraft(spec);
    const CommentId id = draft.comment_id;
    const auto answer = Submit(*database_, std::move(draft), Always(outcome));
    EXPECT_TRUE(answer.ok()) << answer.status();
    return id;
  }

  std::vector<CommentId> Queue(bool shadow, storage::SiteId site = 1) {
    storage::QueueQuery query;
    query.site_id = site;
    query.filter.shadow = shadow;
    const auto page = database_->queue().List(query, Soon());
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<CommentId> ids;
    for (const auto& item : *page) ids.push_back(item.comment.comment_id);
    return ids;
  }
  std::vector<CommentId> Listed(bool unsettled = false, storage::SiteId site = 1) {
    storage::ShadowQuery query;
    query.site_id = site;
    query.unsettled_only = unsettled;
    const auto page = database_->shadows().List(query, Soon());
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<CommentId> ids;
    for (const auto& one : *page) ids.push_back(one.comment.comment_id);
    return ids;
  }
  storage::DecisionResult Decide(const CommentId& id, DecisionAction action) {
    storage::DecisionRequest request;
    request.comment_id = id;
    request.action = action;
    request.respect_lease = false;
    const storage::Actor actor{"Ann", kKey, storage::StatusSource::kModerator};
    auto results = database_->decisions().Decide(1, actor, {request}, At(100), Soon());
    EXPECT_TRUE(results.ok()) << results.status();
    EXPECT_TRUE(results->front().status.ok()) << results->front().status;
    return results->front();
  }

  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
};

TEST_F(ShadowTest, IsSetAndTakenOffAndEveryChangeIsKept) {
  auto& shadows = database_->shadows();
  EXPECT_EQ(shadows.InForce(Soon())->change, 0);
  EXPECT_FALSE(database_->generations().Selected(Soon())->shadow);
  ASSERT_TRUE(shadows.Set(2, kKey, At(1), Soon()).ok());
  EXPECT_EQ(shadows.Set(2, kKey, At(2), Soon())->change, 1) << "in force already";
  EXPECT_EQ(database_->generations().Selected(Soon())->shadow->number, 2);
  EXPECT_EQ(database_->generations().Selected(Soon())->active.number, 1);
  EXPECT_EQ(shadows.Set(1, kKey, At(3), Soon()).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(shadows.Set(9, kKey, At(3), Soon()).status().code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(shadows.Set(std::nullopt, kKey, At(4), Soon()).ok());
  EXPECT_FALSE(shadows.InForce(Soon())->generation);
  EXPECT_EQ(*shadows.Latest(Soon()), 2);
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.shadow_changes WHERE set_by <> ''"), "2");
}

TEST_F(ShadowTest, TheActiveGenerationIsNoShadowOfItself) {
  ASSERT_TRUE(database_->shadows().Set(2, kKey, At(1), Soon()).ok());
  ASSERT_TRUE(database_->generations().Activate({2, 1, false, kKey, At(2)}, Soon()).ok());
  const auto selected = database_->generations().Selected(Soon());
  EXPECT_EQ(selected->active.number, 2);
  EXPECT_FALSE(selected->shadow);
}

TEST_F(ShadowTest, AllAreCountedAndWhereItDiffersIsKept) {
  const CommentId lost = Judged(1, Spam(), Verdict::kApprove);
  Judged(2, Approved(), Verdict::kApprove);
  Judged(3, Approved(), Verdict::kApprove);
  const CommentId held = Judged(4, Held(), Verdict::kSpam);
  Judged(5, Spam(), Verdict::kHold, 2);
  EXPECT_THAT(Listed(), ElementsAre(held, lost)) << "newest first, of one site";
  const auto counts = database_->shadows().Counts(1, 2, At(10), 1, Soon());
  ASSERT_TRUE(counts.ok()) << counts.status();
  ASSERT_EQ(counts->size(), 3U);
  EXPECT_EQ((*counts)[0].count, 2);
  EXPECT_EQ((*counts)[1].verdict, Verdict::kHold);
  EXPECT_EQ((*counts)[1].shadow_verdict, Verdict::kSpam);
  EXPECT_EQ((*counts)[2].verdict, Verdict::kSpam);
  EXPECT_EQ((*counts)[2].shadow_verdict, Verdict::kApprove);
  EXPECT_THAT(*database_->shadows().Counts(1, 2, At(10 + 86'400), 1, Soon()), IsEmpty());
  EXPECT_EQ(database_->shadows().Counts(1, 2, At(10 + 86'400), 2, Soon())->size(), 3U);
  const auto one = database_->shadows().List({1, std::nullopt, false, std::nullopt, 1}, Soon());
  EXPECT_EQ(one->front().shadow.model_id, "g2.x3.e0.p7");
  EXPECT_EQ(one->front().shadow.score, 1234);
  EXPECT_EQ(one->front().active.verdict, Verdict::kHold);
}

TEST_F(ShadowTest, WhereItDiffersIsAQueueOfItsOwnUntilAPersonDecides) {
  const CommentId lost = Judged(1, Spam(), Verdict::kApprove);
  const CommentId held = Judged(2, Held(), Verdict::kSpam);
  const CommentId missed = Judged(3, Approved(), Verdict::kSpam);
  Judged(4, Spam(), Verdict::kSpam);
  EXPECT_THAT(Queue(false), ElementsAre(held));
  EXPECT_THAT(Queue(true), ElementsAre(lost, held, missed));
  const auto stats = database_->queue().Stats({1}, At(10), Soon());
  EXPECT_EQ(stats->pending_count, 1);
  EXPECT_EQ(stats->shadow_count, 3);
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.events"), "1") << "that one was held";

  storage::LeaseRequest lease;
  lease.site_id = 1;
  lease.filter.shadow = true;
  lease.count = 2;
  lease.holder = "Ann";
  lease.token = "0123456789abcdef";
  ASSERT_EQ(database_->queue().LeaseNext(lease, Soon())->size(), 2U);
  lease.filter.shadow = false;
  lease.token = "fedcba9876543210";
  EXPECT_THAT(*database_->queue().LeaseNext(lease, Soon()), IsEmpty()) << "Ann holds it";

  const auto decided = Decide(lost, DecisionAction::kApprove);
  Decide(missed, DecisionAction::kApprove);
  EXPECT_THAT(Queue(true), ElementsAre(held));
  EXPECT_THAT(Listed(true), ElementsAre(held));
  EXPECT_EQ(Listed().size(), 3U);
  const auto settled = database_->shadows().Settled(1, 2, At(10), 1, Soon());
  ASSERT_EQ(settled->size(), 2U);
  EXPECT_EQ((*settled)[0].good_count, 1);
  EXPECT_EQ((*settled)[1].good_count, 1);

  const storage::Actor actor{"Ann", kKey, storage::StatusSource::kModerator};
  const auto undone =
      database_->decisions().Undo(1, actor, decided.decision->decision_id, At(200), Soon());
  ASSERT_TRUE(undone.ok() && undone->status.ok());
  EXPECT_THAT(Queue(true), ElementsAre(lost, held)) << "unsettled again";
  EXPECT_THAT(Queue(false), ElementsAre(held));
}

TEST_F(ShadowTest, AReportedOneWaitsInTheOrdinaryQueueToo) {
  const CommentId missed = Judged(1, Approved(), Verdict::kSpam);
  const auto reported = database_->comments().Report(
      {1, missed, std::string(32, 'r'), "SPAM", "", 10, At(5)}, Soon());
  ASSERT_TRUE(reported.ok()) << reported.status();
  EXPECT_TRUE(reported->queued);
  EXPECT_THAT(Queue(false), ElementsAre(missed));
  EXPECT_THAT(Queue(true), ElementsAre(missed));
}

TEST_F(ShadowTest, GoesWithTheText) {
  const CommentId erased = Judged(1, Spam(), Verdict::kApprove);
  const CommentId edited = Judged(2, Spam(), Verdict::kApprove);
  ASSERT_TRUE(database_->comments().Erase({1, erased, "", kKey, At(9)}, Soon()).ok());
  storage::CommentEdit edit;
  edit.site_id = 1;
  edit.comment_id = edited;
  edit.expected_revision = 1;
  edit.changes = std::make_shared<const storage::MaskedEdit>(MaskBody(1, "another text"));
  edit.outcome = Spam();
  edit.actor_key_id = kKey;
  edit.now = At(9);
  const auto done = database_->comments().Edit(edit, Soon());
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(Listed(), IsEmpty());
  EXPECT_THAT(Queue(true), IsEmpty());
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.shadow_verdicts"), "0");
}

TEST_F(ShadowTest, OfAFormerShadowOldOnesAreDropped) {
  constexpr std::int64_t kOld = -365 * 24 * 3600;
  ASSERT_TRUE(database_->shadows().Set(2, kKey, At(kOld), Soon()).ok());
  Judged(kOld + 1, Spam(), Verdict::kApprove);
  const CommentId held = Judged(kOld + 2, Held(), Verdict::kSpam);
  const auto since = std::chrono::system_clock::now() - At(0);
  const CommentId late = Judged(std::chrono::duration_cast<std::chrono::seconds>(since).count(),
                                Spam(), Verdict::kApprove);
  const auto prune = [this](std::int64_t before, std::int32_t limit) {
    return database_->maintenance().PruneShadowVerdicts(At(before), limit, Soon()).value();
  };
  EXPECT_EQ(prune(kOld + 40, 100), 0) << "it is in force";
  ASSERT_TRUE(database_->shadows().Set(std::nullopt, kKey, At(60), Soon()).ok());
  EXPECT_EQ(prune(kOld + 40, 1), 1) << "by the limit";
  EXPECT_EQ(prune(kOld + 40, 100), 1);
  EXPECT_EQ(prune(1'000'000'000, 100), 0) << "the clock of who asks is ahead";
  EXPECT_THAT(Listed(), ElementsAre(late));
  EXPECT_THAT(Queue(true), ElementsAre(late));
  EXPECT_THAT(Queue(false), ElementsAre(held)) << "it waits anyway";
}

TEST_F(ShadowTest, WithoutAShadowNothingIsWritten) {
  CommentSpec spec;
  ASSERT_TRUE(Submit(*database_, MakeDraft(spec), Always(Spam())).ok());
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.shadow_counts"), "0");
  EXPECT_THAT(Queue(true), IsEmpty());
}

}  // namespace
}  // namespace replyguard::tests
