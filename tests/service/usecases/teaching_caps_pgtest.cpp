// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How much one key, author and network may teach within a day.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "classifier/fold.h"
#include "service/usecases/akismet/feedback.h"
#include "service/usecases/errors.h"
#include "service/usecases/world.h"
#include "usecases/classify.h"
#include "usecases/learn/followed_fold.h"

namespace replyguard::service {
namespace {

using storage::CommentId;
using storage::DecisionAction;
using storage::LabelCap;

constexpr char kSpamText[] = "cheap pills casino bonus click here now ";
constexpr char kGoodText[] = "thank you, the chapter about bees helped my garden ";

class TeachingCapsTest : public testing::Test {
 protected:
  void Cap(Sites::TeachingChange caps) {
    Sites::UpdateRequest request;
    request.slug = "blog";
    request.teaching = caps;
    const auto changed = world_.sites.Update(world_.admin, request, Soon());
    ASSERT_TRUE(changed.ok()) << changed.status();
  }

  // A comment by a new author from a new network, unless told otherwise.
  CommentId Stored(const std::string& body, std::string email = "", std::string ip = "") {
    ++comments_;
    storage::Submission comment = world_.Comment(body, "t" + std::to_string(comments_ / 20));
    if (email.empty()) email = "reader" + std::to_string(comments_) + "@example.org";
    if (ip.empty()) {
      ip = "10." + std::to_string(comments_ / 250) + "." + std::to_string(comments_ % 250) + ".7";
    }
    comment.author_email = storage::SecretText(email);
    comment.author_ip = storage::SecretText(ip);
    std::promise<absl::StatusOr<SubmitComment::Result>> promise;
    world_.submit.Run(world_.backend, {"blog", std::move(comment), "", Soon()},
                      [&](absl::StatusOr<SubmitComment::Result> result) {
                        promise.set_value(std::move(result));
                      });
    auto result = promise.get_future().get();
    EXPECT_TRUE(result.ok()) << result.status();
    return result->comment.comment_id;
  }

  LabelCap Decide(const CommentId& id, DecisionAction action) {
    const auto result = world_.Decide(id, action);
    EXPECT_TRUE(result.status.ok()) << result.status;
    decided_ = result.decision;
    return result.cap;
  }

  classifier::Training Learnt() {
    EXPECT_TRUE(world_.learner.CatchUp().ok());
    return world_.learner.Snapshot()->TrainingOf(1);
  }

