// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What happens at the same time: decisions, edits and erasures of one comment, labels while
// scoring, and those who watch. And who may do what with keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "service/usecases/errors.h"
#include "service/usecases/etag.h"
#include "service/usecases/fakes.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

using storage::DecisionAction;

// Takes from a subscription until `done` says so; false after a while.
template <typename Stream, typename Done>
bool TakeUntil(Stream& stream, Done done) {
  const auto until = Soon();
  while (std::chrono::steady_clock::now() < until) {
    auto batch = stream.Take();
    if (batch && done(*batch)) return true;
    if (!batch) std::this_thread::yield();
  }
  return false;
}

TEST(Races, DecidingEditingAndErasingOneCommentLosesNothing) {
  World world;
  const auto comment = world.Stored("thank you for the bees");
  std::thread decides([&] {
    for (int i = 0; i < 15; ++i) {
      const auto result = world.Decide(
          comment.comment_id, i % 2 == 0 ? DecisionAction::kApprove : DecisionAction::kSpam);
      EXPECT_TRUE(result.status.ok() || absl::IsNotFound(result.status)) << result.status;
    }
  });
  std::thread edits([&] {
    for (int i = 0; i < 15; ++i) {
      UpdateComment::Request edit;
      edit.site = "blog";
      edit.comment_id = comment.comment_id;
      edit.body = "edited to number " + std::to_string(i);
      edit.deadline = Soon();
      const auto edited = world.update.Run(world.backend, std::move(edit));
      // A few tries without an etag may all be overtaken; that is said, and nothing is overwritten.
      EXPECT_TRUE(edited.ok() || absl::IsAborted(edited.status()) ||
                  absl::IsNotFound(edited.status()))
          << edited.status();
    }
  });
  edits.join();
  ASSERT_TRUE(world.comments.Delete(world.backend, "blog", comment.comment_id, false, Soon()).ok());
  decides.join();

  ASSERT_TRUE(world.learner.CatchUp().ok());
  EXPECT_EQ(world.learner.State().skipped_count, 0);
  const auto training = world.learner.Snapshot()->TrainingOf(1);
  EXPECT_EQ(training.spam + training.ham, 0U) << "erased, lesson and all";
  EXPECT_EQ(world.test.Sql("SELECT count(*) FROM replyguard.queue_items"), "0");
  EXPECT_EQ(world.test.Sql("SELECT max(sequence) - count(*) FROM replyguard.events"), "0");
}

// Does something while a comment is being judged, once.
class Meanwhile final : public storage::HistoryReader {
 public:
  Meanwhile(storage::HistoryReader& history, std::function<void()> happens)
      : history_(history), happens_(std::move(happens)) {}
  absl::StatusOr<storage::HistoryContext> Consult(const storage::HistoryQuery& query,
                                                  storage::Deadline deadline) override {
    if (happens_) std::exchange(happens_, nullptr)();
    return history_.Consult(query, deadline);
  }

 private:
  storage::HistoryReader& history_;
  std::function<void()> happens_;
};

class EditRace : public ::testing::TestWithParam<bool> {};

TEST_P(EditRace, AReportWhileAnEditIsJudgedIsNotLost) {
  World world;
  const auto comment = world.Stored("thank you for the bees");
  ASSERT_TRUE(world.Decide(comment.comment_id, DecisionAction::kApprove).status.ok());
  Meanwhile history(world.db->history(), [&] {
    storage::CommentReport report;
    report.site_id = comment.site_id;
    report.comment_id = comment.comment_id;
    report.reporter_hash = "reader";
    report.now = world.clock.Now();
    const auto reported = world.db->comments().Report(report, Soon());
    ASSERT_TRUE(reported.ok()) << reported.status();
    EXPECT_TRUE(reported->queued);
  });
  // That everybody may publish, so that only the report speaks for the queue.
  world.test.Sql("UPDATE replyguard.comments SET status_source = 1");
  world.Train();
  UpdateComment update(world.directory, world.judge, world.db->comments(), history, world.clock);
  UpdateComment::Request edit;
  edit.site = "blog";
  edit.comment_id = comment.comment_id;
  edit.body = "thank you for the bees in the garden";
  const bool with_etag = GetParam();
  if (with_etag)
    edit.etag = EtagOf(world.db->comments().Get(1, comment.comment_id, Soon())->revision);
  edit.deadline = Soon();
  const auto edited = update.Run(world.backend, std::move(edit));
  ASSERT_TRUE(edited.ok()) << edited.status() << " a report is no reason to edit again";
  EXPECT_EQ(edited->body, "thank you for the bees in the garden");
  EXPECT_EQ(edited->report_count, 1);
  EXPECT_EQ(world.test.Sql("SELECT count(*) FROM replyguard.queue_items"), "1");
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutEtag, EditRace, ::testing::Bool());

