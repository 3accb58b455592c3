// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The label log as the truth: whatever happened in whatever order, a checkpoint and the tail are
// the same model as a rebuild from zero, on every server, bit for bit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "service/usecases/assessment_details.h"
#include "service/usecases/errors.h"
#include "service/usecases/fakes.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

using storage::DecisionAction;

const char* const kWords[] = {"bees",   "garden",  "casino", "pills",
                              "thanks", "chapter", "click",  "honey"};

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::size_t Below(std::size_t n) { return engine_() % n; }
  std::string Text() {
    std::string text;
    for (int i = 0; i < 5; ++i) text += std::string(kWords[Below(8)]) + " ";
    return text;
  }

 private:
  std::mt19937 engine_;  // the same numbers everywhere
};

// One random thing that may change labels. What is refused (undoing twice, editing the deleted) is
// part of the sequence.
class Chaos {
 public:
  Chaos(World& world, std::uint32_t seed) : world_(world), random_(seed) {
    for (int i = 0; i < 6; ++i) ids_.push_back(world_.Stored(random_.Text()).comment_id);
  }

  void Step() {
    const storage::CommentId id = ids_[random_.Below(ids_.size())];
    switch (random_.Below(8)) {
      case 0:
      case 1:
        return Note(world_.Decide(id, DecisionAction::kApprove));
      case 2:
      case 3:
        return Note(world_.Decide(id, DecisionAction::kSpam));
      case 4:
        return Note(world_.Decide(
            id, random_.Below(2) == 0 ? DecisionAction::kTrash : DecisionAction::kHold));
      case 5:
        return Undo();
      case 6:
        return random_.Below(4) == 0 ? Delete(id) : Edit(id);
      case 7:
        return Learn();
    }
  }

 private:
  void Note(const ModerationItemResult& result) {
    if (result.decision) decisions_.push_back(result.decision->decision_id);
  }
  void Undo() {
    if (decisions_.empty()) return;
    const auto undone = world_.moderate.Undo(world_.moderator, "blog",
                                             decisions_[random_.Below(decisions_.size())], Soon());
    if (undone.ok()) decisions_.push_back(undone->decision.decision_id);
  }
  void Edit(const storage::CommentId& id) {
    UpdateComment::Request edit;
    edit.site = "blog";
    edit.comment_id = id;
    edit.body = random_.Text();
    edit.deadline = Soon();
    const auto edited = world_.update.Run(world_.backend, std::move(edit));
    ASSERT_TRUE(edited.ok() || absl::IsNotFound(edited.status())) << edited.status();
  }
  void Delete(const storage::CommentId& id) {
    ASSERT_TRUE(world_.comments.Delete(world_.backend, "blog", id, true, Soon()).ok());
    ids_.push_back(world_.Stored(random_.Text()).comment_id);
  }
  void Learn() {
    std::vector<LabelledExample> examples;
    for (std::size_t i = 0; i < 1 + random_.Below(4); ++i) {
      LabelledExample example;
      example.submission.body = random_.Text();
      example.label = static_cast<storage::LabelClass>(random_.Below(3));
      example.external_id = "x" + std::to_string(random_.Below(5));
      examples.push_back(std::move(example));
    }
    ASSERT_TRUE(world_.examples.Run(world_.admin, "blog", std::move(examples), Soon()).ok());
  }

  World& world_;
  Random random_;
  std::vector<storage::CommentId> ids_;
  std::vector<storage::DecisionId> decisions_;
};

std::vector<classifier::RawScore> ScoresOf(const Learner& learner) {
  std::vector<classifier::RawScore> scores;
  classifier::Extractor extractor;
  for (const char* word : kWords) {
    classifier::Document document;
    document.body = word;
    scores.push_back(learner.Snapshot()->Score(1, extractor.Extract(document)).text);
  }
  return scores;
}

void ExpectSame(const Learner& a, const Learner& b, const char* what) {
  EXPECT_EQ(a.Snapshot()->id().ToString(), b.Snapshot()->id().ToString()) << what;
  EXPECT_EQ(a.CountsDigest(), b.CountsDigest()) << what;
  EXPECT_EQ(ScoresOf(a), ScoresOf(b)) << what;
}