  // The digest of a fold of the log without the rows at these positions.
  std::uint64_t DigestWithout(const std::vector<std::int64_t>& positions) {
    classifier::Fold fold;
    classifier::Extractor extractor;
    const auto entries = world_.db->labels().Read(0, 5'000, Soon());
    EXPECT_TRUE(entries.ok());
    for (const storage::LabelEntry& entry : *entries) {
      if (std::find(positions.begin(), positions.end(), entry.position) != positions.end())
        continue;
      bool unreadable = false;
      EXPECT_TRUE(fold.Apply(ChangeOf(entry, extractor, &unreadable)).ok()) << entry.position;
    }
    return fold.CountsDigest();
  }

  World world_;
  int comments_ = 0;
  std::optional<storage::Decision> decided_;
};

TEST_F(TeachingCapsTest, BeyondTheKeysCapADecisionHoldsAndTeachesNothing) {
  Cap({3, {}, {}});
  std::vector<CommentId> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(Stored(kSpamText + std::to_string(i)));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(Decide(ids[i], DecisionAction::kSpam), LabelCap::kNone);
  for (std::size_t i = 3; i < 5; ++i) {
    EXPECT_EQ(Decide(ids[i], DecisionAction::kSpam), LabelCap::kKey);
    EXPECT_FALSE(decided_->teaches) << "says so";
    EXPECT_EQ(decided_->to_status, storage::CommentStatus::kSpam) << "in force all the same";
  }
  EXPECT_EQ(Learnt().spam, 3U);
  EXPECT_EQ(world_.learner.State().position, 5) << "recorded";
  EXPECT_EQ(world_.learner.CountsDigest(), DigestWithout({4, 5})) << "as if not labelled";
  const auto counts = world_.db->labels().Counts(1, Soon());
  ASSERT_TRUE(counts.ok());
  EXPECT_EQ(counts->spam_count, 3);
  // Those that teach nothing are none to a generation that leaves somebody out, either.
  const auto without = world_.db->labels().ReadWithout({"eeeeeeeeeeeeeeee"}, 0, 100, Soon());
  ASSERT_TRUE(without.ok());
  for (const storage::LabelEntry& entry : *without) {
    EXPECT_EQ(entry.new_state.has_value(), entry.position <= 3) << entry.position;
  }
}

TEST_F(TeachingCapsTest, ADayLaterItMayTeachAgain) {
  Cap({1, {}, {}});
  EXPECT_EQ(Decide(Stored("one"), DecisionAction::kSpam), LabelCap::kNone);
  EXPECT_EQ(Decide(Stored("two"), DecisionAction::kSpam), LabelCap::kKey);
  world_.clock.Advance(std::chrono::hours(25));
  EXPECT_EQ(Decide(Stored("three"), DecisionAction::kSpam), LabelCap::kNone);
}

// The database's clock was a year ahead when these were taught.
TEST_F(TeachingCapsTest, ATimeThatHasNotComeIsNoDayThatLasts) {
  Cap({1, {}, {}});
  EXPECT_EQ(Decide(Stored("one"), DecisionAction::kSpam), LabelCap::kNone);
  world_.test.Sql("UPDATE replyguard.labels SET labelled_at = now() + interval '1 year'");
  world_.test.Sql("UPDATE replyguard.label_head SET newest_at = now() + interval '1 year'");
  EXPECT_EQ(Decide(Stored("two"), DecisionAction::kSpam), LabelCap::kNone);
  EXPECT_EQ(world_.test.Sql("SELECT newest_at <= clock_timestamp() + interval '1 minute' "
                            "FROM replyguard.label_head"),
            "t");
  EXPECT_EQ(Decide(Stored("three"), DecisionAction::kSpam), LabelCap::kKey) << "of today";
  world_.clock.Advance(std::chrono::hours(25));
  EXPECT_EQ(Decide(Stored("four"), DecisionAction::kSpam), LabelCap::kNone);
}

TEST_F(TeachingCapsTest, OneAuthorAndOneNetworkCountForEachClass) {
  Cap({0, 2, 3});
  const auto of_author = [&](const char* body) { return Stored(body, "same@example.org"); };
  EXPECT_EQ(Decide(of_author("a1"), DecisionAction::kSpam), LabelCap::kNone);
  EXPECT_EQ(Decide(of_author("a2"), DecisionAction::kSpam), LabelCap::kNone);
  EXPECT_EQ(Decide(of_author("a3"), DecisionAction::kSpam), LabelCap::kAuthor);
  EXPECT_EQ(Decide(of_author("a4"), DecisionAction::kApprove), LabelCap::kNone) << "another class";
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Decide(Stored("n" + std::to_string(i), "", "192.0.2.7"), DecisionAction::kSpam),
              LabelCap::kNone);
  }
  EXPECT_EQ(Decide(Stored("n3", "", "192.0.2.7"), DecisionAction::kSpam), LabelCap::kNetwork);
  EXPECT_EQ(Decide(Stored("elsewhere"), DecisionAction::kSpam), LabelCap::kNone);
}

TEST_F(TeachingCapsTest, UndoOfWhatTaughtNothingLeavesNothing) {
  Cap({1, {}, {}});
  const CommentId first = Stored(kSpamText);
  const CommentId second = Stored(kGoodText);
  EXPECT_EQ(Decide(first, DecisionAction::kSpam), LabelCap::kNone);
  const auto before = (Learnt(), world_.learner.CountsDigest());
  EXPECT_EQ(Decide(second, DecisionAction::kApprove), LabelCap::kKey);
  ASSERT_TRUE(world_.moderate.Undo(world_.moderator, "blog", decided_->decision_id, Soon()).ok());
  EXPECT_EQ(Learnt().ham, 0U);
  EXPECT_EQ(world_.learner.CountsDigest(), before);
  EXPECT_EQ(world_.learner.State().skipped_count, 0);
}

TEST_F(TeachingCapsTest, UndoGivesBackExactlyWhatTaughtBefore) {
  Cap({2, {}, {}});
  const CommentId taught = Stored(kSpamText);
  const CommentId capped = Stored(kGoodText);
  EXPECT_EQ(Decide(taught, DecisionAction::kSpam), LabelCap::kNone);
  EXPECT_EQ(Decide(Stored("another"), DecisionAction::kApprove), LabelCap::kNone);
  const auto before = (Learnt(), world_.learner.CountsDigest());
  // Turned round beyond the cap: teaches neither; taken back: what it taught.
  EXPECT_EQ(Decide(taught, DecisionAction::kApprove), LabelCap::kKey);
  EXPECT_EQ(Learnt().spam, 0U);
  ASSERT_TRUE(world_.moderate.Undo(world_.moderator, "blog", decided_->decision_id, Soon()).ok());
  EXPECT_EQ(Learnt().spam, 1U);
  EXPECT_EQ(world_.learner.CountsDigest(), before);
  // What was capped stays so when it comes back.
  EXPECT_EQ(Decide(capped, DecisionAction::kSpam), LabelCap::kKey);
  Cap({0, {}, {}});
  EXPECT_EQ(Decide(capped, DecisionAction::kApprove), LabelCap::kNone);
  ASSERT_TRUE(world_.moderate.Undo(world_.moderator, "blog", decided_->decision_id, Soon()).ok());
  Learnt();
  EXPECT_EQ(world_.learner.CountsDigest(), before);
  EXPECT_EQ(world_.learner.State().skipped_count, 0);
}

TEST_F(TeachingCapsTest, TwoAtTheEdgeNeverPassIt) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kEach = 10;
  constexpr std::int32_t kCap = 15;
  Cap({kCap, {}, {}});
  std::vector<CommentId> ids;
  for (std::size_t i = 0; i < kThreads * kEach; ++i)
    ids.push_back(Stored(kSpamText + std::to_string(i)));
  std::atomic<int> taught = 0;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < kEach; ++i) {
        const auto result = world_.Decide(ids[t * kEach + i], DecisionAction::kSpam);
        EXPECT_TRUE(result.status.ok()) << result.status;
        taught += result.cap == LabelCap::kNone;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taught, kCap);
  EXPECT_EQ(Learnt().spam, static_cast<std::uint64_t>(kCap));
}