TEST(Races, ScoringWhileLearningAlwaysSeesOneWholeModel) {
  World world;
  LearnerOptions options;
  options.poll_interval = std::chrono::milliseconds(1);
  options.read_entries_max = 1;
  Learner follower(world.db->labels(), world.db->checkpoints(), world.clock, options);
  Judge judge(follower, world.keyring);
  CheckComment check(world.directory, judge, world.db->history(), world.clock);
  follower.Start();
  std::atomic<bool> trained{false};
  std::thread train([&] {
    world.Train();
    EXPECT_TRUE(follower.WaitFor(40, Soon()).ok());
    trained = true;
  });
  int scored = 0;
  while (!trained || scored < 10) {
    const auto said =
        check.Run(world.backend, {"blog", world.Comment("pills in my garden"), false, Soon()});
    ASSERT_TRUE(said.ok()) << said.status();
    if (!said->assessment.score) continue;  // before the first model
    ++scored;
    EXPECT_EQ(SumOfReasons(said->details), said->assessment.score);
  }
  train.join();
}

TEST(Watching, BackendsAndModeratorsHearOfWhatHappens) {
  World world;
  world.hub.Start();
  const auto events = world.events.Watch(world.backend, "blog", 0, nullptr);
  const auto queue = world.queue_watch.Watch(world.moderator, std::nullopt, nullptr);
  ASSERT_TRUE(events.ok() && queue.ok());
  ASSERT_TRUE(TakeUntil(**queue, [](const QueueBatch& batch) {
    return batch.stats && batch.stats->pending_count == 0;
  })) << "the counts come first";

  const auto comment = world.Stored("please look at this");
  world.hub.Wake();
  EXPECT_TRUE(TakeUntil(**events, [&](const EventBatch& batch) {
    return !batch.events.empty() && batch.events[0].comment_id == comment.comment_id &&
           batch.cursor == 1;
  }));
  // Where counting is slow the counts follow the change.
  const auto pending = [](std::int64_t count) {
    return [count, changed = false](const QueueBatch& batch) mutable {
      changed = changed || !batch.entered.empty() || !batch.left.empty();
      return changed && batch.stats && batch.stats->pending_count == count;
    };
  };
  std::vector<ReviewItem> entered;
  EXPECT_TRUE(TakeUntil(**queue, [&, done = pending(1)](const QueueBatch& batch) mutable {
    entered.insert(entered.end(), batch.entered.begin(), batch.entered.end());
    return done(batch);
  }));
  ASSERT_EQ(entered.size(), 1U);
  EXPECT_EQ(entered[0].item.comment.comment_id, comment.comment_id);
  EXPECT_TRUE(entered[0].item.lease_token.empty());

  ASSERT_TRUE(world.Decide(comment.comment_id, DecisionAction::kApprove).status.ok());
  world.hub.Wake();
  std::vector<QueueBatch::Left> left;
  EXPECT_TRUE(TakeUntil(**queue, [&, done = pending(0)](const QueueBatch& batch) mutable {
    left.insert(left.end(), batch.left.begin(), batch.left.end());
    return done(batch);
  }));
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].comment_id, comment.comment_id);
  const auto resumed = world.events.Watch(world.backend, "blog", 1, nullptr);
  ASSERT_TRUE(resumed.ok());
  EXPECT_TRUE(TakeUntil(**resumed, [](const EventBatch& batch) {
    return !batch.events.empty() && batch.events[0].sequence == 2;
  }));
  const auto ahead = world.events.Watch(world.backend, "blog", 99, nullptr);
  ASSERT_TRUE(ahead.ok());
  const auto until = Soon();
  while ((*ahead)->end_status().ok() && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  EXPECT_EQ(ReasonOf((*ahead)->end_status()), "CURSOR_AHEAD");
  world.hub.Stop();
  EXPECT_EQ(ReasonOf((*events)->end_status()), "SHUTTING_DOWN");
}

TEST(Keys, TheLastOperatorKeyIsRevokedByForceOnly) {
  World world;
  const auto make = [&](const std::string& name, std::optional<std::string> site,
                        std::optional<storage::Timestamp> expires = {}) {
    ApiKeys::CreateRequest request;
    request.display_name = name;
    request.role = Role::kOperator;
    request.site = std::move(site);
    request.expires_at = expires;
    const auto made = world.keys.Create(world.admin, request, Soon());
    EXPECT_TRUE(made.ok()) << made.status();
    return made->key.record.key_id;
  };
  const std::string first = make("first", std::nullopt);
  const std::string second = make("second", std::nullopt);
  const std::string of_a_site = make("of a site", "blog");
  const std::string short_lived =
      make("short", std::nullopt, world.clock.Now() + std::chrono::seconds(1));
  ASSERT_TRUE(world.keys.Revoke(world.admin, second, Soon()).ok());
  world.clock.Advance(std::chrono::seconds(2));
  const auto refused = world.keys.Revoke(world.admin, first, Soon());
  EXPECT_EQ(ReasonOf(refused.status()), "LAST_OPERATOR_KEY");
  EXPECT_NE(refused.status().message().find("--bootstrap --force"), std::string::npos);
  EXPECT_FALSE(world.db->api_keys().Get(first, Soon())->revoked_at);
  // Those that rule nothing any more, or one site only, are no last ones.
  for (const std::string& other : {second, short_lived, of_a_site}) {
    EXPECT_TRUE(world.keys.Revoke(world.admin, other, Soon()).ok()) << other;
  }
  EXPECT_TRUE(world.keys.Revoke(world.admin, first, Soon(), true)->record.revoked_at);
}