class LabelLogProperty : public testing::TestWithParam<std::uint32_t> {};

TEST_P(LabelLogProperty, CheckpointAndTailEqualARebuild) {
  World world;
  Chaos chaos(world, GetParam());
  for (int round = 0; round < 6; ++round) {
    for (int step = 0; step < 12; ++step) chaos.Step();
    ASSERT_TRUE(world.learner.CatchUp().ok());

    FakeCheckpoints none;
    Learner rebuilt(world.db->labels(), none, world.clock);
    ASSERT_TRUE(rebuilt.Load().ok() && rebuilt.CatchUp().ok());
    ExpectSame(world.learner, rebuilt, "a rebuild from zero");

    Learner restarted(world.db->labels(), world.db->checkpoints(), world.clock);
    ASSERT_TRUE(restarted.Load().ok() && restarted.CatchUp().ok());
    ExpectSame(world.learner, restarted, "the newest checkpoint and the tail");
    if (round % 2 == 0) {
      ASSERT_TRUE(world.learner.StoreCheckpoint().ok());
    }

    // Exactly what is in force counts, by the database's own account.
    const auto counts = world.db->labels().Counts(1, Soon());
    ASSERT_TRUE(counts.ok()) << counts.status();
    const auto training = world.learner.Snapshot()->TrainingOf(1);
    EXPECT_EQ(static_cast<std::int64_t>(training.spam), counts->spam_count);
    EXPECT_EQ(static_cast<std::int64_t>(training.ham), counts->ham_count);
    EXPECT_EQ(world.learner.State().skipped_count, 0);
  }
  EXPECT_GT(world.learner.State().applied_count, 10);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LabelLogProperty, testing::Values(1U, 7U, 42U));

TEST(Learning, ARestartAnswersTheSameBitForBit) {
  World world;
  world.Train();
  const auto before = world.check.Run(
      world.backend, {"blog", world.Comment("a casino in the garden"), false, Soon()});
  ASSERT_TRUE(before.ok()) << before.status();
  ASSERT_TRUE(world.learner.StoreCheckpoint().ok());

  Learner restarted(world.db->labels(), world.db->checkpoints(), world.clock);
  ASSERT_TRUE(restarted.Load().ok());
  EXPECT_EQ(restarted.State().position, 40) << "from the checkpoint alone";
  Judge judge(restarted, world.keyring);
  CheckComment check(world.directory, judge, world.db->history(), world.clock);
  const auto after =
      check.Run(world.backend, {"blog", world.Comment("a casino in the garden"), false, Soon()});
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(before->assessment.score, after->assessment.score);
  EXPECT_EQ(before->assessment.probability, after->assessment.probability);
  EXPECT_EQ(before->assessment.model_id, after->assessment.model_id);
  EXPECT_EQ(before->details, after->details);
}

TEST(Learning, TwoServersAgreeWhateverTheyReadAtOnce) {
  World world;
  world.Train();
  LearnerOptions small;
  small.read_entries_max = 1;
  FakeCheckpoints none;
  Learner other(world.db->labels(), none, world.clock, small);
  ASSERT_TRUE(other.Load().ok() && other.CatchUp().ok());
  ExpectSame(world.learner, other, "one entry at a time");
}

TEST(Learning, AServerThatWasAwayCatchesUpByItself) {
  World world;
  LearnerOptions options;
  options.poll_interval = std::chrono::milliseconds(10);
  Learner follower(world.db->labels(), world.db->checkpoints(), world.clock, options);
  follower.Start();
  world.Train();
  ASSERT_TRUE(follower.WaitFor(40, Soon()).ok());
  follower.Stop();
  EXPECT_EQ(follower.State().checkpoint_count, 1) << "stored on shutdown";
  ExpectSame(world.learner, follower, "a follower");
}