TEST_F(TeachingCapsTest, ImportsAreExempt) {
  Cap({1, 1, 1});
  world_.Train();
  EXPECT_EQ(Learnt().spam, 20U);
}

// A website's key teaches by submit-spam and submit-ham of comments that are not here.
TEST_F(TeachingCapsTest, WhatAWebsiteTellsIsNoImport) {
  const AkismetFeedback feedback(world_.directory, world_.db->akismet(), world_.db->decisions(),
                                 world_.db->labels(), world_.keyring, world_.clock);
  const auto ham = [&](int number, const std::string& author, const std::string& ip) {
    AkismetFeedback::Request request;
    request.submission = world_.Comment(kSpamText + std::to_string(number));
    request.submission.author_email = storage::SecretText(author + "@example.org");
    request.submission.author_ip = storage::SecretText(ip);
    request.deadline = Soon();
    const auto outcome = feedback.Run(world_.backend, std::move(request));
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_EQ(*outcome, AkismetFeedback::Outcome::kExample);
  };
  Cap({7, 2, 4});
  for (int i = 0; i < 5; ++i) ham(i, "one", "192.0.2.7");
  EXPECT_EQ(Learnt().ham, 2U) << "of one author";
  for (int i = 5; i < 10; ++i) ham(i, "author" + std::to_string(i), "192.0.2.7");
  EXPECT_EQ(Learnt().ham, 4U) << "of one network";
  for (int i = 10; i < 20; ++i) {
    ham(i, "author" + std::to_string(i), "198.51." + std::to_string(i) + ".7");
  }
  EXPECT_EQ(Learnt().ham, 7U) << "of one key";
  EXPECT_EQ(world_.learner.State().position, 20) << "recorded";
}