TEST(Keys, OfTheLastTwoOneIsRevokedHoweverManyTry) {
  World world;
  constexpr int kRounds = 20;
  for (int round = 0; round < kRounds; ++round) {
    std::array<std::string, 2> ids;
    for (std::string& id : ids) {
      ApiKeys::CreateRequest request;
      request.display_name = "operator";
      request.role = Role::kOperator;
      const auto made = world.keys.Create(world.admin, request, Soon());
      ASSERT_TRUE(made.ok()) << made.status();
      id = made->key.record.key_id;
    }
    std::array<absl::Status, 2> answers;
    std::atomic<int> waiting{2};
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      threads.emplace_back([&, i] {
        for (--waiting; waiting > 0;) std::this_thread::yield();
        answers[i] = world.keys.Revoke(world.admin, ids[i], Soon()).status();
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(answers[0].ok() + answers[1].ok(), 1) << answers[0] << answers[1];
    EXPECT_EQ(ReasonOf(answers[answers[0].ok() ? 1 : 0]), "LAST_OPERATOR_KEY");
    EXPECT_TRUE(*world.db->api_keys().OperatorKey(world.clock.Now(), Soon()));
    for (const std::string& id : ids)
      ASSERT_TRUE(world.keys.Revoke(world.admin, id, Soon(), true).ok());
  }
}

TEST(Keys, MoreThanTheServersOwnRateIsForOperatorsOfEverySite) {
  World world;
  const Principal owner{"0000000000000002", "owner", Role::kOperator, "blog"};
  const ApiKeys bounded(world.directory, world.db->api_keys(), world.clock,
                        storage::CallRate{20, 30});
  ApiKeys::CreateRequest request;
  request.display_name = "backend";
  request.site = "blog";
  for (const storage::CallRate rate :
       {storage::CallRate{21, 30}, storage::CallRate{20, 31}, storage::CallRate{1'000'000, 1}}) {
    request.call_rate = rate;
    EXPECT_EQ(ReasonOf(bounded.Create(owner, request, Soon()).status()), "INVALID_FIELDS");
    EXPECT_TRUE(bounded.Create(world.admin, request, Soon()).ok());
    EXPECT_TRUE(world.keys.Create(owner, request, Soon()).ok()) << "where there is no bound";
  }
  request.call_rate = storage::CallRate{20, 30};
  EXPECT_TRUE(bounded.Create(owner, request, Soon()).ok());
}

TEST(Keys, AnOperatorOfOneSiteRulesThereOnly) {
  World world;
  const Principal owner{"0000000000000002", "owner", Role::kOperator, "blog"};
  ApiKeys::CreateRequest request;
  request.display_name = "backend";
  request.site = "blog";
  const auto made = world.keys.Create(owner, request, Soon());
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->secret.size(), 48U);
  EXPECT_TRUE(made->key.record.secret_hash.empty());
  EXPECT_EQ(made->secret.substr(0, 16), made->key.record.key_id);

  request.site.reset();
  EXPECT_EQ(ReasonOf(world.keys.Create(owner, request, Soon()).status()), "PERMISSION_DENIED");
  EXPECT_EQ(world.keys.Create(world.admin, request, Soon()).status().code(),
            absl::StatusCode::kInvalidArgument)
      << "a backend's key is for one site";
  request.role = Role::kModerator;
  const auto everywhere = world.keys.Create(world.admin, request, Soon());
  ASSERT_TRUE(everywhere.ok()) << everywhere.status();

  // A key of every site and one that does not exist look alike to who may see neither.
  const auto there = world.keys.Revoke(owner, everywhere->key.record.key_id, Soon()).status();
  EXPECT_EQ(ReasonOf(there), "PERMISSION_DENIED");
  EXPECT_EQ(there, world.keys.Revoke(owner, "ffffffffffffffff", Soon()).status());
  EXPECT_EQ(ReasonOf(world.keys.Revoke(world.admin, "ffffffffffffffff", Soon()).status()),
            "KEY_NOT_FOUND");
  EXPECT_EQ(world.keys.List(owner, {}, Soon())->size(), 1U);
  EXPECT_EQ(world.keys.List(world.admin, {}, Soon())->size(), 2U);
  const auto revoked = world.keys.Revoke(owner, made->key.record.key_id, Soon());
  ASSERT_TRUE(revoked.ok()) << revoked.status();
  EXPECT_TRUE(revoked->record.revoked_at.has_value());
}

}  // namespace
}  // namespace replyguard::service