TEST(Learning, AServerThatLagsStoresNoModelThatHoldsAnErasedText) {
  World world;
  const auto id = world.Stored("a casino in the garden").comment_id;
  ASSERT_TRUE(world.Decide(id, DecisionAction::kSpam).status.ok());
  Learner lags(world.db->labels(), world.db->checkpoints(), world.clock);
  ASSERT_TRUE(lags.Load().ok() && lags.CatchUp().ok());
  ASSERT_TRUE(world.db->comments()
                  .Erase({.site_id = 1, .comment_id = id, .now = world.clock.Now()}, Soon())
                  .ok());
  ASSERT_TRUE(world.learner.CatchUp().ok() && world.learner.StoreCheckpoint().ok());
  world.test.Sql("UPDATE replyguard.label_erasures SET asked_at = '2019-01-01'");
  const storage::Timestamp year_2020{std::chrono::seconds(1'577'836'800)};
  EXPECT_EQ(*world.db->maintenance().BlankErasedSamples(year_2020, 100, Soon()), 2);
  EXPECT_TRUE(absl::IsAborted(lags.StoreCheckpoint()));
  EXPECT_EQ(world.test.Sql("SELECT string_agg(position::text, ',') FROM replyguard.checkpoints"),
            "2");
  ASSERT_TRUE(lags.CatchUp().ok());
  EXPECT_TRUE(lags.StoreCheckpoint().ok()) << "it has taken the lesson back";
}

TEST(Learning, ATornCheckpointIsSkippedWithAWarning) {
  World world;
  world.Train();
  ASSERT_TRUE(world.learner.StoreCheckpoint().ok());
  world.test.Sql("UPDATE replyguard.checkpoints SET bytes = substring(bytes from 1 for 100)");
  std::string warned;
  LearnerOptions options;
  options.warn = [&warned](std::string_view text) { warned += text; };
  Learner restarted(world.db->labels(), world.db->checkpoints(), world.clock, options);
  ASSERT_TRUE(restarted.Load().ok());
  EXPECT_EQ(restarted.State().torn_checkpoint_count, 1);
  EXPECT_THAT(warned, testing::HasSubstr("damaged"));
  ASSERT_TRUE(restarted.CatchUp().ok());
  ExpectSame(world.learner, restarted, "from the beginning of the log");
}

TEST(Learning, EachExampleSucceedsOrFailsByItself) {
  World world;
  std::vector<LabelledExample> examples(6);
  examples[0].submission.body = "good";
  examples[0].external_id = "a";
  examples[1].submission.body = "";
  examples[1].external_id = "b";
  examples[2].submission.body = "good";
  examples[2].external_id = "somebody@example.org";
  examples[3].submission.body = "good";
  examples[3].external_id = "a";
  examples[4].submission.body = "good";
  examples[4].submission.author_email = storage::SecretText("somebody@intranet");
  examples[4].external_id = "x-SOMEBODY%40intranet";
  examples[5].submission.body = "good";
  examples[5].submission.author_email = storage::SecretText("somebody@9");
  examples[5].external_id = "somebody@9";
  const auto results = world.examples.Run(world.admin, "blog", std::move(examples), Soon());
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_TRUE((*results)[0].learnt);
  EXPECT_EQ((*results)[0].position, 1);
  EXPECT_EQ(GetErrorDetail((*results)[1].status)->violations.front().field,
            "examples[1].submission.body");
  for (const std::size_t i : {2U, 4U, 5U}) {
    ASSERT_FALSE((*results)[i].status.ok()) << i;
    EXPECT_EQ(GetErrorDetail((*results)[i].status)->violations.front().field,
              "examples[" + std::to_string(i) + "].external_id");
  }
  EXPECT_TRUE((*results)[3].status.ok());
  EXPECT_FALSE((*results)[3].learnt) << "the same again";
}

TEST(Learning, ExplainSpeaksOfTheStoredTextAndAddsUp) {
  World world;
  const auto comment = world.Stored("cheap pills and a chapter about bees");
  world.Train();
  const auto said =
      world.model_info.Explain(world.moderator, "blog", comment.comment_id, 50, Soon());
  ASSERT_TRUE(said.ok()) << said.status();
  EXPECT_EQ(SumOfReasons(*said), said->score);
  EXPECT_LE(DetailsOf(*said).reasons.size(), kReasonsMax);
  const auto few = world.model_info.Explain(world.moderator, "blog", comment.comment_id, 1, Soon());
  ASSERT_TRUE(few.ok()) << few.status();
  EXPECT_EQ(few->score, said->score);
  EXPECT_EQ(SumOfReasons(*few), few->score);
  EXPECT_EQ(
      ReasonOf(
          world.model_info.Explain(world.backend, "blog", comment.comment_id, 1, Soon()).status()),
      "PERMISSION_DENIED");
}

TEST(Policies, ADryRunSaysWhatARuleWouldHaveDone) {
  World world;
  world.Train();
  const auto ham = world.Stored("thank you, the chapter about bees helped my garden");
  ASSERT_TRUE(world.Decide(ham.comment_id, DecisionAction::kApprove).status.ok());
  world.Stored("thank you, the chapter about honey helped my garden");
  TestPolicy::Request request;
  request.site = "blog";
  request.rule = policy::Rule{};
  request.rule->kind = storage::RuleKind::kWord;
  request.rule->action = storage::RuleAction::kSpam;
  request.rule->pattern = "bees";
  request.rule->reason = "no insects";
  const auto result = world.test_policy.Run(world.admin, request, Soon());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->tested_count, 2);
  EXPECT_EQ(result->model_id, world.learner.Snapshot()->id().ToString());
  EXPECT_EQ(result->changed_count, 1);
  EXPECT_EQ(result->lost_count, 1);
  EXPECT_EQ(result->caught_count, 0);
  ASSERT_EQ(result->changes.size(), 1U);
  EXPECT_EQ(result->changes[0].comment_id, ham.comment_id);
  EXPECT_EQ(result->changes[0].tested, storage::Verdict::kSpam);
  EXPECT_EQ(result->changes[0].reasons.front().code, "RULE");
  EXPECT_EQ(world.test.Sql("SELECT count(*) FROM replyguard.rules"), "0");
  EXPECT_EQ(world.comments.Get(world.backend, "blog", ham.comment_id, Soon())->status,
            storage::CommentStatus::kApproved);
}

TEST(Policies, ARuleCountsFromTheNextCommentOn) {
  World world;
  world.Train();
  const auto earlier = world.Stored("thank you, the chapter about bees helped my roses");
  Sites::RuleRequest rule;
  rule.site = "blog";
  rule.kind = storage::RuleKind::kCidr;
  rule.action = storage::RuleAction::kSpam;
  rule.pattern = "192.0.2.0/24";
  rule.reason = "a bad network";
  const auto created = world.sites.CreateRule(world.admin, rule, Soon());
  ASSERT_TRUE(created.ok()) << created.status();
  const auto rejudge = [&world](const storage::CommentId& id, const std::string& body) {
    UpdateComment::Request edit;
    edit.site = "blog";
    edit.comment_id = id;
    edit.body = body;
    edit.deadline = Soon();
    return world.update.Run(world.backend, std::move(edit));
  };
  const auto by_network = rejudge(earlier.comment_id, "thank you, the chapter about bees helped");
  ASSERT_TRUE(by_network.ok()) << by_network.status();
  EXPECT_EQ(by_network->status, storage::CommentStatus::kSpam) << "of the masked network";
  const auto spam = world.Submit("thank you, the chapter about bees helped my garden");
  ASSERT_TRUE(spam.ok());
  EXPECT_EQ(spam->assessment.verdict, storage::Verdict::kSpam);
  EXPECT_EQ(DetailsOf(spam->assessment).reasons.front().rule_id, created->rule_id);
  ASSERT_TRUE(world.sites.DeleteRule(world.admin, "blog", created->rule_id, Soon()).ok());

  // The rule is gone; what it decided stands.
  const auto edited = rejudge(spam->comment.comment_id,
                              "thank you, the chapter about bees helped my garden so much");
  ASSERT_TRUE(edited.ok()) << edited.status();
  EXPECT_EQ(edited->status, storage::CommentStatus::kSpam) << "until a person says otherwise";
}

}  // namespace
}  // namespace replyguard::service