TEST_F(TeachingCapsTest, SettingsHaveBoundsAndDefaults) {
  const auto site = world_.sites.Get(world_.admin, "blog", Soon());
  ASSERT_TRUE(site.ok());
  EXPECT_EQ(site->record.teaching_caps, storage::TeachingCaps());
  for (const std::int32_t bad : {-1, storage::kTeachingCapMax + 1}) {
    for (const Sites::TeachingChange& change :
         {Sites::TeachingChange{bad, {}, {}}, Sites::TeachingChange{{}, bad, {}},
          Sites::TeachingChange{{}, {}, bad}}) {
      Sites::UpdateRequest request;
      request.slug = "blog";
      request.teaching = change;
      EXPECT_TRUE(
          absl::IsInvalidArgument(world_.sites.Update(world_.admin, request, Soon()).status()));
    }
  }
  Cap({{}, 7, {}});
  const auto changed = world_.sites.Get(world_.admin, "blog", Soon());
  ASSERT_TRUE(changed.ok());
  EXPECT_EQ(changed->record.teaching_caps, (storage::TeachingCaps{10'000, 7, 5'000}));
}

// An attacker with a moderator's key calls 500 spam comments good within a day.
// All texts end in one of a hundred numbers, so that nothing but the label tells them apart.
class PoisonedDay {
 public:
  explicit PoisonedDay(std::int32_t cap) {
    Sites::UpdateRequest request;
    request.slug = "blog";
    request.teaching = {cap, 0, 0};
    EXPECT_TRUE(world_.sites.Update(world_.admin, request, Soon()).ok());
    std::vector<storage::ExternalLabel> right;
    for (int i = 0; i < 200; ++i) {
      const bool spam = i % 2 == 0;
      right.push_back(Label((spam ? kSpamText : kGoodText), i / 2,
                            spam ? storage::LabelClass::kSpam : storage::LabelClass::kHam));
    }
    Append(right, storage::LabelSource::kImport, world_.admin.key_id);
    std::vector<storage::ExternalLabel> poison;
    for (int i = 0; i < 500; ++i) {
      poison.push_back(Label(kSpamText, kNumbers + i, storage::LabelClass::kHam));
    }
    Append(poison, storage::LabelSource::kHuman, world_.moderator.key_id);
  }

  // Of 100 spam comments, those that the model gives 0.5 or more; `without` these keys.
  int Caught(const std::vector<std::string>& without = {}) {
    classifier::Fold fold;
    classifier::Extractor extractor;
    const auto entries = world_.db->labels().ReadWithout(without, 0, 5'000, Soon());
    EXPECT_TRUE(entries.ok());
    for (const storage::LabelEntry& entry : *entries) {
      bool unreadable = false;
      EXPECT_TRUE(fold.Apply(ChangeOf(entry, extractor, &unreadable)).ok());
    }
    const auto model = fold.Present();
    int caught = 0;
    for (int i = 0; i < kNumbers; ++i) {
      classifier::Document document;
      const std::string body = kSpamText + NumberOf(i);
      document.body = body;
      const auto score = model->Score(1, extractor.Extract(document));
      if (classifier::Model::Finish(score, {}).probability >= 0.5) ++caught;
    }
    return caught;
  }
  const std::string& evil() const { return world_.moderator.key_id; }

 private:
  static constexpr int kNumbers = 100;

  static std::string NumberOf(int id) { return std::to_string(1'000 + id % kNumbers); }
  static storage::ExternalLabel Label(const char* text, int id, storage::LabelClass label) {
    storage::ExternalLabel made;
    made.external_id = text[0] + std::to_string(id);
    made.sample.body = text + NumberOf(id);
    made.label = label;
    return made;
  }
  void Append(const std::vector<storage::ExternalLabel>& labels, storage::LabelSource source,
              const std::string& by) {
    const auto written =
        world_.db->labels().Append(1, labels, source, by, world_.clock.Now(), Soon());
    EXPECT_TRUE(written.ok()) << written.status();
  }

  World world_;
};

TEST(PoisonedDayTest, ACapKeepsItFromCountingAndLeavingTheKeyOutRemovesTheRest) {
  PoisonedDay uncapped(0);
  PoisonedDay capped(20);
  EXPECT_EQ(uncapped.Caught(), 0) << "poisoned";
  EXPECT_EQ(capped.Caught(), 100);
  EXPECT_EQ(uncapped.Caught({uncapped.evil()}), 100);
}

}  // namespace
}  // namespace replyguard::service
